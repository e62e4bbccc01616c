"""The voice assistant's page as a person uses it; works against any server's address."""

from collections.abc import Sequence
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    expect,
)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = Path(next(filter(None, map(which, _NAMES)), "/usr/bin/chromium"))
FAKE_MICROPHONE = (
    "--use-fake-device-for-media-stream",  # without it there is no device at all
    "--use-fake-ui-for-media-stream",  # answers the permission prompt
)

# Listens where the sound leaves the page: nothing the page itself measures is believed.
LISTEN = """
(() => {
  const connect = AudioNode.prototype.connect;
  window.heard = { loudest: 0, now: 0 };
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      const ear = new AnalyserNode(this.context, { fftSize: 1024 });
      connect.call(this, ear);
      const wave = new Float32Array(1024);
      setInterval(() => {
        ear.getFloatTimeDomainData(wave);
        // A closed context keeps its last wave, but nothing of it sounds.
        const running = this.context.state === "running";
        window.heard.now = running ? Math.max(...wave.map(Math.abs)) : 0;
        window.heard.loudest = Math.max(window.heard.loudest, window.heard.now);
      }, 20);
      window.heard.record = () => {
        const tape = new MediaStreamAudioDestinationNode(this.context);
        connect.call(this, tape);
        const recorder = new MediaRecorder(tape.stream);
        const pieces = [];
        recorder.ondataavailable = ({ data }) => pieces.push(data);
        recorder.start();
        window.heard.recording = () => new Promise((done) => {
          recorder.onstop = async () => {
            const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
            done(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
          };
          recorder.stop();
        });
      };
    }
    return connect.call(this, target, ...rest);
  };
})();
"""

# Writes down every talk state the page has shown: some last for less than one looks away.
REMEMBER = """
(() => {
  window.shown = [];
  const look = () => {
    const state = document.querySelector("[data-testid=talk-state]")?.textContent;
    if (state && state !== window.shown.at(-1)) window.shown.push(state);
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, characterData: true,
  });
})();
"""

LIMIT_S = 30.0
"""For a browser to show or to sound what it will, however busy the machine is."""
expect.set_options(timeout=1_000 * LIMIT_S)

# What the browser itself notes about a server that is away and a page nobody has clicked yet.
OF_THE_BROWSER = ("WebSocket connection to", "The AudioContext was not allowed to start")


async def launch(playwright: Playwright, speech: Path) -> Browser:
    """Start Chromium; its microphone plays `speech`, once each time it is opened."""
    flags = [*FAKE_MICROPHONE, f"--use-file-for-fake-audio-capture={speech}%noloop"]
    return await playwright.chromium.launch(
        executable_path=CHROMIUM, args=flags, timeout=4_000 * LIMIT_S
    )


class VoicePage:
    """One browser tab with the page open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        """Whatever was thrown, and what the console was told as a warning or an error."""
        self.hosts: set[str] = set()
        """Every host that was asked for anything."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("websocket", lambda socket: self.hosts.add(urlsplit(socket.url).netloc))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(OF_THE_BROWSER):
            self.errors.append(message.text)

    @classmethod
    async def open(cls, context: BrowserContext, url: str) -> "VoicePage":
        """Load the page and wait until it takes a PIN."""
        page = await context.new_page()
        await page.add_init_script(LISTEN)
        await page.add_init_script(REMEMBER)
        voice_page = cls(page)
        await page.goto(url)
        await expect(voice_page.pin).to_be_focused()
        return voice_page

    @property
    def pin(self) -> Locator:
        """The PIN field."""
        return self.page.get_by_label("Voice PIN")

    @property
    def start(self) -> Locator:
        """The button that signs in and begins the call."""
        return self.page.get_by_role("button", name="Start talking")

    @property
    def state(self) -> Locator:
        """The big word."""
        return self.page.get_by_test_id("talk-state")

    @property
    def transcript(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("region", name="Transcript")

    def button(self, name: str) -> Locator:
        """Return a button by its name."""
        return self.page.get_by_role("button", name=name)

    async def sign_in(self, pin: str) -> None:
        """Type the PIN and start talking."""
        await self.pin.fill(pin)
        await self.start.click()

    async def shows(self, state: str, within_s: float = LIMIT_S) -> None:
        """Expect the big word."""
        await expect(self.state).to_have_text(state, timeout=within_s * 1_000)

    async def forget_shown(self) -> None:
        """Let `has_shown` count from now."""
        await self.page.evaluate("() => { window.shown = []; }")

    async def has_shown(self, *states: str, within_s: float = LIMIT_S) -> None:
        """Expect these big words one after the other, however short each was there."""
        await self.page.wait_for_function(
            "states => { let at = 0;"
            " for (const state of window.shown) if (state === states[at]) at++;"
            " return at === states.length; }",
            arg=states,
            timeout=within_s * 1_000,
        )

    async def type(self, text: str) -> None:
        """Say something by typing."""
        field = self.page.get_by_label("Type instead of talking")
        await field.fill(text)
        await field.press("Enter")

    async def said(self, lines: Sequence[str], within_s: float = LIMIT_S) -> None:
        """Expect these lines in the conversation."""
        for line in lines:
            await expect(self.transcript).to_contain_text(line, timeout=within_s * 1_000)

    async def sounds(self) -> None:
        """Wait until sound leaves the page: for what goes on sounding while one looks."""
        await self.page.wait_for_function("() => window.heard.now > 0.05")

    async def has_sounded(self) -> None:
        """Wait until sound has left the page, now or before."""
        await self.page.wait_for_function("() => window.heard.loudest > 0.05")

    async def record(self) -> None:
        """Begin to record what leaves the page."""
        await self.page.evaluate("() => window.heard.record()")

    async def recording(self) -> str:
        """End the recording and return it: WebM, in base64."""
        return str(await self.page.evaluate("() => window.heard.recording()"))

    async def is_silent(self) -> None:
        """Wait until no sound leaves the page."""
        await self.page.wait_for_function("() => window.heard.now < 0.001")
