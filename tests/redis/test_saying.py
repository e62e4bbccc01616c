"""What is handed over to be spoken: once each, by one writer, for one epoch."""

from convonet.contracts.speech import Say
from convonet.contracts.voice import Notice
from convonet.redis import keys
from convonet.redis.client import Redis
from tests.redis.edge import EdgeStreams


def sentence(index: int, text: str, *, epoch: int = 1) -> Say:
    return Say(kind="sentence", turn_id="t1", epoch=epoch, step=0, index=index, text=text)


async def test_what_is_handed_over_again_is_taken_for_done(
    streams: EdgeStreams, redis: Redis, call_id: str
) -> None:
    for _ in range(2):
        assert await streams.say(call_id, sentence(0, "Hello."), 1)
    assert await streams.say(call_id, sentence(1, "How can I help?"), 1)
    assert await redis.xlen(keys.say(call_id)) == 2


async def test_what_an_eager_utterance_was_answered_is_no_part_of_the_final_ones_answer(
    streams: EdgeStreams, call_id: str
) -> None:
    await streams.say(call_id, sentence(0, "You have two.", epoch=1), 3)
    await streams.say(call_id, sentence(0, "You have one.", epoch=3), 1)
    assert [say.text for say in await streams.said(call_id, "t1", 0, 3)] == ["You have one."]


async def test_attempts_at_an_eager_utterance_do_not_silence_the_final_one(
    streams: EdgeStreams, call_id: str
) -> None:
    assert await streams.say(call_id, sentence(0, "Sorry.", epoch=1), 1_000)
    assert await streams.say(call_id, sentence(0, "You have one.", epoch=3), 1)


async def test_an_attempt_that_has_read_back_hears_no_more_of_the_one_before(
    streams: EdgeStreams, call_id: str
) -> None:
    await streams.say(call_id, sentence(0, "First."), 1)
    before = await streams.said(call_id, "t1", 0, 1, attempt=2)
    assert [say.text for say in before] == ["First."]
    assert not await streams.say(call_id, sentence(1, "Thawed."), 1)
    assert await streams.say(call_id, sentence(1, "Second."), 2)


async def test_an_event_of_an_activity_that_is_tried_again_is_shown_once(
    streams: EdgeStreams, call_id: str
) -> None:
    for name in ("a", "a", "b"):
        await streams.emit_once(call_id, name, Notice(text=name))
    assert len(await streams.follow(call_id, 0, 1)) == 2
