import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor

import pytest

from convonet.errors import ProviderBusy
from convonet.media.resampling import resample
from convonet.speech.local.decoder import Decoder
from convonet.speech.local.listening import LocalListeningSession, Models
from convonet.speech.local.vad import VoiceActivity
from convonet.speech.local.whisper import Whisper
from convonet.speech.ports import (
    EndOfTurn,
    Engines,
    Hints,
    Interim,
    SpeechStarted,
    SpeechStopped,
)
from tests.speech import sounds
from tests.speech.local.hearing import hear, missed, turns_of, words

SPOKEN_EXAMPLES = (
    "Create a high priority todo to review the quarterly report.",
    "Add a reminder to call the dentist tomorrow at 2 PM.",
    "Schedule a meeting for next Friday from 2 to 3 PM.",
    "Show me all my pending todos.",
    "Mark the grocery shopping todo as completed.",
    "Create a hackathon team.",
    "What teams are available?",
    "Who are the members of the development team?",
    "Create a high priority todo for the dev team.",
    "Add admin@convonet.com to the hackathon team as owner.",
    "Assign a code review task to John in the dev team.",
    "Change john@example.com to admin role in the dev team.",
)
HINTS = Hints(names=("John", "Sarah"))
MOST_MISSED = 0.10
MOST_MISSED_BY_PHONE = 0.15


@pytest.mark.parametrize(
    ("noise", "most"), [(None, MOST_MISSED), (0.003, MOST_MISSED_BY_PHONE)], ids=["clear", "phone"]
)
async def test_the_spoken_examples_are_understood(
    engines: Engines, noise: float | None, most: float
) -> None:
    pcm = await sounds.conversation(engines.tts, SPOKEN_EXAMPLES)
    if noise is not None:
        narrow = resample(resample(pcm, 16_000, 8_000), 8_000, 16_000)
        pcm = sounds.telephone(narrow, noise=noise)
    turns = await turns_of(engines.stt, pcm, len(SPOKEN_EXAMPLES), hints=HINTS)
    pairs = [
        (words(said), words(turn.text)) for said, turn in zip(SPOKEN_EXAMPLES, turns, strict=True)
    ]
    wrong = sum(missed(said, heard) for said, heard in pairs)
    assert wrong <= most * sum(len(said) for said, _ in pairs), [turn.text for turn in turns]


async def test_a_turn_says_where_in_the_sound_it_was(engines: Engines) -> None:
    said = await sounds.speech(engines.tts, "Show me all my pending todos.")
    events = await hear(engines.stt, sounds.silence(1_000) + said, 1)
    started, stopped, turn = events[0], events[-2], events[-1]
    assert isinstance(started, SpeechStarted)
    assert isinstance(stopped, SpeechStopped)
    assert isinstance(turn, EndOfTurn)
    end_ms = 1_000 + len(said) // 32
    assert 1_000 <= started.at_ms <= 1_200
    assert end_ms - 300 <= turn.speech_end_ms == stopped.at_ms <= end_ms
    assert turn.speech_end_ms + 288 <= turn.end_ms <= turn.speech_end_ms + 900
    assert turn.endpointing_ms >= turn.end_ms - turn.speech_end_ms
    assert 1_000 <= turn.speech_ms <= len(said) // 32
    assert turn.stt_ms >= 0
    assert not turn.eager


@pytest.mark.parametrize(
    "sound",
    [
        sounds.silence(3_000),
        sounds.white_noise(2_000),
        sounds.white_noise(150, level=0.3) + sounds.silence(500) + sounds.white_noise(80),
        sounds.tone(440, 1_500),
        sounds.tone(60, 2_000),
        sounds.cough(),
        sounds.cough(seed=7) + sounds.silence(200) + sounds.cough(seed=8),
    ],
    ids=["silence", "noise", "bursts", "beep", "hum", "cough", "coughs"],
)
async def test_sound_without_words_gives_no_words(engines: Engines, sound: bytes) -> None:
    said = await sounds.speech(engines.tts, "Goodbye.")
    pcm = sounds.silence(300) + sound + sounds.silence(1_500) + said
    heard: list[str] = []
    async with asyncio.timeout(180), engines.stt.listen(HINTS) as ear:
        await ear.feed(pcm + sounds.silence(1_500))
        async for event in ear.events():
            if isinstance(event, EndOfTurn):
                heard.append(event.text)
                if words(event.text) == ["goodbye"]:
                    break
    assert [text for text in heard if text] == [heard[-1]]


@pytest.mark.parametrize("pause_ms", [100, 200])
async def test_a_pause_inside_a_sentence_does_not_cut_it(engines: Engines, pause_ms: int) -> None:
    first = await sounds.speech(engines.tts, "Add a reminder to call the dentist")
    second = await sounds.speech(engines.tts, "tomorrow at two PM.")
    (turn,) = await turns_of(engines.stt, first + sounds.silence(pause_ms) + second, 1)
    assert {"reminder", "dentist", "tomorrow"} <= set(words(turn.text))


