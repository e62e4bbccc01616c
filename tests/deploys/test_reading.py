"""While a release is rolled out, either side of every boundary may be the newer one."""

import json
from collections.abc import Mapping
from uuid import uuid4

import pytest
from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError
from temporalio.api.common.v1 import Payload

from convonet.contracts import Contract
from convonet.contracts.assistant import Step, TakeTurn, ToolCall, Turn
from convonet.contracts.caller import Caller, Team
from convonet.contracts.conversation import (
    Channel,
    ConversationInput,
    ConversationState,
    Providers,
    Utterance,
)
from convonet.contracts.speech import Say
from convonet.redis import keys
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis
from convonet.session import kept, outbox
from temporal.payloads import CONVERTER

TURN = Turn(
    turn_id="t1",
    said="Add milk",
    steps=(Step(text="Fine.", calls=(ToolCall(id="c1", name="add", arguments={"new": 1}),)),),
)
CALLER = Caller(user_id=uuid4(), name="Ann", teams=(Team(id=uuid4(), name="Red"),))
OPENING = ConversationInput(
    call_id="a",
    caller=CALLER,
    channel=Channel.BROWSER,
    started_at="2026-11-22T12:00:00Z",
    providers=Providers(stt="s", llm="l", tts="t"),
    state=ConversationState(turns=(TURN,), epoch=3, seen=("t1",), generation=1, turn_count=1),
)
STEP = TakeTurn(call_id="a", caller=CALLER, epoch=3, step=0, turns=(TURN,), now="")
UTTERANCE = Utterance(turn_id="t1", text="Hello", epoch=1, ended_at="")
SAY = Say(kind="sentence", turn_id="t1", epoch=1, step=0, index=0, text="Hi.")


def newer(written: JsonValue) -> JsonValue:
    """What a release would write that has added a field to every object."""
    if isinstance(written, dict):
        inside = {name: newer(value) for name, value in written.items() if name != "arguments"}
        return {**written, **inside, "added_later": {"by": "a newer release"}}
    if isinstance(written, list):
        return [newer(item) for item in written]
    return written


def older(contract: Contract) -> Mapping[str, JsonValue]:
    """What a release would write that knew none of the fields with a default yet."""
    needed = {name for name, field in type(contract).model_fields.items() if field.is_required()}
    return contract.model_dump(mode="json", include=needed)


@pytest.mark.parametrize(
    "contract", [OPENING, STEP, UTTERANCE, SAY], ids=lambda c: type(c).__name__
)
async def test_payloads_of_newer_code_are_read_as_if_nothing_was_added(contract: Contract) -> None:
    (payload,) = await CONVERTER.encode([newer(contract.model_dump(mode="json"))])
    (read,) = await CONVERTER.decode([payload], [type(contract)])
    assert read == contract


@pytest.mark.parametrize(
    "contract", [OPENING, STEP, UTTERANCE, SAY], ids=lambda c: type(c).__name__
)
async def test_payloads_of_older_code_are_read_with_defaults(contract: Contract) -> None:
    payload = Payload(
        metadata={"encoding": b"json/plain"}, data=json.dumps(older(contract)).encode()
    )
    (read,) = await CONVERTER.decode([payload], [type(contract)])
    assert isinstance(read, type(contract))
    assert older(read) == older(contract)


async def test_payloads_that_lack_what_was_always_there_are_refused() -> None:
    (payload,) = await CONVERTER.encode([{"turn_id": "t1"}])
    with pytest.raises(ValidationError):
        await CONVERTER.decode([payload], [Utterance])


async def test_words_that_newer_code_wants_spoken_are_read(redis: Redis) -> None:
    call_id = uuid4().hex
    written = json.dumps(newer(SAY.model_dump(mode="json")))
    await redis.xadd(keys.say(call_id), {"s": written})
    assert await CallStreams(redis).said(call_id, "t1", 0, 1) == [SAY]


def test_what_newer_code_has_kept_of_a_media_session_is_read() -> None:
    sentence: JsonValue = {
        **{"step": 0, "index": 0, "text": "Hi.", "ours": False},
        **{"shown": True, "ms": 400, "made": True},
    }
    playout: JsonValue = {
        **{"turn_id": "t1", "epoch": 1, "ours": False, "complete": True},
        "sentences": [sentence],
    }
    (restored,) = kept.load(json.dumps(newer([playout])), 400, 16_000)
    assert restored.heard(400) == "Hi."
    unsent: JsonValue = [{"name": "utterance_ended", "body": UTTERANCE.model_dump_json()}]
    assert outbox.signals(json.dumps(newer(unsent))) == [
        outbox.Signal(name="utterance_ended", body=UTTERANCE.model_dump_json())
    ]


def test_what_we_make_ourselves_is_checked_to_the_letter() -> None:
    made: TypeAdapter[BaseModel] = TypeAdapter(Utterance)
    with pytest.raises(ValidationError):
        made.validate_python({**UTTERANCE.model_dump(), "txt": "a slip"})
