"""Whatever happens in whatever order, the record stays whole and Claude takes it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from convonet.contracts.assistant import END_CALL_TOOL, Step, ToolCall, ToolState, Turn
from convonet.contracts.conversation import Utterance
from tests.assistant.conversations import ask, turn
from tests.assistant.test_history import payload
from tests.providers.anthropic_rules import check
from tests.workflows.call import Call
from tests.workflows.deployment import Deployment
from tests.workflows.script import Held, Outcome, Script, done, refused, words

_TURNS = 5
_REPLY = "We open at nine. On Sundays we are closed."

MOVES = (
    "say", "say", "say_perhaps", "confirm", "withdraw", "barge_in", "hear",
    "ask_for_human", "say_again", "look", "look", "release", "restart",
)  # fmt: skip


class Caller:
    """Makes moves as a media session would: one utterance at a time may be unconfirmed."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.asked: list[str] = []
        """Turns that must be in the record, in order."""
        self._perhaps: Utterance | None = None
        self._last: Utterance | None = None

    async def say(self) -> None:
        await self.withdraw()
        self._last = await self.call.say("Hello")
        self.asked.append(self._last.turn_id)

    async def say_perhaps(self) -> None:
        await self.withdraw()
        self._perhaps = await self.call.say_perhaps("Hello")

    async def confirm(self) -> None:
        if self._perhaps is not None:
            await self.call.confirm(self._perhaps)
            self.asked.append(self._perhaps.turn_id)
        self._perhaps = None

    async def withdraw(self) -> None:
        if self._perhaps is not None:
            await self.call.withdraw(self._perhaps)
        self._perhaps = None

    async def barge_in(self) -> None:
        await self.withdraw()
        if self.asked:
            await self.call.barge_in(self.asked[-1], _REPLY[:14])

    async def hear(self) -> None:
        if self.asked:
            await self.call.hear(self.asked[-1], _REPLY)

    async def ask_for_human(self) -> None:
        await self.withdraw()
        self.asked.append(self.call.next_id)
        await self.call.ask_for_human()

    async def say_again(self) -> None:
        if self._last is not None:
            await self.call.tell(self._last)

    async def look(self) -> None:
        await self.call.view()

    async def release(self) -> None:
        self.call.script.release()

    async def move(self, name: str) -> None:
        moves: Mapping[str, Callable[[], Awaitable[None]]] = {
            "say": self.say,
            "say_perhaps": self.say_perhaps,
            "confirm": self.confirm,
            "withdraw": self.withdraw,
            "barge_in": self.barge_in,
            "hear": self.hear,
            "ask_for_human": self.ask_for_human,
            "say_again": self.say_again,
            "look": self.look,
            "release": self.release,
        }
        await moves[name]()


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Draw what the assistant and its tools do in each turn."""
    script = Script()
    for number in range(1, _TURNS + 1):
        steps: list[Outcome[Step]] = []
        for place in range(draw(st.integers(0, 2))):
            calls = [
                _tool(draw, script, f"t{number}.{place}.{n}")
                for n in range(draw(st.integers(0, 2)))
            ]
            steps.append(_maybe_held(draw, words(draw(st.sampled_from(["", _REPLY])), *calls)))
        last: Outcome[Step] = words(_REPLY)
        if draw(st.integers(0, 4)) == 0:
            last = ApplicationError("will never work", non_retryable=True)
        script.answers[f"t{number}"] = [*steps, last]
    return script


def _tool(draw: st.DrawFn, script: Script, key: str) -> ToolCall:
    name = draw(st.sampled_from(["get_todos", "create_todo", "create_todo", END_CALL_TOOL]))
    call = ToolCall(id=key, name=name, arguments={}, read_only=name == "get_todos")
    kind = draw(st.sampled_from(["done", "refused", "fails"]))
    if kind == "fails":
        script.results[key] = ApplicationError("broken", non_retryable=True)
    else:
        result = done(call) if kind == "done" else refused(call, ToolState.TIMED_OUT)
        script.results[key] = Held(result) if draw(st.booleans()) else result
    return call


def _maybe_held(draw: st.DrawFn, step: Step) -> Outcome[Step]:
    return Held(step) if draw(st.booleans()) else step


@pytest.mark.timeout(400)
@settings(max_examples=10, deadline=None)
@given(script=scripts(), moves=st.lists(st.sampled_from(MOVES), max_size=14))
async def test_any_order_of_events_leaves_a_whole_record_that_claude_takes(
    real_client: Client, script: Script, moves: Sequence[str]
) -> None:
    convonet = Deployment(real_client)
    caller = Caller(await convonet.start(script))
    for stretch in _stretches(moves):
        async with convonet.running():
            for name in stretch:
                await caller.move(name)
    async with convonet.running():
        await caller.withdraw()
        script.release()
        await caller.call.hang_up()
        await caller.call.result()
        view = await caller.call.view()
        await convonet.replay()
    _check_record(view.turns, caller)
    _check_saved(view.turns, script)
    for request in script.asked:
        check(payload(request))
    check(payload(ask(*view.turns, turn("And now?"))))


def _stretches(moves: Sequence[str]) -> list[list[str]]:
    """Split moves where the workers are restarted."""
    stretches: list[list[str]] = [[]]
    for name in moves:
        if name == "restart":
            stretches.append([])
        else:
            stretches[-1].append(name)
    return stretches


def _check_record(turns: Sequence[Turn], caller: Caller) -> None:
    ids = [one.turn_id for one in turns]
    # A goodbye ends the call: what comes after it is not part of it.
    assert ids == caller.asked[: len(ids)]
    for one in turns:
        assert one.heard is not None
        for step in one.steps:
            assert [call.id for call in step.calls] == [result.call_id for result in step.results]


def _check_saved(turns: Sequence[Turn], script: Script) -> None:
    newest = {one.turn.turn_id: (one.ordinal, one.turn) for one in script.saved}
    assert newest == {one.turn_id: (place, one) for place, one in enumerate(turns)}
