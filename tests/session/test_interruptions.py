import time

from convonet.redis.client import Redis
from convonet.speech.ports import Interim
from tests.fakes.speech import MS_PER_CHARACTER
from tests.session.calling import Call

STORY = " ".join(["one two three four five six seven eight nine ten eleven twelve"] * 3) + "."
"""Almost four seconds: nothing that is done while it is told takes so long."""
AHEAD_MS = 500
"""How much may be sent before it is due: the lead, and a chunk."""


async def telling(call: Call, sent_ms: int) -> None:
    """The assistant tells the story; return when that much of it was sent."""
    asked = await call.ask("tell me")
    await call.reply("t1", asked.epoch, STORY)
    while len(call.play) < sent_ms * 16:
        await call.until("audio")


async def test_speech_stops_the_sound_at_once_and_words_make_it_an_interruption(
    redis: Redis,
) -> None:
    call = Call(redis)
    async with call.session():
        await telling(call, 900)
        await call.control(type="played", turn_id="t1", ms=700)
        await call.sound()
        call.stt.start()
        await call.until("clear", turn_id="t1")
        sent = len(call.play)
        call.stt.hear(Interim("wait"))
        call.stt.finish("wait a minute")
        barge_in = await call.conversations.until("barged_in")
        utterance = await call.conversations.until("utterance_ended", 2)
        await call.drain()
    assert len(call.play) == sent
    assert STORY.startswith(barge_in.text)
    # It is cut between words, not before what the page reported.
    assert 700 // MS_PER_CHARACTER - 6 <= len(barge_in.text) <= sent // 16 // MS_PER_CHARACTER
    assert STORY[len(barge_in.text)] == " "
    assert utterance.epoch > barge_in.epoch


async def test_noise_without_words_is_no_interruption(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await telling(call, 600)
        await call.sound()
        call.stt.start()
        clear = await call.until("clear", turn_id="t1")
        before = call.heard
        call.stt.finish("", speech_ms=200)
        await call.until("turn", turn_id="t1")
        ended = await call.conversations.until("playout_ended")
    after = call.heard[len(before) :]
    assert clear
    # What the caller had not heard yet is said again, from there to the end, nothing left out.
    assert STORY.endswith(after)
    assert len(before) + len(after) >= len(STORY)
    assert len(before) + len(after) - len(STORY) <= 500 // MS_PER_CHARACTER
    assert not [name for name, _ in call.conversations.told if name == "barged_in"]
    assert ended.text == STORY


async def test_a_backchannel_is_no_interruption(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await telling(call, 300)
        await call.sound()
        call.stt.say("mm-hmm")
        await call.until("turn", turn_id="t1")
    assert len([name for name, _ in call.conversations.told if name == "utterance_ended"]) == 1


async def test_noise_that_does_not_stop_silences_the_assistant_for_a_few_seconds_only(
    redis: Redis,
) -> None:
    call = Call(redis)
    async with call.session():
        await telling(call, 300)
        await call.sound()
        call.stt.start()
        await call.until("clear", turn_id="t1")
        await call.until("audio")
        await call.until("turn", turn_id="t1")
    assert call.heard.endswith("twelve.")


async def test_a_reply_that_comes_while_the_caller_speaks_waits_for_the_end(
    redis: Redis,
) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("one")
        await call.sound()
        call.stt.start()
        await call.until("speech_started")
        await call.reply("t1", asked.epoch, "answer")
        await call.sound(200)
        await call.drain()
        assert call.play == b""
        call.stt.finish("")
        await call.until("turn", turn_id="t1")
    assert call.heard == "answer"


async def test_sound_is_sent_only_a_little_ahead_of_the_ear(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("one")
        began = time.monotonic()
        await call.reply("t1", asked.epoch, "x" * 100)
        while len(call.play) // 16 < 2_000:
            await call.until("audio")
            due_ms = (time.monotonic() - began) * 1_000
            assert len(call.play) // 16 <= due_ms + AHEAD_MS
        await call.until("turn", turn_id="t1")
    assert len(call.play) // 16 == 2_000


async def test_nothing_is_said_while_nobody_is_connected(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("one")
        await call.leave()
        await call.reply("t1", asked.epoch, "answer")
        await call.sound(400)
        await call.drain()
        assert call.play == b""
        await call.come_back()
        await call.until("turn", turn_id="t1")
    assert call.heard == "answer"
