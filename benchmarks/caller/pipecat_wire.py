"""A call over pipecat's protobuf WebSocket, its serializer for browsers.

Only two of its messages matter here, so they are read and written by hand: `Frame.audio` (field 2:
an `AudioRawFrame` with audio 3, sample_rate 4, num_channels 5) and `Frame.interruption` (field 5).
"""

from collections.abc import AsyncIterator, Iterator
from typing import Final

from websockets.asyncio.client import ClientConnection

from benchmarks.caller.sound import INPUT_RATE
from benchmarks.caller.wires import Arrival, connected, opened

_AUDIO, _INTERRUPTION = 2, 5
_PCM, _RATE, _CHANNELS = 3, 4, 5
_VARINT, _BYTES = 0, 2


class PipecatWire:
    """One connection; pipecat knows no way to go on with a call on another."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: ClientConnection | None = None

    async def open(self) -> None:
        """Connect: that begins a call."""
        self._socket = await connected(self._url)

    async def reopen(self) -> None:
        """Connect again: that begins another call, all there is."""
        await self.open()

    async def say(self, frame: bytes) -> None:
        """Send 20 ms of the microphone."""
        await opened(self._socket).send(audio_frame(frame))

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield sound and `clear`."""
        async for data in opened(self._socket):
            if isinstance(data, bytes):
                for number, body in _fields(data):
                    if number == _AUDIO:
                        yield next((part for at, part in _fields(body) if at == _PCM), b"")
                    elif number == _INTERRUPTION:
                        yield "clear"

    async def played(self, seconds: float) -> None:
        """Pipecat does not ask for it."""

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()


def audio_frame(pcm: bytes) -> bytes:
    """Return the message that carries sound of the microphone."""
    body = _field(_PCM, pcm) + _number(_RATE, INPUT_RATE) + _number(_CHANNELS, 1)
    return _field(_AUDIO, body)


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value)


_CONTINUES: Final = 0x80


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= _CONTINUES:
        out.append(value & 0x7F | _CONTINUES)
        value >>= 7
    out.append(value)
    return bytes(out)


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and body of each field; a number's body is empty: none is of interest."""
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        value, at = _read_varint(data, at)
        if key & 7 == _BYTES:
            yield key >> 3, data[at : at + value]
            at += value
        else:
            yield key >> 3, b""


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < _CONTINUES:
            return value, at
