"""Turn whatever audio a caller sends into 16 kHz mono 16-bit PCM, while it arrives."""

import asyncio
import io
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from enum import Enum
from typing import Any, Final

import av
from av.error import FFmpegError

from convonet.errors import Invalid

SAMPLE_RATE: Final = 16_000
"""Hz of the PCM that comes out."""

Sink = Callable[[bytes], Coroutine[Any, Any, None]]
"""Takes PCM; the decoder goes on when it returns."""

_SOUND_WITHIN_S = 10.0
_SOUND_WITHIN_BYTES = 1 << 17
"""A stream that has given no sound by then is none: garbage can pass for an endless head.

FFmpeg takes 64 KiB of a WAV before it gives the first sound, so files suit it, microphones do not.
"""

_SOUND_EVERY_BYTES = 1 << 20
"""A stream that takes more without giving any sound is none: a block may say it has 256 MiB, and
FFmpeg would gather them all."""

_RATES = range(8_000, 192_001)
_CHANNELS_MAX = 8
"""What microphones have. A second at 1 Hz is two bytes that become 32 000."""

_PIPE_MAX = 1 << 19
"""Bytes that may wait for the decoder before `feed` waits."""

_SILENT_TOO_LONG_S = 3_600.0
"""A decoder thread that gets nothing for this long ends."""

_SINK_LIMIT_S = 60.0
"""Longest wait for the sink to take a piece."""

_MAGIC_BYTES = 12
_CODECS = frozenset(
    {"opus", "vorbis", "flac", "pcm_s16le", "pcm_f32le", "pcm_u8", "pcm_s24le", "pcm_mulaw"}
)
_CLUSTER = b"\x1f\x43\xb6\x75"
_SIMPLE_BLOCK = 0xA3
_UNSIZED_CLUSTER = _CLUSTER + b"\x01\xff\xff\xff\xff\xff\xff\xff" + b"\xe7\x81\x00"
_HEAD_MAX = 1 << 16


class Container(Enum):
    """Audio in a container; the value is FFmpeg's name for it."""

    WEBM = "matroska"
    OGG = "ogg"
    WAV = "wav"


def detect(start: bytes) -> Container | None:
    """Return what the first bytes of a stream (at least 12, or all) are; None for raw PCM.

    Raises:
        Invalid: it is a format that cannot be decoded while it arrives.
    """
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return Container.WEBM
    if start.startswith(b"OggS"):
        return Container.OGG
    if start.startswith(b"RIFF") and start[8:12] in (b"WAVE", b""):
        return Container.WAV
    if start[4:8] == b"ftyp" or start.startswith((b"ID3", b"caff", b"#!AMR", b"FORM")):
        raise Invalid("send PCM s16le, WebM/Opus, Ogg or WAV: this format cannot be streamed")
    return None


def enough_to_detect(start: bytes) -> bool:
    """Tell whether these first bytes settle the format."""
    return len(start) >= _MAGIC_BYTES


def head_of(kind: Container, start: bytes) -> bytes | None:
    """Return the part of a stream that its middle cannot be decoded without.

    None when more of the stream is needed to tell; empty when there is no such part.
    """
    if kind is Container.WEBM:
        end = start.find(_CLUSTER)
    elif kind is Container.WAV:
        end = start.find(b"data")
        end = end + 8 if end >= 0 else end
    else:
        return b""
    if 0 <= end <= len(start):
        return start[:end]
    return b"" if len(start) > _HEAD_MAX else None


def rejoin(head: bytes, middle: bytes) -> bytes:
    """Return a stream that begins with its kept head and goes on somewhere in its middle."""
    # A browser's pieces end between blocks, so the rest of a cluster begins with a block.
    if head.startswith(b"\x1a\x45") and middle[:1] == bytes([_SIMPLE_BLOCK]):
        return head + _UNSIZED_CLUSTER + middle
    return head + middle


class _Pipe(io.RawIOBase):
    """A blocking file that FFmpeg reads while the other end is still being written."""

    def __init__(self, on_taken: Callable[[], None]) -> None:
        super().__init__()
        self._pieces: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._on_taken = on_taken
        self.waiting = 0
        """Bytes written and not yet read."""
        self.taken = 0
        """Bytes read."""

    def put(self, piece: bytes) -> None:
        with self._changed:
            if self._ended:
                return
            self._pieces.append(piece)
            self.waiting += len(piece)
            self._changed.notify()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()

    def cut(self) -> None:
        """End it here: what was not read yet is not either."""
        with self._changed:
            self._pieces.clear()
            self.waiting = 0
        self.end()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self._ended, _SILENT_TOO_LONG_S)
            if not self._pieces:
                return 0
            piece = self._pieces.popleft()
            taken = min(len(buffer), len(piece))
            buffer[:taken] = piece[:taken]
            if taken < len(piece):
                self._pieces.appendleft(piece[taken:])
            self.waiting -= taken
            self.taken += taken
        self._on_taken()
        return taken


