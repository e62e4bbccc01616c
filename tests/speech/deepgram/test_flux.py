"""Flux through the real SDK, against a server that speaks its protocol."""

import asyncio

import pytest

from convonet.errors import ProviderBusy
from convonet.speech.deepgram.flux import FluxSpeechToText, TurnTaking
from convonet.speech.deepgram.listening import Patience
from convonet.speech.ports import (
    EndOfTurn,
    Hints,
    Interim,
    ListeningSession,
    SpeechStarted,
    SpeechStopped,
    TurnResumed,
)
from tests.providers.deepgram import Deepgram
from tests.speech.deepgram.sounds import client_for, feed, quiet, tone, until_end_of_turn


def flux(
    deepgram: Deepgram, *, eager: float | None = None, patience: Patience | None = None
) -> FluxSpeechToText:
    return FluxSpeechToText(
        client_for(deepgram.base_url),
        turn_taking=TurnTaking(eager_threshold=eager),
        patience=patience,
    )


async def feed_for_ever(session: ListeningSession, pcm: bytes) -> None:
    while True:
        await feed(session, pcm)
        await asyncio.sleep(0.01)


async def busy(session: ListeningSession, pcm: bytes) -> ProviderBusy:
    """Feed until the session gives up."""
    async with asyncio.timeout(60):
        with pytest.raises(ProviderBusy) as raised:
            await feed_for_ever(session, pcm)
    with pytest.raises(ProviderBusy):
        async for _ in session.events():
            pass
    return raised.value


async def test_a_spoken_turn_starts_grows_and_ends_with_its_words(deepgram: Deepgram) -> None:
    deepgram.script.hear("create a todo to review the report")
    async with flux(deepgram).listen(Hints()) as session:
        await feed(session, quiet(500) + tone(2_000) + quiet(600))
        heard = await until_end_of_turn(session.events())

    started, stopped, ended = heard[0], heard[-2], heard[-1]
    assert started == SpeechStarted(500)
    assert isinstance(stopped, SpeechStopped)
    assert isinstance(ended, EndOfTurn)
    interims = [event.text for event in heard[1:-2] if isinstance(event, Interim)]
    assert len(interims) == len(heard) - 3
    assert interims[0] == "create"
    assert interims[-1] == ended.text == "create a todo to review the report"
    assert ended.speech_end_ms == stopped.at_ms == 2_500
    assert ended.end_ms == 2_800
    assert ended.speech_ms == 2_000
    assert 300 <= ended.endpointing_ms <= 600
    assert ended.stt_ms == 0


async def test_turns_follow_each_other_on_one_connection(deepgram: Deepgram) -> None:
    deepgram.script.hear("first")
    deepgram.script.hear("second")
    async with flux(deepgram).listen(Hints()) as session:
        events = session.events()
        await feed(session, tone(400) + quiet(400))
        first = await until_end_of_turn(events)
        await feed(session, tone(400) + quiet(400))
        second = await until_end_of_turn(events)

    assert [turn[-1].text for turn in (first, second) if isinstance(turn[-1], EndOfTurn)] == [
        "first",
        "second",
    ]
    assert second[0] == SpeechStarted(800)
    assert len(deepgram.script.handshakes) == 1


async def test_an_eager_end_comes_before_the_end_and_with_the_same_words(
    deepgram: Deepgram,
) -> None:
    deepgram.script.hear("show me my todos")
    async with flux(deepgram, eager=0.4).listen(Hints()) as session:
        await feed(session, tone(600) + quiet(500))
        heard = await until_end_of_turn(session.events())

    ends = [event for event in heard if isinstance(event, EndOfTurn)]
    assert [(end.text, end.eager) for end in ends] == [
        ("show me my todos", True),
        ("show me my todos", False),
    ]
    assert TurnResumed() not in heard


async def test_an_eager_end_is_taken_back_when_the_caller_goes_on(deepgram: Deepgram) -> None:
    deepgram.script.hear("remind me", "to call Anna")
    async with flux(deepgram, eager=0.4).listen(Hints()) as session:
        await feed(session, tone(600) + quiet(200) + tone(600) + quiet(500))
        heard = await until_end_of_turn(session.events())

    ends = [event for event in heard if isinstance(event, EndOfTurn | TurnResumed)]
    assert [getattr(event, "text", "resumed") for event in ends] == [
        "remind me",
        "resumed",
        "remind me to call Anna",
        "remind me to call Anna",
    ]
    assert [event for event in heard if isinstance(event, SpeechStarted)] == [SpeechStarted(0)]


async def test_noise_without_words_is_no_turn(deepgram: Deepgram) -> None:
    async with flux(deepgram).listen(Hints()) as session:
        await feed(session, tone(300) + quiet(500))
        deepgram.script.hear("yes")
        await feed(session, tone(300) + quiet(500))
        heard = await until_end_of_turn(session.events())

    assert heard[0] == SpeechStarted(800)


async def test_what_is_asked_of_deepgram(deepgram: Deepgram) -> None:
    hints = Hints(names=("Anna", "  quarterly   report ", "Anna", ""))
    async with flux(deepgram, eager=0.4).listen(hints):
        pass

    (asked,) = deepgram.script.handshakes
    assert asked.path == "/v2/listen"
    assert asked.query == {
        "model": ["flux-general-en"],
        "encoding": ["linear16"],
        "sample_rate": ["16000"],
        "eot_threshold": ["0.7"],
        "eager_eot_threshold": ["0.4"],
        "eot_timeout_ms": ["5000"],
        "keyterm": ["Anna", "quarterly report"],
    }


