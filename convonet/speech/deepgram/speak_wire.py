"""One Aura socket: says one sentence at a time, and drops what is not wanted any more."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from deepgram import AsyncDeepgramClient
from deepgram.speak.v1.socket_client import AsyncV1SocketClient
from deepgram.speak.v1.types import SpeakV1Text

from convonet.errors import ProviderBusy, ProviderError
from convonet.speech.deepgram.connection import SOCKET_ERRORS, failure, opened
from convonet.speech.deepgram.turns import fields_of

logger = logging.getLogger(__name__)

MODEL_SETTING = "DEEPGRAM_SPEAK_MODEL"

_FLUSHES = 19
_FLUSH_WINDOW_S = 65.0
"""Deepgram takes 20 flushes a minute on one connection and refuses the next."""
_FLUSHES_LEFT_LOW = 5
_FLUSH_REFUSED = "EXCESSIVE_FLUSH"


@dataclass(frozen=True)
class SpeakPatience:
    """How long a sentence may take."""

    first_audio_s: float = 3.0
    next_audio_s: float = 5.0
    cleared_s: float = 1.0
    """For Deepgram to say that it dropped a sentence; then another socket is quicker."""


class SpeakWire:
    """An open socket; made by `open_wire`, gone for good once `alive` is False."""

    def __init__(
        self,
        socket: AsyncV1SocketClient,
        patience: SpeakPatience,
        stack: AsyncExitStack,
        lost: Callable[[], None],
    ) -> None:
        self._socket = socket
        self._patience = patience
        self._stack = stack
        self._lost = lost
        self._sentence: asyncio.Queue[bytes | None] | None = None
        """Where audio goes; nowhere from an interruption until the next sentence is asked."""
        self._clears = 0
        self._cleared = asyncio.Event()
        self._cleared.set()
        self._flushes: deque[float] = deque(maxlen=_FLUSHES)
        self._failure: ProviderError | None = None
        self._clearing: set[asyncio.Task[None]] = set()
        self._reading = asyncio.create_task(self._read(), name="deepgram-speak")

    @property
    def alive(self) -> bool:
        """Whether another sentence may be asked of it."""
        return self._failure is None

    @property
    def flushes_left(self) -> int:
        """How many sentences Deepgram still takes on this socket for now."""
        since = time.monotonic() - _FLUSH_WINDOW_S
        return _FLUSHES - sum(at > since for at in self._flushes)

    @property
    def nearly_spent(self) -> bool:
        """Whether it is time to have another socket ready."""
        return self.flushes_left <= _FLUSHES_LEFT_LOW

    async def ready(self) -> bool:
        """Drop an unfinished sentence and wait until the wire is clean; False: use another."""
        if self._sentence is not None:
            self._sentence.put_nowait(None)
            self._drop()
        try:
            async with asyncio.timeout(self._patience.cleared_s):
                await self._cleared.wait()
        except TimeoutError:
            return False
        return self.alive and self.flushes_left > 0

    async def say(self, pieces: Sequence[str]) -> AsyncGenerator[bytes]:
        """Yield the audio of one sentence, given in pieces; closed early, the rest is dropped.

        Raises:
            ProviderBusy, ProviderRefused: the sentence failed, and the socket is gone.
        """
        self._raise_failure()
        audio = self._sentence = asyncio.Queue[bytes | None]()
        try:
            await self._ask(pieces)
            patience_s = self._patience.first_audio_s
            while (pcm := await self._next(audio, patience_s)) is not None:
                yield pcm
                patience_s = self._patience.next_audio_s
            self._raise_failure()
        finally:
            if self._sentence is audio:
                self._drop()

    async def close(self) -> None:
        """Close the socket and end every task of it."""
        tasks = {self._reading, *self._clearing}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._failure = self._failure or ProviderBusy("the voice was closed")
        await self._stack.aclose()

    async def _ask(self, pieces: Sequence[str]) -> None:
        self._flushes.append(time.monotonic())
        try:
            for piece in pieces:
                await self._socket.send_text(SpeakV1Text(text=piece))
            await self._socket.send_flush()
        except SOCKET_ERRORS as error:
            self._fail(failure(error, model_setting=MODEL_SETTING))
            self._raise_failure()

    async def _next(self, audio: asyncio.Queue[bytes | None], patience_s: float) -> bytes | None:
        try:
            async with asyncio.timeout(patience_s):
                return await audio.get()
        except TimeoutError:
            self._fail(ProviderBusy("Deepgram stopped speaking in the middle of a sentence"))
            return None

    def _drop(self) -> None:
        self._sentence = None
        if not self.alive:
            return
        self._clears += 1
        self._cleared.clear()
        task = asyncio.create_task(self._clear(), name="deepgram-clear")
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)

    async def _clear(self) -> None:
        try:
            await self._socket.send_clear()
        except SOCKET_ERRORS as error:
            self._fail(failure(error, model_setting=MODEL_SETTING))

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                self._take(message)
        except SOCKET_ERRORS as error:
            self._fail(failure(error, model_setting=MODEL_SETTING))
        else:
            self._fail(ProviderBusy("Deepgram closed the connection"))

    def _take(self, message: object) -> None:
        if isinstance(message, bytes):
            if self._sentence is not None:
                self._sentence.put_nowait(message)
            return
        fields = fields_of(message)
        match fields.get("type"):
            case "Flushed":
                self._flushed()
            case "Cleared":
                self._was_cleared()
            case "Warning" | "Error":
                self._warned(fields)
            case "Metadata":
                pass
            case other:
                logger.warning("ignored a %s message from Deepgram", other)

    def _flushed(self) -> None:
        if self._sentence is not None:
            sentence, self._sentence = self._sentence, None
            sentence.put_nowait(None)

    def _was_cleared(self) -> None:
        self._clears = max(0, self._clears - 1)
        if not self._clears:
            self._cleared.set()

    def _warned(self, fields: dict[str, object]) -> None:
        # The wire says warn_code; the SDK and the reference say code.
        code = str(fields.get("warn_code") or fields.get("code") or "no code")[:80]
        logger.warning("Deepgram's voice warns: %s", code)
        if code == _FLUSH_REFUSED or fields.get("type") == "Error":
            self._fail(ProviderBusy(f"Deepgram did not speak the sentence ({code})"))

    def _fail(self, error: ProviderError) -> None:
        if self._failure is not None:
            return
        self._failure = error
        self._cleared.set()
        if self._sentence is not None:
            self._sentence.put_nowait(None)
        self._lost()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


async def open_wire(
    client: AsyncDeepgramClient,
    model: str,
    sample_rate: int,
    patience: SpeakPatience,
    lost: Callable[[], None],
) -> SpeakWire:
    """Connect; `lost` is called once if the socket is lost later.

    Raises:
        ProviderBusy, ProviderRefused: as `opened` does.
    """
    async with AsyncExitStack() as stack:
        connect = client.speak.v1.connect(model=model, encoding="linear16", sample_rate=sample_rate)
        socket = await stack.enter_async_context(opened(connect, model_setting=MODEL_SETTING))
        return SpeakWire(socket, patience, stack.pop_all(), lost)
