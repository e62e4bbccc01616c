"""A call on the page: what it shows, what it sends, what sounds."""

import re

import numpy as np
from playwright.async_api import expect

from convonet.contracts import voice as wire
from tests.ui.scripted_voice import ScriptedVoice
from tests.ui.voice_page import VoicePage

INPUT_BYTES_PER_S = 32_000


def played(voice: ScriptedVoice, turn_id: str) -> int:
    return max(
        (
            message.ms
            for message in voice.received
            if isinstance(message, wire.Played) and message.turn_id == turn_id
        ),
        default=0,
    )


async def test_the_microphone_arrives_as_16_khz_pcm(call: VoicePage, voice: ScriptedVoice) -> None:
    await voice.until(lambda: len(voice.audio) > 3 * INPUT_BYTES_PER_S)
    samples = np.frombuffer(bytes(voice.audio), "<i2").astype(float)
    assert len(voice.audio) % 1_280 == 0  # whole chunks of 40 ms
    assert np.sqrt((samples**2).mean()) > 100
    await expect(call.page.get_by_test_id("microphone-level")).to_have_attribute(
        "data-lit", re.compile("[1-5]")
    )


async def test_a_muted_microphone_sends_silence(call: VoicePage, voice: ScriptedVoice) -> None:
    await voice.until(lambda: len(voice.audio) > INPUT_BYTES_PER_S)
    await call.button("Mute").click()
    await expect(call.button("Unmute")).to_have_attribute("aria-pressed", "true")
    voice.audio.clear()
    # What was said before the click may still be on its way.
    await voice.until(
        lambda: len(voice.audio) > INPUT_BYTES_PER_S and not any(voice.audio[-INPUT_BYTES_PER_S:])
    )


async def test_a_turn_is_shown_as_it_happens(call: VoicePage, voice: ScriptedVoice) -> None:
    await voice.send(
        wire.SpeechStarted(), wire.Transcript(turn_id="t1", text="create a", final=False)
    )
    await call.said(["create a"])
    await voice.send(
        wire.SpeechStopped(),
        wire.Transcript(turn_id="t1", text="Create a todo.", final=True),
        wire.AssistantState(state="thinking"),
        wire.Tool(turn_id="t1", name="create_todo", state="started", summary=""),
    )
    await call.shows("Thinking")
    await call.said(["Create a todo.", "Create todo", "running"])
    await voice.send(
        wire.Tool(turn_id="t1", name="create_todo", state="succeeded", summary="1 todo"),
        wire.AssistantState(state="speaking"),
        wire.Reply(turn_id="t1", text="Done.", final=True),
    )
    await call.shows("Speaking")
    await call.said(["1 todo", "Done."])
    await expect(call.page.get_by_role("log")).to_contain_text("Assistant: Done.")


async def test_the_voice_sounds_and_its_playout_is_reported(
    call: VoicePage, voice: ScriptedVoice
) -> None:
    await voice.say("t1", 2_000)
    await call.has_sounded()
    await voice.until(lambda: played(voice, "t1") == 2_000)
    await call.is_silent()


async def test_clear_stops_the_sound_and_counts_only_what_was_heard(
    call: VoicePage, voice: ScriptedVoice
) -> None:
    await voice.send(wire.Reply(turn_id="t1", text="A long story.", final=True))
    await voice.say("t1", 20_000)
    await call.sounds()
    await voice.until(lambda: played(voice, "t1") > 300)
    await voice.send(wire.Clear(turn_id="t1"))
    await call.is_silent()
    await call.said(["interrupted"])
    assert 300 < played(voice, "t1") < 10_000


async def test_a_typed_turn_is_sent_and_shown(call: VoicePage, voice: ScriptedVoice) -> None:
    await call.type("What is left today?")
    await call.said(["What is left today?"])
    await voice.until(lambda: bool(voice.messages(wire.Text)))
    await voice.send(wire.Transcript(turn_id="t1", text="What is left today?", final=True))
    await expect(call.transcript.get_by_text("What is left today?")).to_have_count(1)


