import json

from activities.announce import AnnounceActivities
from convonet.contracts.conversation import Announce
from convonet.contracts.speech import Say
from convonet.media.playout import Playout, Sentence
from convonet.redis import keys
from convonet.redis.client import Redis
from convonet.redis.media import START, MediaStore
from tests.activities.attempts import attempt
from tests.redis.edge import EdgeStreams

SORRY = Announce(call_id="", turn_id="t1", epoch=1, step=0, text="Sorry.")


async def handed_over(redis: Redis, call_id: str) -> list[Say]:
    _, said = await MediaStore(redis, call_id).read(START, START, 1)
    return [entry.say for entry in said]


def spoken(says: list[Say]) -> list[str]:
    """Return what the media session would speak of them."""
    playout = Playout("t1", 1, 16_000)
    for say in says:
        if say.kind == "sentence":
            playout.add(Sentence(say.step, say.index, say.text))
    return [sentence.text for sentence in playout.sentences]


async def test_an_announcement_is_spoken_as_the_end_of_its_turn(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    announce = AnnounceActivities(streams).announce
    await attempt(1, announce, SORRY.model_copy(update={"call_id": call_id}))
    said = await handed_over(redis, call_id)
    assert [(say.kind, say.text) for say in said] == [("sentence", "Sorry."), ("end", "")]
    assert said[-1].final
    assert await streams.follow(call_id, 0, 1) == []


async def test_an_announcement_is_heard_behind_what_a_broken_off_step_has_said(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    for index, text in enumerate(["We open", "at nine"]):
        say = Say(kind="sentence", turn_id="t1", epoch=1, step=0, index=index, text=text)
        assert await streams.say(call_id, say, 6)
    announce = AnnounceActivities(streams).announce
    await attempt(1, announce, SORRY.model_copy(update={"call_id": call_id}))
    late = Say(kind="sentence", turn_id="t1", epoch=1, step=0, index=2, text="Zombie")
    assert not await streams.say(call_id, late, 6)
    assert spoken(await handed_over(redis, call_id)) == ["We open", "at nine", "Sorry."]


async def test_an_announcement_made_twice_is_heard_once(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    announce = AnnounceActivities(streams).announce
    for number in (1, 2):
        await attempt(number, announce, SORRY.model_copy(update={"call_id": call_id}))
    assert spoken(await handed_over(redis, call_id)) == ["Sorry."]


async def test_an_announcement_of_an_older_epoch_is_not_made(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    await redis.hset(keys.session(call_id), "epoch", "2")
    announce = AnnounceActivities(streams).announce
    await attempt(1, announce, SORRY.model_copy(update={"call_id": call_id}))
    assert await handed_over(redis, call_id) == []


async def test_an_event_goes_to_the_page_with_the_words(streams: EdgeStreams, call_id: str) -> None:
    event = {"type": "transfer", "state": "failed", "reason": "Nobody is there."}
    announce = AnnounceActivities(streams).announce
    await attempt(1, announce, SORRY.model_copy(update={"call_id": call_id, "event": event}))
    (entry,) = await streams.follow(call_id, 0, 1)
    assert json.loads(entry.event) == event