async def test_a_turn_ends_when_the_audio_stops_in_the_middle(deepgram: Deepgram) -> None:
    deepgram.script.hear("are you there")
    patience = Patience(gap_s=0.05)
    async with flux(deepgram, patience=patience).listen(Hints()) as session:
        await session.feed(tone(600))  # at once: no pause of the machine's is a gap in it
        heard = await until_end_of_turn(session.events())

    ended = heard[-1]
    assert isinstance(ended, EndOfTurn)
    assert (ended.text, ended.speech_end_ms, ended.end_ms) == ("are you there", 600, 600)
    assert ended.endpointing_ms >= 300


async def test_positions_stay_the_callers_after_silence_was_put_in(deepgram: Deepgram) -> None:
    deepgram.script.hear("one")
    deepgram.script.hear("two")
    async with flux(deepgram, patience=Patience(gap_s=0.05)).listen(Hints()) as session:
        events = session.events()
        await session.feed(tone(600))
        await until_end_of_turn(events)
        await session.feed(quiet(200) + tone(400) + quiet(400))
        second = await until_end_of_turn(events)

    started, ended = second[0], second[-1]
    assert isinstance(started, SpeechStarted)
    assert isinstance(ended, EndOfTurn)
    # Deepgram's 10 ms frames do not begin where the caller's audio came back.
    assert started.at_ms == pytest.approx(800, abs=10)
    assert ended.speech_end_ms == pytest.approx(1_200, abs=10)
    assert ended.end_ms == pytest.approx(1_500, abs=10)


async def test_a_connection_without_audio_is_kept_awake(deepgram: Deepgram) -> None:
    patience = Patience(gap_s=0.01, keep_alive_s=0.02)
    async with flux(deepgram, patience=patience).listen(Hints()), asyncio.timeout(60):
        while deepgram.script.received["audio"] < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert deepgram.script.listened_ms >= 160


async def test_audio_is_not_held_back_and_sent_in_pieces_of_80_ms_at_most(
    deepgram: Deepgram,
) -> None:
    deepgram.script.hear("a long story")
    async with flux(deepgram).listen(Hints()) as session:
        whole = tone(1_000) + quiet(500)
        await session.feed(whole[:1001])  # half a sample too many
        await session.feed(whole[1001:])
        await until_end_of_turn(session.events())

    assert deepgram.script.largest_piece_ms <= 80


async def test_a_lost_connection_is_busy_and_another_one_goes_on(deepgram: Deepgram) -> None:
    deepgram.script.faults.disconnect_after_ms = 300
    stt = flux(deepgram)
    async with stt.listen(Hints()) as session:
        await busy(session, tone(100))
    deepgram.script.hear("again")
    async with stt.listen(Hints()) as session:
        await feed(session, tone(400) + quiet(400))
        heard = await until_end_of_turn(session.events())
    assert isinstance(heard[-1], EndOfTurn)


async def test_what_was_heard_before_the_loss_still_arrives(deepgram: Deepgram) -> None:
    deepgram.script.hear("before")
    deepgram.script.faults.disconnect_after_ms = 900
    async with flux(deepgram).listen(Hints()) as session:
        await feed(session, tone(400) + quiet(400))
        heard = await until_end_of_turn(session.events())
        await busy(session, quiet(100))
    assert isinstance(heard[-1], EndOfTurn)


async def test_a_stalled_connection_is_noticed_while_the_caller_speaks(deepgram: Deepgram) -> None:
    deepgram.script.hear("hello")
    deepgram.script.faults.stall_after_ms = 200
    patience = Patience(stall_s=0.2)
    async with flux(deepgram, patience=patience).listen(Hints()) as session:
        error = await busy(session, tone(100))
    assert "stopped answering" in str(error)


async def test_a_quiet_caller_is_no_stall(deepgram: Deepgram) -> None:
    deepgram.script.faults.stall_after_ms = 0
    async with flux(deepgram, patience=Patience(stall_s=0.01)).listen(Hints()) as session:
        for _ in range(10):
            await feed(session, quiet(200))
            await asyncio.sleep(0.01)


async def test_an_error_message_of_flux_is_busy(deepgram: Deepgram) -> None:
    deepgram.script.faults.fatal_after_ms = 200
    async with flux(deepgram).listen(Hints()) as session:
        error = await busy(session, tone(100))
    assert "INTERNAL_SERVER_ERROR" in str(error)


async def test_messages_nobody_understands_are_passed_over(deepgram: Deepgram) -> None:
    deepgram.script.hear("create a todo")
    deepgram.script.faults.garbage = True
    async with flux(deepgram).listen(Hints()) as session:
        await feed(session, tone(900) + quiet(400))
        heard = await until_end_of_turn(session.events())
    ended = heard[-1]
    assert isinstance(ended, EndOfTurn)
    assert ended.text == "create a todo"


async def test_a_slow_deepgram_is_waited_for(deepgram: Deepgram) -> None:
    deepgram.script.hear("slowly")
    deepgram.script.event_delay_ms = 50
    async with flux(deepgram).listen(Hints()) as session:
        await feed(session, tone(400) + quiet(400))
        heard = await until_end_of_turn(session.events())
    assert isinstance(heard[-1], EndOfTurn)


async def test_events_finish_when_the_session_is_closed(deepgram: Deepgram) -> None:
    async with flux(deepgram).listen(Hints()) as session:
        events = session.events()
    async with asyncio.timeout(60):
        assert [event async for event in events] == []