class ContainerDecoder:
    """Decodes one container stream in a thread of its own; the caller feeds, `run` delivers."""

    def __init__(self, kind: Container, sink: Sink) -> None:
        self._kind = kind
        self._sink = sink
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Event()
        self._room.set()
        self._pipe = _Pipe(self._taken)
        self._stopped = False
        self._sounded = False
        self._taken_at_sound = 0
        self._judged = asyncio.Event()

    async def feed(self, data: bytes) -> None:
        """Take bytes of the stream; waits while the decoder is far behind."""
        if self._stopped:
            return
        self._pipe.put(data)
        if self._pipe.waiting > _PIPE_MAX:
            self._room.clear()
            await self._room.wait()

    def finish(self) -> None:
        """Say that nothing more will come: `run` returns when the rest is decoded."""
        self._pipe.end()

    async def run(self) -> None:
        """Decode until the stream ends, handing PCM to the sink in order.

        Raises:
            Invalid: what was fed is no audio.
        """
        done: Future[None] = Future()
        threading.Thread(target=self._work, args=(done,), name="decode", daemon=True).start()
        finished = asyncio.ensure_future(asyncio.wrap_future(done))
        try:
            await self._expect_sound(finished)
            await finished
        finally:
            finished.cancel()
            self._stopped = True
            self._pipe.end()
            self._room.set()

    async def _expect_sound(self, finished: "asyncio.Future[None]") -> None:
        judged = asyncio.create_task(self._judged.wait())
        await asyncio.wait(
            (finished, judged), timeout=_SOUND_WITHIN_S, return_when=asyncio.FIRST_COMPLETED
        )
        judged.cancel()
        if not finished.done() and not self._sounded:
            raise Invalid(f"no sound at the start of what looks like {self._kind.name}")

    def _taken(self) -> None:
        """Heed what FFmpeg has read; in its thread, where what is raised ends the decoding."""
        if self._sounded and self._pipe.taken - self._taken_at_sound > _SOUND_EVERY_BYTES:
            self._pipe.cut()
            raise Invalid(f"no sound in {_SOUND_EVERY_BYTES} bytes")
        if not self._sounded and self._pipe.taken > _SOUND_WITHIN_BYTES:
            self._in_loop(self._judged.set)
        if self._pipe.waiting <= _PIPE_MAX and not self._room.is_set():
            self._in_loop(self._room.set)

    def _in_loop(self, what: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)

    def _work(self, done: "Future[None]") -> None:
        try:
            self._decode()
        except (FFmpegError, ValueError, Invalid) as error:
            _settle(done, Invalid(f"not decodable as {self._kind.name}: {_why(error)}"))
        except Exception as error:
            _settle(done, error)
        else:
            _settle(done, None)

    def _decode(self) -> None:
        options = {"probesize": "64", "analyzeduration": "0"}
        if self._kind is Container.WAV:
            options["max_size"] = "1024"  # not 64 KiB at a time
        with av.open(
            self._pipe, "r", format=self._kind.value, options=options, buffer_size=256
        ) as container:
            if not container.streams.audio:
                raise Invalid("it has no audio track")
            stream = container.streams.audio[0]
            if stream.codec_context.name not in _CODECS:
                raise Invalid(f"its codec is {stream.codec_context.name}")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            for frame in container.decode(stream):
                _check(frame)
                self._taken_at_sound = self._pipe.taken
                self._deliver(resampler, frame)
            self._deliver(resampler, None)

    def _deliver(self, resampler: av.AudioResampler, frame: av.AudioFrame | None) -> None:
        for ready in resampler.resample(frame):
            if self._stopped:
                raise Invalid("stopped")
            pcm = ready.to_ndarray().tobytes()
            if not self._sounded:
                self._sounded = True
                self._in_loop(self._judged.set)
            sinking = asyncio.run_coroutine_threadsafe(self._sink(pcm), self._loop)
            sinking.result(timeout=_SINK_LIMIT_S)


def _check(frame: av.AudioFrame) -> None:
    # Of every frame: what the container says of them all need not be true.
    if frame.sample_rate not in _RATES:
        raise Invalid(f"its sample rate is {frame.sample_rate} Hz")
    if frame.layout.nb_channels > _CHANNELS_MAX:
        raise Invalid(f"it has {frame.layout.nb_channels} channels")


def _settle(done: "Future[None]", error: BaseException | None) -> None:
    if done.set_running_or_notify_cancel():
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


def _why(error: BaseException) -> str:
    return error.strerror if isinstance(error, FFmpegError) and error.strerror else str(error)
