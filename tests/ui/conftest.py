"""Chromium with a microphone that speaks, and a `/voice` server that plays a script."""

import wave
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Browser, async_playwright

from tests.ui.scripted_voice import DIST, PIN, ScriptedVoice, scripted_voice
from tests.ui.voice_page import CHROMIUM, VoicePage, launch


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds that sound enough like speech to pass a browser's noise suppression."""
    path = tmp_path_factory.mktemp("microphone") / "speech.wav"
    rate = 44_100
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(voiced(np.arange(10 * rate) / rate).tobytes())
    return path


def voiced(t: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return a vowel-like buzz at these seconds: four syllables a second, the pitch gliding."""
    phase = 2 * np.pi * (120 * t + 4 * np.sin(2 * np.pi * 0.7 * t))
    buzz = np.sum([np.sin(phase * harmonic) / harmonic for harmonic in range(1, 9)], axis=0)
    syllables = np.maximum(0.0, np.sin(2 * np.pi * 4 * t))
    return (6_000 * buzz * syllables).astype("<i2")


@pytest.fixture(scope="session")
async def browser(speech: Path) -> AsyncGenerator[Browser]:
    """One Chromium for all tests of the pages."""
    if not DIST.joinpath("index.html").is_file():
        pytest.fail("ui/dist is missing: build the pages first (make ui)")
    if not CHROMIUM.is_file():
        pytest.fail(f"{CHROMIUM} is missing: install chromium first")
    async with async_playwright() as playwright:
        browser = await launch(playwright, speech=speech)
        yield browser
        await browser.close()


@pytest.fixture
async def voice() -> AsyncGenerator[ScriptedVoice]:
    """The server's side of the call."""
    async with scripted_voice() as voice:
        yield voice


@pytest.fixture
async def page(browser: Browser, voice: ScriptedVoice) -> AsyncGenerator[VoicePage]:
    """The page, before sign-in. A test fails on any error the page has thrown."""
    async with await browser.new_context() as context:
        page = await VoicePage.open(context, voice.url)
        yield page
        assert page.errors == []


@pytest.fixture
async def call(page: VoicePage) -> VoicePage:
    """The page in a call that is listening."""
    await page.sign_in(PIN)
    await page.shows("Listening")
    return page
