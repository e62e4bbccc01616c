"""The real offline engines, loaded once for all tests."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from convonet.settings import Settings
from convonet.speech.local import models
from convonet.speech.local.load import load_engines, warm
from convonet.speech.local.turn_model import TurnModel
from convonet.speech.local.vad import VoiceActivity
from convonet.speech.local.whisper import Whisper
from convonet.speech.ports import Engines
from tests.speech import sounds


@pytest.fixture(scope="session")
async def engines() -> Engines:
    engines = load_engines(Settings(_env_file=None))  # pyright: ignore[reportCallIssue]
    sounds.draw_the_same_breath()
    await warm(engines)
    return engines


@pytest.fixture(scope="session")
def vad() -> VoiceActivity:
    return VoiceActivity(models.VAD.checked())


@pytest.fixture(scope="session")
def turn_model() -> TurnModel:
    return TurnModel(models.TURN.checked())


@pytest.fixture(scope="session")
def whisper() -> Whisper:
    return Whisper(models.whisper_files("tiny.en", None), workers=1)


@pytest.fixture(scope="session")
async def sentence(engines: Engines) -> NDArray[np.float32]:
    """ "Show me all my pending todos.", 16 kHz, -1 to 1."""
    return samples(await sounds.speech(engines.tts, "Show me all my pending todos."))


def samples(pcm: bytes) -> NDArray[np.float32]:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)


def package_file(module: str, path: str) -> Path:
    spec = find_spec(module)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations))) / path
