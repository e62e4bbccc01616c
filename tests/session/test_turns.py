from typing import Any

from convonet.contracts.assistant import END_CALL_TOOL, ToolCall
from convonet.contracts.speech import Say
from convonet.errors import ProviderBusy
from convonet.redis.client import Redis
from tests.session.calling import Call


async def test_an_utterance_reaches_page_and_workflow_and_its_reply_is_spoken(
    redis: Redis,
) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("what time is it")
        assert (asked.turn_id, asked.text, asked.typed) == ("t1", "what time is it", False)
        await call.until("transcript", turn_id="t1", text="what time is it", final=True)
        await call.until("assistant_state", state="thinking")
        await call.reply("t1", asked.epoch, "It is", "ten o'clock.")
        await call.until("assistant_state", state="speaking")
        await call.until("reply", text="It is", final=False)
        await call.until("reply", final=True)
        ended = await call.conversations.until("playout_ended")
        await call.until("turn", turn_id="t1")
        await call.until("assistant_state", state="listening")
    assert call.heard == "It isten o'clock."
    assert (ended.turn_id, ended.epoch, ended.text) == ("t1", asked.epoch, "It is ten o'clock.")


async def test_the_next_utterance_tells_what_was_heard_of_the_turn_before(redis: Redis) -> None:
    call = Call(redis, carries_heard=True)
    async with call.session():
        await _told_the_time(call)
    async with call.session():
        await call.control(type="text", text="and now?")
        typed = await call.conversations.until("utterance_ended", 2)
    told = [body for name, body in call.conversations.told if name == "playout_ended"]
    heard = told[0] if told else typed.heard  # The machine may have needed seconds for this.
    assert (heard.turn_id, heard.text) == ("t1", "ten")


async def test_what_was_heard_is_told_without_an_utterance_when_none_comes(redis: Redis) -> None:
    call = Call(redis, carries_heard=True)
    async with call.session():
        await _told_the_time(call)
    async with call.session():
        heard = await call.conversations.until("playout_ended")
    assert (heard.turn_id, heard.text) == ("t1", "ten")


async def test_what_was_heard_is_told_before_the_caller_has_left(redis: Redis) -> None:
    call = Call(redis, carries_heard=True)
    async with call.session():
        await _told_the_time(call)
        await call.control(type="hangup")
        await call.conversations.until("hung_up")
    assert [name for name, _ in call.conversations.told][-2:] == ["playout_ended", "hung_up"]


async def test_that_a_farewell_was_heard_is_told_at_once(redis: Redis) -> None:
    """The workflow waits for it."""
    call = Call(redis, carries_heard=True)
    async with call.session():
        asked = await call.ask("bye")
        await call.hand_over("t1", asked.epoch, "bye")
        bye = ToolCall(id="bye", name=END_CALL_TOOL, arguments={})
        end = Say(
            kind="end", turn_id="t1", epoch=asked.epoch, step=0, index=1, final=True, calls=(bye,)
        )
        await call.streams.say(call.id, end, 1)
        await call.conversations.until("playout_ended")


async def test_typing_interrupts_and_is_a_turn(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("tell me a story")
        await call.reply("t1", asked.epoch, "Once upon a time there was " * 5)
        await call.until("audio")
        await call.control(type="text", text="stop")
        barge_in = await call.conversations.until("barged_in")
        typed = await call.conversations.until("utterance_ended", 2)
    assert barge_in.turn_id == "t1"
    assert (typed.turn_id, typed.text, typed.typed) == ("t2", "stop", True)
    assert asked.epoch < barge_in.epoch < typed.epoch


async def test_what_an_old_epoch_says_is_never_heard(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        first = await call.ask("one")
        second = await call.ask("two")
        await call.hand_over("t1", first.epoch, "late words about one")
        await call.reply("t2", second.epoch, "two it is")
        await call.until("turn", turn_id="t2")
    assert call.heard == "two it is"


async def test_the_same_sentence_handed_over_twice_is_spoken_once(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("one")
        await call.hand_over("t1", asked.epoch, "hello")
        await call.reply("t1", asked.epoch, "hello")
        await call.until("turn", turn_id="t1")
    assert call.heard == "hello"


async def test_speech_to_text_that_breaks_off_hears_the_unfinished_words_again(
    redis: Redis,
) -> None:
    call = Call(redis)
    async with call.session():
        await call.ask("one")
        await call.sound(2_000)
        call.stt.start()
        await call.until("speech_started")
        await call.until("speech_started")
        call.stt.hear(ProviderBusy("cut"))
        await call.until("error", code="hearing_unavailable")
        await call.reopened(2)
        await call.sound(400)
        await call.fed(800)
    assert call.stt.opened == 2
    # Half a second before the speech began, to now: the pre-roll, nothing of turn one.
    assert 800 <= call.stt.fed_ms <= 1_000


async def test_a_sentence_the_voice_cannot_say_is_shown_and_the_call_goes_on(
    redis: Redis,
) -> None:
    call = Call(redis)
    call.tts.failures = 3
    async with call.session():
        asked = await call.ask("one")
        await call.reply("t1", asked.epoch, "silent", "spoken")
        await call.until("error", code="voice_unavailable")
        await call.until("turn", turn_id="t1")
    shown = [m["text"] for m in call.messages if m["type"] == "reply"]
    assert sorted(shown) == ["silent", "spoken"]
    assert call.heard == "spoken"


async def test_a_wish_for_a_human_and_a_hang_up_reach_the_workflow(redis: Redis) -> None:
    call = Call(redis)
    async with call.session() as session:
        await call.control(type="transfer", department="sales")
        wish = await call.conversations.until("transfer_requested")
        await call.control(type="hangup")
        hung_up = await call.conversations.until("hung_up")
        await session
    assert (wish.turn_id, wish.department, hung_up.reason) == ("t1", "sales", "hangup")


async def test_an_eager_utterance_is_thought_about_at_once_and_voiced_when_confirmed(
    redis: Redis,
) -> None:
    call = Call(redis)
    async with call.session():
        await call.sound()
        call.stt.start()
        call.stt.finish("what time", eager=True)
        eager = await call.conversations.until("utterance_ended")
        await call.reply("t1", eager.epoch, "ten")
        await call.sound()
        await call.drain()
        assert call.play == b""
        call.stt.finish("what time")
        final = await call.conversations.until("utterance_ended", 2)
        await call.until("turn", turn_id="t1")
    assert eager.eager
    assert final == eager.model_copy(update={"eager": False})
    assert call.heard == "ten"


async def test_an_eager_utterance_that_goes_on_is_withdrawn(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await call.sound()
        call.stt.start()
        call.stt.finish("what", eager=True)
        eager = await call.conversations.until("utterance_ended")
        await call.reply("t1", eager.epoch, "what what")
        call.stt.finish("what time is it")
        final = await call.conversations.until("utterance_ended", 2)
        withdrawn = await call.conversations.until("utterance_withdrawn")
        await call.reply("t1", final.epoch, "ten", step=0)
        await call.until("turn", turn_id="t1")
    assert _epochs(eager, withdrawn, final) == sorted(_epochs(eager, withdrawn, final))
    assert call.heard == "ten"


async def _told_the_time(call: Call) -> None:
    asked = await call.ask("what time is it")
    await call.reply("t1", asked.epoch, "ten")
    await call.until("turn", turn_id="t1")


def _epochs(*bodies: Any) -> list[int]:
    return [body.epoch for body in bodies]
