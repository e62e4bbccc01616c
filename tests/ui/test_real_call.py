"""The page against the real thing: speech in, tools, speech out, and the API killed in between."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, WebSocket, async_playwright, expect

from convonet.caller.line import INPUT_RATE
from convonet.caller.sounds import bundled_voice, recorded, spoken
from convonet.settings import Settings
from tests.calls.placing import PIN, Ground
from tests.speech.sounds import draw_the_same_breath
from tests.ui.scripted_voice import OUTPUT_RATE
from tests.ui.sounds import audible_s, silence, write_wav
from tests.ui.voice_page import VoicePage, launch

TODO = "Create a high priority todo to water the plants."
QUESTION = "Show me all my todos."  # few words: how they are recognized is not tested here
LIMIT_S = 90.0

# A microphone that says what the test tells it to, when the test does: no word comes too early or
# too late. The device itself stays open, or a page that was reloaded would not be let sound.
MICROPHONE = """
(() => {
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const device = await open(constraints);
    const context = new AudioContext({ sampleRate: 16000 });
    const microphone = new MediaStreamAudioDestinationNode(context);
    new MediaStreamAudioSourceNode(context, { mediaStream: device }).connect(microphone);
    window.say = (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const samples = Float32Array.from(new Int16Array(bytes.buffer), (one) => one / 32768);
      const buffer = new AudioBuffer({ length: samples.length, sampleRate: 16000 });
      buffer.copyToChannel(samples, 0);
      const words = new AudioBufferSourceNode(context, { buffer });
      words.connect(microphone);
      words.start();
    };
    return microphone.stream;
  };
})();
"""

# Records from the moment the caller cuts in: what sounds from then on is the next answer. When
# the words are long in coming the assistant speaks on, and is cut off again.
RECORD_WHEN_INTERRUPTED = """
() => {
  const transcript = document.querySelector("[aria-label=Transcript]");
  let was = false;
  const look = () => {
    const is = transcript.textContent.includes("interrupted");
    if (is && !was) window.heard.record();
    was = is;
  };
  new MutationObserver(look).observe(transcript, {
    subtree: true, childList: true, characterData: true,
  });
}
"""


@dataclass
class Talker:
    """Chromium with a quiet device, and two things to say."""

    browser: Browser
    todo: bytes
    question: bytes

    async def say(self, page: VoicePage, pcm: bytes) -> None:
        """Begin to say it."""
        await page.page.evaluate("words => window.say(words)", base64.b64encode(pcm).decode())


@pytest.fixture(scope="session")
async def talker(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Talker]:
    voice = bundled_voice(Settings())
    draw_the_same_breath()
    wav = tmp_path_factory.mktemp("talker") / "silence.wav"
    await asyncio.to_thread(write_wav, wav, silence(1, INPUT_RATE), INPUT_RATE)
    async with async_playwright() as playwright:
        browser = await launch(playwright, wav)
        yield Talker(browser, await spoken(voice, TODO), await spoken(voice, QUESTION))
        await browser.close()


@dataclass
class Received:
    """The audio of a call as it reached the page, over all its connections."""

    pcm: dict[int, tuple[str, bytes]] = field(default_factory=dict[int, tuple[str, bytes]])
    _announced: tuple[int, str] | None = None

    def watch(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._take)

    def _take(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            if self._announced:
                seq, turn_id = self._announced
                assert seq not in self.pcm, f"sent twice: {seq}"
                self.pcm[seq] = (turn_id, frame)
            self._announced = None
            return
        message = json.loads(frame)
        if message["type"] == "audio":
            self._announced = (message["seq"], message["turn_id"])

    def of_turn(self, turn_id: str) -> bytes:
        return b"".join(pcm for turn, pcm in self.pcm.values() if turn == turn_id)

    @property
    def last_turn(self) -> str:
        return list(self.pcm.values())[-1][0]


@pytest.mark.timeout(600)  # also counts what starts the whole stack
async def test_a_spoken_todo_a_reload_an_interruption_and_a_killed_api(
    offline: Ground, talker: Talker, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{offline.instance.env['CONVONET_PORT']}"
    received = Received()
    async with await talker.browser.new_context() as context:
        await context.add_init_script(MICROPHONE)
        page = await VoicePage.open(context, url)
        page.page.on("websocket", received.watch)
        await page.sign_in(PIN)
        await page.said(["how can I help?"], LIMIT_S)
        await page.has_sounded()
        await page.shows("Listening", LIMIT_S)

        await page.forget_shown()
        await talker.say(page, talker.todo)
        await page.said(["water the plants", "Create todo", "Added: Water the plants"], LIMIT_S)
        await page.said(["I've added a high priority todo: Water the plants."], LIMIT_S)
        await page.has_shown("Speaking", "Listening", within_s=LIMIT_S)

        await page.page.reload()
        await page.shows("Listening", LIMIT_S)
        await page.said(["Added: Water the plants"])
        await page.type("What can you do?")
        await page.said(["I can note, change and complete todos"], LIMIT_S)
        await page.page.evaluate(RECORD_WHEN_INTERRUPTED)
        await page.forget_shown()
        await page.sounds()
        await talker.say(page, talker.question)
        await page.has_shown("Thinking", "Speaking", within_s=LIMIT_S)

        await page.forget_shown()
        offline.instance.kill("api")
        await page.has_shown("Reconnecting", "Speaking", "Listening", within_s=LIMIT_S)
        await page.said([QUESTION, "interrupted", "Get todos", "open todos: "], LIMIT_S)
        await page.is_silent()
        heard = await heard_by(page, tmp_path / "heard.webm")
        sent = audible_s(received.of_turn(received.last_turn), OUTPUT_RATE)
        assert audible_s(heard, INPUT_RATE) == pytest.approx(sent, rel=0.05)
        await expect(page.transcript.get_by_text("Get todos")).to_have_count(1)

        await page.button("End call").click()
        await page.shows("Call ended")
        assert page.errors == []
        assert page.hosts == {f"127.0.0.1:{offline.instance.env['CONVONET_PORT']}"}
    todos = await offline.rows("select priority from todos_convonet where title ilike '%plants%'")
    assert [row.priority for row in todos] == ["high"]


async def heard_by(page: VoicePage, path: Path) -> bytes:
    """What has left the page since `record`: PCM at the input rate."""
    webm = base64.b64decode(await page.recording())

    def decoded() -> bytes:
        path.write_bytes(webm)
        return recorded(path)

    return await asyncio.to_thread(decoded)