async def test_short_answers_are_heard(engines: Engines) -> None:
    said = ("Yes.", "No.", "Stop.", "Goodbye.")
    pcm = sounds.silence(500) + await sounds.conversation(engines.tts, said)
    turns = await turns_of(engines.stt, pcm, len(said))
    assert [words(turn.text) for turn in turns] == [words(one) for one in said]


async def test_fast_or_slow_in_large_or_small_pieces_the_turns_are_the_same(
    engines: Engines,
) -> None:
    pcm = await sounds.conversation(engines.tts, SPOKEN_EXAMPLES[:3])
    expected = [place(turn) for turn in await turns_of(engines.stt, pcm, 3)]
    for chunk, step in ((len(pcm), 1), (999, 50), (8_000, 1)):
        async with asyncio.timeout(180), engines.stt.listen(Hints()) as ear:
            for number, at in enumerate(range(0, len(pcm), chunk)):
                await ear.feed(pcm[at : at + chunk])
                if number % step == 0:
                    await asyncio.sleep(0)
            turns: list[EndOfTurn] = []
            async for event in ear.events():
                turns += [event] if isinstance(event, EndOfTurn) else []
                if len(turns) == len(expected):
                    break
        assert [place(turn) for turn in turns] == expected


async def test_a_replay_from_the_end_of_a_turn_gives_the_turns_after_it(engines: Engines) -> None:
    pcm = await sounds.conversation(engines.tts, SPOKEN_EXAMPLES[2:5])
    first, *later = await turns_of(engines.stt, pcm, 3)
    replayed = await turns_of(engines.stt, pcm[first.end_ms * 32 :], 2)
    for before, after in zip(later, replayed, strict=True):
        assert abs(after.end_ms + first.end_ms - before.end_ms) <= 64
        assert words(after.text) == words(before.text)


async def test_calls_at_the_same_time_do_not_mix(engines: Engines) -> None:
    one = await sounds.conversation(engines.tts, ("Create a hackathon team.", "Stop."))
    other = await sounds.conversation(engines.tts, ("What teams are available?", "Goodbye."))
    heard = await asyncio.gather(turns_of(engines.stt, one, 2), turns_of(engines.stt, other, 2))
    assert [[words(turn.text) for turn in turns] for turns in heard] == [
        [words("create a hackathon team"), ["stop"]],
        [words("what teams are available"), ["goodbye"]],
    ]


async def test_words_so_far_come_while_the_caller_speaks(engines: Engines) -> None:
    pcm = await sounds.speech(engines.tts, SPOKEN_EXAMPLES[0]) + sounds.silence(1_000)
    interims: list[str] = []
    async with asyncio.timeout(180), engines.stt.listen(Hints()) as ear:
        half = 2 * 32_000
        await ear.feed(pcm[:half])
        async for event in ear.events():
            if isinstance(event, Interim):
                interims.append(event.text)
                await ear.feed(pcm[half:])
                half = len(pcm)
            if isinstance(event, EndOfTurn):
                break
    assert words(interims[0])[:2] == ["create", "a"]


async def test_a_long_turn_is_heard_whole_without_a_turn_model(
    engines: Engines, vad: VoiceActivity, whisper: Whisper
) -> None:
    said = " and then, ".join(one.rstrip(".?") for one in SPOKEN_EXAMPLES)
    pcm = await sounds.speech(engines.tts, said)
    assert len(pcm) / 32_000 > 28
    threads = ThreadPoolExecutor(1)
    ear = LocalListeningSession(Models(vad, None, Decoder(whisper), threads), ())
    async with asyncio.timeout(180):
        await ear.feed(pcm + sounds.silence(1_500))
        turns = [event async for event in first_turn(ear)]
        await ear.close()
    threads.shutdown()
    (turn,) = turns
    assert turn.end_ms == turn.speech_end_ms + 896
    assert missed(words(said), words(turn.text)) <= 0.2 * len(words(said)), turn.text


async def first_turn(ear: LocalListeningSession) -> AsyncGenerator[EndOfTurn]:
    async for event in ear.events():
        if isinstance(event, EndOfTurn):
            yield event
            return


async def test_a_closed_ear_ends_its_events_and_takes_no_more(engines: Engines) -> None:
    async with asyncio.timeout(180):
        async with engines.stt.listen(Hints()) as ear:
            await ear.feed(sounds.tone(440, 500))
        assert [event async for event in ear.events() if isinstance(event, EndOfTurn)] == []
        with pytest.raises(ProviderBusy):
            await ear.feed(sounds.silence(20))


async def test_the_event_loop_goes_on_while_much_sound_is_fed(engines: Engines) -> None:
    pcm = await sounds.conversation(engines.tts, SPOKEN_EXAMPLES[:4])
    beats = 0
    async with asyncio.timeout(180), engines.stt.listen(Hints()) as ear:
        await ear.feed(pcm)

        async def beat() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(0.01)
                beats += 1

        beating = asyncio.create_task(beat())
        turns = 0
        async for event in ear.events():
            turns += isinstance(event, EndOfTurn)
            if turns == 4:
                break
        beating.cancel()
    assert beats > 10


def place(turn: EndOfTurn) -> tuple[int, int, int, list[str]]:
    return turn.speech_end_ms, turn.end_ms, turn.speech_ms, words(turn.text)