async def test_timings_are_shown_on_demand(call: VoicePage, voice: ScriptedVoice) -> None:
    timings = wire.Timings(endpointing=300, stt=200, llm_first_token=400, total=1_040)
    await voice.send(
        wire.Reply(turn_id="t1", text="Done.", final=True),
        wire.TurnEnded(turn_id="t1", timings_ms=timings),
    )
    await call.said(["Done."])
    bar = call.page.get_by_test_id("timings")
    await expect(bar).to_have_count(0)
    await call.button("Timings").click()
    await expect(bar).to_contain_text("1.04 s")
    await expect(bar).to_contain_text("200 ms")


async def test_asking_for_a_human_shows_the_honest_answer(
    call: VoicePage, voice: ScriptedVoice
) -> None:
    await call.button("Talk to a human").click()
    await voice.until(lambda: bool(voice.messages(wire.TransferMe)))
    await expect(call.page.get_by_text("Looking for a person")).to_be_visible()
    await voice.send(wire.Transfer(state="failed", reason="Nobody is here yet."))
    await expect(call.page.get_by_text("Nobody is here yet.")).to_be_visible()
    await expect(call.button("Talk to a human")).to_be_enabled()


async def test_the_call_says_who_serves_it_and_where_to_watch_it(
    call: VoicePage, voice: ScriptedVoice
) -> None:
    for provider in ("Whisper tiny.en", "Offline assistant", "Joe"):
        await expect(call.page.get_by_text(provider)).to_be_visible()
    link = call.page.get_by_role("link", name="Follow in Temporal")
    await expect(link).to_have_attribute("href", re.compile("/workflows/conversation-call-1$"))


async def test_a_lost_connection_resumes_and_loses_nothing(
    call: VoicePage, voice: ScriptedVoice
) -> None:
    await voice.send(wire.Reply(turn_id="t1", text="First.", final=True))
    await call.said(["First."])
    seen = voice.seq
    voice.refuses_connections = True
    await voice.cut()
    await call.shows("Reconnecting")
    await expect(call.page.get_by_role("alert").last).to_contain_text("Reconnecting")
    await call.type("Still there?")
    await voice.send(wire.Reply(turn_id="t2", text="Said meanwhile.", final=True))
    voice.audio.clear()
    await call.page.wait_for_function(
        "() => new Promise(done => setTimeout(() => done(true), 1500))"
    )
    voice.refuses_connections = False
    await voice.until(lambda: bool(voice.messages(wire.Resume)))
    await call.shows("Listening")
    (resume,) = voice.messages(wire.Resume)
    assert isinstance(resume, wire.Resume)
    assert (resume.session_id, resume.call_id) == ("session-1", "call-1")
    assert resume.last_seq == seen
    await voice.until(lambda: bool(voice.messages(wire.Text)))
    await voice.until(lambda: len(voice.audio) > INPUT_BYTES_PER_S)  # what was said meanwhile
    await call.said(["First.", "Said meanwhile."])
    await expect(call.transcript.get_by_text("Said meanwhile.")).to_have_count(1)


async def test_a_reloaded_page_goes_on_with_the_call(call: VoicePage, voice: ScriptedVoice) -> None:
    await voice.send(wire.Reply(turn_id="t1", text="Before the reload.", final=True))
    await call.said(["Before the reload."])
    await call.page.reload()
    await call.shows("Listening")
    await call.said(["Before the reload."])
    await voice.send(wire.Reply(turn_id="t2", text="After it.", final=True))
    await call.said(["After it."])
    assert len(voice.messages(wire.Authenticate)) == 1


async def test_the_end_of_a_call_is_explained(call: VoicePage, voice: ScriptedVoice) -> None:
    await voice.send(wire.CallEnded(reason="idle"))
    await call.shows("Call ended")
    await expect(call.page.get_by_text("It was quiet for a while")).to_be_visible()
    await expect(call.page.get_by_label("Type instead of talking")).to_be_disabled()


async def test_a_goodbye_is_heard_to_its_end(call: VoicePage, voice: ScriptedVoice) -> None:
    await voice.say("t1", 2_000)
    await voice.send(wire.CallEnded(reason="goodbye"))
    await call.shows("Call ended")
    await call.has_sounded()


async def test_hanging_up_silences_the_assistant_at_once(
    call: VoicePage, voice: ScriptedVoice
) -> None:
    await voice.say("t1", 10_000)
    await call.sounds()
    await call.button("End call").click()
    await call.is_silent()
    await voice.until(lambda: bool(voice.messages(wire.Hangup)))
