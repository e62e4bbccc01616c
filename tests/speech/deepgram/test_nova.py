"""Nova through the real SDK, against a server that speaks its protocol."""

import asyncio

import pytest

from convonet.errors import ProviderBusy
from convonet.speech.deepgram.listening import Patience
from convonet.speech.deepgram.nova import NovaSpeechToText
from convonet.speech.ports import EndOfTurn, HeardEvent, Hints, Interim, SpeechStarted
from tests.providers.deepgram import Deepgram
from tests.speech.deepgram.sounds import client_for, feed, quiet, tone, until_end_of_turn


def nova(
    deepgram: Deepgram, model: str = "nova-3", patience: Patience | None = None
) -> NovaSpeechToText:
    return NovaSpeechToText(client_for(deepgram.base_url), model, patience=patience)


def end_of(heard: list[HeardEvent]) -> EndOfTurn:
    assert isinstance(heard[-1], EndOfTurn)
    return heard[-1]


async def test_a_turn_ends_at_the_pause_with_all_its_words(deepgram: Deepgram) -> None:
    deepgram.script.hear("create a todo to review the report")
    async with nova(deepgram).listen(Hints()) as session:
        await feed(session, quiet(500) + tone(2_000) + quiet(600))
        heard = await until_end_of_turn(session.events())

    assert heard[0] == SpeechStarted(500)
    ended = end_of(heard)
    assert ended.text == "create a todo to review the report"
    assert [event.text for event in heard if isinstance(event, Interim)][-1] == ended.text
    assert (ended.speech_end_ms, ended.end_ms, ended.speech_ms) == (2_500, 2_800, 2_000)
    assert 300 <= ended.endpointing_ms <= 600


async def test_final_pieces_become_one_turn(deepgram: Deepgram) -> None:
    deepgram.script.hear("remind me", "to call Anna", "tomorrow")
    async with nova(deepgram).listen(Hints()) as session:
        burst = tone(600) + quiet(200)
        await feed(session, burst + burst + burst + quiet(300))
        heard = await until_end_of_turn(session.events())

    assert end_of(heard).text == "remind me to call Anna tomorrow"
    interims = [event.text for event in heard if isinstance(event, Interim)]
    assert interims == sorted(interims, key=len)
    assert [event for event in heard if isinstance(event, SpeechStarted)] == [SpeechStarted(0)]


async def test_noise_without_words_ends_in_an_empty_turn(deepgram: Deepgram) -> None:
    async with nova(deepgram).listen(Hints()) as session:
        await feed(session, tone(300) + quiet(500))
        heard = await until_end_of_turn(session.events())
    assert end_of(heard).text == ""


async def test_in_noise_the_utterance_end_makes_the_words_final(deepgram: Deepgram) -> None:
    deepgram.script.hear("show me my todos", noisy=True)
    async with nova(deepgram).listen(Hints()) as session:
        await feed(session, tone(1_500) + quiet(1_200))
        heard = await until_end_of_turn(session.events())
    assert end_of(heard).text == "show me my todos"
    assert deepgram.script.received["Finalize"] == 1


async def test_a_turn_ends_when_the_audio_stops_in_the_middle(deepgram: Deepgram) -> None:
    deepgram.script.hear("are you there")
    async with nova(deepgram, patience=Patience(gap_s=0.05)).listen(Hints()) as session:
        await session.feed(tone(600))  # at once: no pause of the machine's is a gap in it
        heard = await until_end_of_turn(session.events())
    ended = end_of(heard)
    assert (ended.text, ended.end_ms) == ("are you there", 600)


async def test_a_connection_without_audio_is_kept_awake_without_audio(deepgram: Deepgram) -> None:
    patience = Patience(gap_s=0.01, keep_alive_s=0.02)
    async with nova(deepgram, patience=patience).listen(Hints()), asyncio.timeout(60):
        while deepgram.script.received["KeepAlive"] < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert deepgram.script.listened_ms == 0


async def test_a_connection_closed_for_silence_is_busy(deepgram: Deepgram) -> None:
    deepgram.script.listen_idle_s = 0.05
    async with nova(deepgram).listen(Hints()) as session, asyncio.timeout(60):
        with pytest.raises(ProviderBusy):
            await anext(session.events())


async def test_what_is_asked_of_deepgram(deepgram: Deepgram) -> None:
    async with nova(deepgram).listen(Hints(names=("Anna", "Bo"))):
        pass
    (asked,) = deepgram.script.handshakes
    assert asked.path == "/v1/listen"
    assert asked.query == {
        "model": ["nova-3"],
        "encoding": ["linear16"],
        "sample_rate": ["16000"],
        "interim_results": ["true"],
        "smart_format": ["true"],
        "endpointing": ["300"],
        "utterance_end_ms": ["1000"],
        "vad_events": ["true"],
        "keyterm": ["Anna", "Bo"],
    }


async def test_older_models_are_not_given_keyterms(deepgram: Deepgram) -> None:
    async with nova(deepgram, "nova-2").listen(Hints(names=("Anna",))):
        pass
    assert "keyterm" not in deepgram.script.handshakes[0].query


async def test_messages_nobody_understands_are_passed_over(deepgram: Deepgram) -> None:
    deepgram.script.hear("create a todo")
    deepgram.script.faults.garbage = True
    async with nova(deepgram).listen(Hints()) as session:
        await feed(session, tone(900) + quiet(400))
        heard = await until_end_of_turn(session.events())
    assert end_of(heard).text == "create a todo"
