"""What the caller sends as audio becomes 16 kHz PCM: the format is told from the bytes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from redis.exceptions import RedisError

from api.voice.allowance import Allowance
from api.voice.endings import Refusal
from convonet.errors import Invalid
from convonet.media.decoding import (
    SAMPLE_RATE,
    Container,
    ContainerDecoder,
    detect,
    enough_to_detect,
    head_of,
    rejoin,
)
from convonet.media.resampling import Resampler
from convonet.redis.inlet import Inlet

logger = logging.getLogger(__name__)

AHEAD_S: Final = 30.0
"""Audio a client may send at once: what a page has buffered while its connection was lost."""

_PACE: Final = 1.05
_BYTES_PER_S: Final = SAMPLE_RATE * 2
_LONG_FRAME: Final = 1 << 16

_TAIL_LIMIT_S: Final = 5.0

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
Report = Callable[[Refusal], Awaitable[None]]


class Hearing:
    """One connection's audio. Raw PCM is resampled here, containers in a thread of their own."""

    def __init__(
        self,
        sample_rate: int,
        inlet: Inlet,
        deliver: Callable[[bytes], Awaitable[None]],
        spawn: Spawn,
        report: Report,
    ) -> None:
        self._sample_rate = sample_rate
        self._inlet = inlet
        self._deliver = deliver
        self._spawn = spawn
        self._report = report
        self._allowance = Allowance(_PACE, AHEAD_S)
        self._start = b""
        self._kept_head = b""
        self._raw: Resampler | None = None
        self._decoder: ContainerDecoder | None = None
        self._watching: asyncio.Task[None] | None = None
        self._head: bytearray | None = None
        self._kind: Container | None = None

    def go_on_from(self, head: bytes) -> None:
        """Take the stream's head as another connection kept it: the client goes on behind it."""
        self._kept_head = head

    async def feed(self, data: bytes) -> None:
        """Take one binary frame of any length.

        Raises:
            Refusal: it cannot be decoded, or comes faster than anybody speaks.
        """
        if self._raw is not None:
            await self._hear(await self._resampled(self._raw, data))
        elif self._decoder is not None and not self._begins_again(data):
            await self._decode(self._decoder, data)
        else:
            await self._end_stream()
            self._start += data
            if enough_to_detect(self._start):
                await self._begin()

    def finish(self) -> None:
        """Let what is being decoded come to its end."""
        if self._decoder is not None:
            self._decoder.finish()
        self._decoder = None

    async def _end_stream(self) -> None:
        """Let one stream come out whole before the next begins."""
        self.finish()
        if self._watching is not None:
            await asyncio.wait([self._watching], timeout=_TAIL_LIMIT_S)
        self._watching = None

    def _begins_again(self, data: bytes) -> bool:
        # A recorder that was restarted sends a new head; Ogg has its own way to chain streams.
        if self._kind is Container.WEBM:
            return data.startswith(b"\x1a\x45\xdf\xa3")
        return self._kind is Container.WAV and data[:4] == b"RIFF" and data[8:12] == b"WAVE"

    async def _begin(self) -> None:
        start, self._start = self._start, b""
        try:
            kind = detect(start)
            if kind is None and self._kept_head:
                kind = detect(self._kept_head)
                start = rejoin(self._kept_head, start)
        except Invalid as error:
            raise Refusal("bad_audio", str(error)) from None
        self._kept_head = b""
        if kind is None:
            self._raw = Resampler(self._sample_rate, SAMPLE_RATE)
            await self._hear(await self._resampled(self._raw, start))
            return
        self._kind, self._head = kind, bytearray()
        self._decoder = ContainerDecoder(kind, self._hear_quietly)
        self._watching = self._spawn(self._watch(self._decoder))
        await self._decode(self._decoder, start)

    async def _decode(self, decoder: ContainerDecoder, data: bytes) -> None:
        if self._head is not None and self._kind is not None:
            self._head += data
            head = head_of(self._kind, bytes(self._head))
            if head is not None:
                self._head = None
                self._spawn(self._save_head(head))
        await decoder.feed(data)

    async def _save_head(self, head: bytes) -> None:
        try:
            await self._inlet.save_head(head)
        except (RedisError, OSError):
            logger.warning("the head of a caller's audio could not be kept")

    async def _watch(self, decoder: ContainerDecoder) -> None:
        try:
            await decoder.run()
        except Invalid as error:
            await self._report(Refusal("bad_audio", str(error)))
        if self._decoder is decoder:
            self._decoder = None

    async def _resampled(self, raw: Resampler, data: bytes) -> bytes:
        if len(data) < _LONG_FRAME or self._sample_rate == SAMPLE_RATE:
            return raw.feed(data)
        return await asyncio.to_thread(raw.feed, data)

    async def _hear(self, pcm: bytes) -> None:
        if not self._allowance.take(len(pcm) / _BYTES_PER_S):
            raise Refusal(
                "audio_too_fast",
                f"audio may be at most {AHEAD_S:.0f} s ahead of real time; this frame is dropped",
            )
        await self._deliver(pcm)

    async def _hear_quietly(self, pcm: bytes) -> None:
        try:
            await self._hear(pcm)
        except Refusal as refusal:
            await self._report(refusal)
