import logging
from dataclasses import replace
from pathlib import Path

import pytest

from convonet.errors import ProviderRefused
from convonet.settings import Settings
from convonet.speech.local import models
from convonet.speech.local.load import load_engines, load_stt, load_tts, load_turn_model, warm
from convonet.speech.ports import Engines, Hints


def settings(**changes: Path) -> Settings:
    return Settings(_env_file=None, **changes)  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_engines_say_who_they_are(engines: Engines) -> None:
    assert engines.stt.name == "Whisper tiny.en (on this machine)"
    assert engines.tts.name == "Joe (on this machine)"


async def test_a_missing_model_is_told_to_whoever_needs_it(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    broken = load_engines(
        settings(convonet_whisper_path=nowhere, convonet_voice_path=nowhere / "mine.onnx")
    )
    assert broken.stt.name == "Whisper nowhere (on this machine)"
    assert broken.tts.name == "mine (on this machine)"
    with pytest.raises(ProviderRefused, match="nowhere"):
        await warm(broken)
    with pytest.raises(ProviderRefused, match="nowhere"):
        async with broken.stt.listen(Hints()):
            pass
    with pytest.raises(ProviderRefused, match="mine"):
        async with broken.tts.speak(16_000):
            pass


def test_without_a_turn_model_turns_end_by_silence(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert load_turn_model(replace(models.TURN, path="gone.onnx")) is None
    assert "gone.onnx" in caplog.text


async def test_either_engine_can_be_loaded_alone(engines: Engines) -> None:
    assert load_stt(settings()).name == engines.stt.name
    assert load_tts(settings()).name == engines.tts.name
