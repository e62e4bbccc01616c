"""Aura through the real SDK, against a server that speaks its protocol."""

import asyncio
from contextlib import aclosing

import pytest

from convonet.errors import ProviderBusy, ProviderRefused
from convonet.speech.deepgram.aura import AuraTextToSpeech, AuraVoice
from convonet.speech.deepgram.speak_wire import SpeakPatience
from tests.providers.deepgram import Deepgram
from tests.providers.deepgram_script import spoken
from tests.speech.deepgram.sounds import client_for

RATE = 24_000
LONG = "This is quite a long sentence, so that there is time to interrupt it."
NEXT = "And this is another."


def aura(deepgram: Deepgram, patience: SpeakPatience | None = None) -> AuraTextToSpeech:
    return AuraTextToSpeech(client_for(deepgram.base_url), patience=patience)


async def all_of(voice: AuraVoice, text: str) -> bytes:
    async with asyncio.timeout(60), aclosing(voice.synthesize(text)) as audio:
        return b"".join([pcm async for pcm in audio])


async def begin(voice: AuraVoice, text: str) -> bytes:
    """Take the first audio of a sentence and close the iterator."""
    async with asyncio.timeout(60), aclosing(voice.synthesize(text)) as audio:
        return await anext(audio)


async def test_sentences_are_spoken_in_order_over_one_connection(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        assert await all_of(voice, LONG) == spoken(LONG, RATE)
        assert await all_of(voice, NEXT) == spoken(NEXT, RATE)
    assert deepgram.script.texts == [LONG, NEXT]
    (asked,) = deepgram.script.handshakes
    assert asked.path == "/v1/speak"
    assert asked.query == {
        "model": ["aura-2-thalia-en"],
        "encoding": ["linear16"],
        "sample_rate": ["24000"],
    }


async def test_audio_comes_before_the_sentence_is_finished(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(8_000) as voice:
        first = await begin(voice, LONG)
    assert first == spoken(LONG, 8_000)[: len(first)]
    assert 0 < len(first) < len(spoken(LONG, 8_000)) // 2


async def test_nothing_of_an_interrupted_sentence_gets_into_the_next(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        for _ in range(3):
            await begin(voice, LONG)
            assert await all_of(voice, NEXT) == spoken(NEXT, RATE)
    assert deepgram.script.received["Clear"] == 3
    assert len(deepgram.script.handshakes) == 1


async def test_voices_of_many_calls_do_not_mix(deepgram: Deepgram) -> None:
    tts = aura(deepgram)

    async def call(text: str) -> bytes:
        async with tts.speak(8_000) as voice:
            return await all_of(voice, text)

    texts = [f"This is call number {number}." for number in range(8)]
    heard = await asyncio.gather(*(call(text) for text in texts))
    assert heard == [spoken(text, 8_000) for text in texts]


async def test_an_iterator_left_open_does_not_disturb_the_next_sentence(
    deepgram: Deepgram,
) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        async with aclosing(voice.synthesize(LONG)) as left_open:
            await anext(left_open)
            assert await all_of(voice, NEXT) == spoken(NEXT, RATE)
            rest = [pcm async for pcm in left_open]
        assert len(b"".join(rest)) < len(spoken(LONG, RATE))


async def test_a_finished_sentence_is_not_cleared(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        await all_of(voice, NEXT)
        await all_of(voice, NEXT)
    assert deepgram.script.received["Clear"] == 0


async def test_text_without_words_is_not_sent(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        assert await all_of(voice, " \n ") == b""
    assert deepgram.script.received["Speak"] == 0


async def test_a_long_text_is_sent_in_portions_and_heard_whole(deepgram: Deepgram) -> None:
    deepgram.script.speed = 2_000.0
    text = " ".join(["word"] * 900)
    async with aura(deepgram).speak(8_000) as voice:
        assert await all_of(voice, text) == spoken(text, 8_000)
    assert deepgram.script.received["Speak"] == 3
    assert deepgram.script.received["Flush"] == 1


async def test_a_connection_closed_while_idle_is_replaced_unnoticed(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        await all_of(voice, NEXT)
        await deepgram.close_all()
        assert await all_of(voice, LONG) == spoken(LONG, RATE)
        await deepgram.close_all(1000)
        assert await all_of(voice, NEXT) == spoken(NEXT, RATE)


async def test_a_connection_lost_while_idle_is_replaced_before_it_is_needed(
    deepgram: Deepgram,
) -> None:
    async with aura(deepgram).speak(RATE) as voice, asyncio.timeout(60):
        await deepgram.close_all()
        while len(deepgram.script.handshakes) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await all_of(voice, NEXT)
    assert len(deepgram.script.handshakes) == 2


async def test_a_sentence_cut_in_the_middle_is_busy_and_may_be_asked_again(
    deepgram: Deepgram,
) -> None:
    deepgram.script.faults.cut_after_chunks = 5
    async with aura(deepgram).speak(RATE) as voice:
        with pytest.raises(ProviderBusy):
            await all_of(voice, LONG)
        assert await all_of(voice, LONG) == spoken(LONG, RATE)


async def test_a_voice_that_says_nothing_is_noticed(deepgram: Deepgram) -> None:
    deepgram.script.faults.mute = True
    patience = SpeakPatience(first_audio_s=2)
    async with aura(deepgram, patience).speak(RATE) as voice:
        assert await all_of(voice, LONG) == spoken(LONG, RATE)
    assert deepgram.script.texts == [LONG, LONG]


async def test_a_key_withdrawn_during_the_call_is_refused(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        deepgram.script.key = "withdrawn"
        await deepgram.close_all()
        with pytest.raises(ProviderRefused, match="DEEPGRAM_API_KEY"):
            await all_of(voice, LONG)


async def test_more_sentences_than_one_connection_takes_in_a_minute(deepgram: Deepgram) -> None:
    deepgram.script.speed = 2_000.0
    async with aura(deepgram).speak(8_000) as voice:
        for number in range(45):
            text = f"Number {number}."
            assert await all_of(voice, text) == spoken(text, 8_000)
    assert deepgram.script.received["Flush"] == 45
    assert len(deepgram.script.handshakes) >= 3


async def test_a_refused_flush_moves_the_sentence_to_another_connection(
    deepgram: Deepgram,
) -> None:
    deepgram.script.flushes_per_minute = 1
    async with aura(deepgram).speak(RATE) as voice:
        await all_of(voice, NEXT)
        assert await all_of(voice, LONG) == spoken(LONG, RATE)
    assert deepgram.script.texts == [NEXT, LONG]


async def test_a_clear_that_is_never_confirmed_costs_the_connection_only(
    deepgram: Deepgram,
) -> None:
    deepgram.script.faults.deaf = True
    async with aura(deepgram, SpeakPatience(cleared_s=0.05)).speak(RATE) as voice:
        await begin(voice, LONG)
        assert await all_of(voice, NEXT) == spoken(NEXT, RATE)
    assert len(deepgram.script.handshakes) == 2


async def test_closing_the_voice_in_the_middle_of_a_sentence_leaves_nothing_open(
    deepgram: Deepgram,
) -> None:
    async with aura(deepgram).speak(RATE) as voice, aclosing(voice.synthesize(LONG)) as audio:
        await anext(audio)
    async with asyncio.timeout(60):
        while deepgram.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_replacement_that_fails_is_not_the_end(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice:
        deepgram.script.faults.refuse = 503
        await deepgram.close_all()
        assert await all_of(voice, NEXT) == spoken(NEXT, RATE)


async def test_a_replacement_lost_while_it_waits_is_not_the_end(deepgram: Deepgram) -> None:
    async with aura(deepgram).speak(RATE) as voice, asyncio.timeout(60):
        await deepgram.close_all()
        while len(deepgram.script.handshakes) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await deepgram.close_all()
        assert await all_of(voice, NEXT) == spoken(NEXT, RATE)


async def test_a_replacement_nobody_needed_is_closed_too(deepgram: Deepgram) -> None:
    async with asyncio.timeout(60):
        async with aura(deepgram).speak(RATE):
            await deepgram.close_all()
            while len(deepgram.script.handshakes) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        while deepgram.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
