"""Chromium with a microphone that speaks, and a `/voice` server that plays a script."""

from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.async_api import Browser, async_playwright

from tests.ui.scripted_voice import DIST, PIN, ScriptedVoice, scripted_voice
from tests.ui.sounds import voiced, write_wav
from tests.ui.voice_page import CHROMIUM, VoicePage, launch

SPEECH_S = 60


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What sounds enough like speech to pass a browser's noise suppression; longer than a test."""
    path = tmp_path_factory.mktemp("microphone") / "speech.wav"
    rate = 44_100
    write_wav(path, voiced(np.arange(SPEECH_S * rate) / rate), rate)
    return path


@pytest.fixture(scope="session")
async def browser(speech: Path) -> AsyncGenerator[Browser]:
    """One Chromium for all tests of the pages."""
    if not DIST.joinpath("index.html").is_file():
        pytest.fail("ui/dist is missing: build the pages first (make ui)")
    if not CHROMIUM.is_file():
        pytest.fail(f"{CHROMIUM} is missing: install chromium first")
    async with async_playwright() as playwright:
        browser = await launch(playwright, speech)
        yield browser
        await browser.close()


@pytest.fixture
async def voice() -> AsyncGenerator[ScriptedVoice]:
    """The server's side of the call."""
    async with scripted_voice() as voice:
        yield voice


@pytest.fixture
async def page(browser: Browser, voice: ScriptedVoice) -> AsyncGenerator[VoicePage]:
    """The page, before sign-in: it leaves the console empty and asks no other host."""
    async with await browser.new_context() as context:
        page = await VoicePage.open(context, voice.url)
        yield page
        assert page.errors == []
        assert page.hosts == {urlsplit(voice.url).netloc}


@pytest.fixture
async def call(page: VoicePage) -> VoicePage:
    """The page in a call that is listening."""
    await page.sign_in(PIN)
    await page.shows("Listening")
    return page
