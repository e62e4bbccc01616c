"""One call's ear at Deepgram: sends the audio, keeps the socket awake, notices when it stalls."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from convonet.errors import ProviderBusy, ProviderError
from convonet.speech.deepgram.clock import BYTES_PER_MS, AudioClock, silence
from convonet.speech.deepgram.connection import SOCKET_ERRORS, failure
from convonet.speech.deepgram.turns import Turns
from convonet.speech.ports import HeardEvent

MODEL_SETTING = "DEEPGRAM_LISTEN_MODEL"

_PIECE = 80 * BYTES_PER_MS
"""Deepgram asks for pieces of 80 ms; nothing is held back to make one."""
_BACKLOG = 60_000 * BYTES_PER_MS

_OVERSLEPT_S = 1.0
"""Woken this late, it was we who stood still: the audio is there and about to be fed."""


@dataclass(frozen=True)
class Patience:
    """How long things may take."""

    gap_s: float = 2.0
    """Without audio for this long in a turn, silence is sent: Deepgram's clock is the audio. Less
    than this is a hole in the caller's network, or an API that died: the words go on behind it."""
    keep_alive_s: float = 3.0
    """Without audio for this long between turns, the socket is kept awake."""
    stall_s: float = 5.0
    """Speech sent for this long without any answer means that the socket is dead."""


class ListenSocket(Protocol):
    """What Deepgram's two listening sockets of the SDK have in common."""

    async def send_media(self, message: bytes) -> None:
        """Send audio."""
        ...

    def __aiter__(self) -> AsyncIterator[object]:
        """Yield messages until the socket closes."""
        ...


class Ear:
    """A `ListeningSession` over one socket; made by `ear`."""

    def __init__(
        self,
        socket: ListenSocket,
        turns: Turns,
        clock: AudioClock,
        keep_alive: Callable[[], Awaitable[None]] | None,
        patience: Patience,
    ) -> None:
        self._socket = socket
        self._turns = turns
        self._clock = clock
        self._keep_alive = keep_alive
        self._patience = patience
        self._pending = bytearray()
        self._arrived = asyncio.Event()
        self._odd_byte = b""
        self._last_sent = time.monotonic()
        self._owed_ms = 0
        self._owed_since = 0.0
        self._heard: asyncio.Queue[HeardEvent | None] = asyncio.Queue()
        self._failure: Exception | None = None

    async def feed(self, pcm: bytes) -> None:
        """Take caller audio; see `ListeningSession.feed`. Never waits for the network."""
        self._raise_failure()
        pcm = self._odd_byte + pcm
        whole = len(pcm) & ~1
        pcm, self._odd_byte = pcm[:whole], pcm[whole:]
        voiced_before = self._clock.voiced_ms
        self._clock.feed(pcm)
        self._pending += pcm
        self._owe(len(pcm) // BYTES_PER_MS, self._clock.voiced_ms - voiced_before)
        if len(self._pending) > _BACKLOG:
            self.fail(ProviderBusy("Deepgram takes the audio slower than it is spoken"))
        self._arrived.set()
        self._raise_failure()

    async def events(self) -> AsyncGenerator[HeardEvent]:
        """Yield what is heard; see `ListeningSession.events`."""
        while (event := await self._heard.get()) is not None:
            yield event
        self._raise_failure()

    async def send(self) -> None:
        """Send what arrives, for as long as the call; owned by `ear`."""
        while True:
            began = time.monotonic()
            try:
                async with asyncio.timeout(self._patience.gap_s):
                    await self._arrived.wait()
            except TimeoutError:
                if time.monotonic() - began < self._patience.gap_s + _OVERSLEPT_S:
                    await self._fill_gap()
            else:
                await self._send_arrived()
            self._raise_failure()

    async def receive(self) -> None:
        """Queue what is heard, until the socket closes; owned by `ear`."""
        async for message in self._socket:
            self._owed_ms = 0
            for event in self._turns.hear(message):
                self._heard.put_nowait(event)
        raise ProviderBusy("Deepgram closed the connection")

    def fail(self, error: Exception) -> None:
        """End the session: `feed` and `events` raise this from now on."""
        if self._failure is None:
            self._failure = error
            self.end()

    def end(self) -> None:
        """Let `events` finish."""
        self._heard.put_nowait(None)

    async def _send_arrived(self) -> None:
        self._arrived.clear()
        pending, self._pending = self._pending, bytearray()
        for start in range(0, len(pending), _PIECE):
            await self._socket.send_media(bytes(pending[start : start + _PIECE]))
        self._last_sent = time.monotonic()

    async def _fill_gap(self) -> None:
        gap_s = time.monotonic() - self._last_sent
        if self._turns.open:
            await self._send_silence(round(gap_s * 1000))
        elif gap_s < self._patience.keep_alive_s:
            return
        elif self._keep_alive is not None:
            await self._keep_alive()
        else:
            await self._send_silence(_PIECE // BYTES_PER_MS)
        self._last_sent = time.monotonic()

    async def _send_silence(self, ms: int) -> None:
        pcm = silence(ms)
        self._clock.fill(pcm)
        self._owe(ms, 0)
        await self._socket.send_media(pcm)

    def _owe(self, ms: int, voiced_ms: int) -> None:
        owed = ms if self._turns.open else voiced_ms
        if not owed:
            return
        now = time.monotonic()
        if not self._owed_ms:
            self._owed_since = now
        self._owed_ms += owed
        # By the clock too: audio that was kept for us arrives faster than it was spoken.
        if min(self._owed_ms / 1000, now - self._owed_since) >= self._patience.stall_s:
            self.fail(ProviderBusy("Deepgram stopped answering while the caller speaks"))

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


@asynccontextmanager
async def ear(
    socket: ListenSocket,
    turns: Turns,
    clock: AudioClock,
    *,
    keep_alive: Callable[[], Awaitable[None]] | None,
    patience: Patience,
) -> AsyncGenerator[Ear]:
    """Run a call's ear over an open socket; silence keeps it awake where `keep_alive` is None."""
    session = Ear(socket, turns, clock, keep_alive, patience)
    tasks = [
        asyncio.create_task(_guarded(session, session.send), name="deepgram-send"),
        asyncio.create_task(_guarded(session, session.receive), name="deepgram-receive"),
    ]
    try:
        yield session
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session.end()


async def _guarded(session: Ear, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except SOCKET_ERRORS as error:
        session.fail(failure(error, model_setting=MODEL_SETTING))
    except ProviderError as error:
        session.fail(error)
    except Exception as error:
        session.fail(error)
        raise
