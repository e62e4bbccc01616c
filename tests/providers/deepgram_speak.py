"""The speaking connection of the protocol-level Deepgram: `Speak`, `Flush`, `Clear`, `Close`."""

import asyncio
import json
import time
from collections import deque
from uuid import uuid4

from websockets.asyncio.server import ServerConnection

from tests.providers.deepgram_script import Handshake, Script, spoken

_CHUNK_MS = 40
_LONGEST_TEXT = 2_000
_LATE_CHUNKS = 3


class SpeakConnection:
    """One voice: text in, audio and confirmations out, in the order they were asked for."""

    def __init__(self, connection: ServerConnection, script: Script, rate: int) -> None:
        self._connection = connection
        self._script = script
        self._rate = rate
        self._text = ""
        self._flushed_at: deque[float] = deque()
        self._sequence = 0
        self._orders: asyncio.Queue[str] = asyncio.Queue()
        self._rest = b""

    async def serve(self) -> None:
        """Take messages until the client closes."""
        await self._send({"type": "Metadata", "request_id": str(uuid4()), "model_name": "aura-2"})
        speaking = asyncio.create_task(self._speak())
        try:
            async for message in self._connection:
                speaking = await self._take(json.loads(message), speaking)
        finally:
            speaking.cancel()

    async def _take(
        self, message: dict[str, str], speaking: asyncio.Task[None]
    ) -> asyncio.Task[None]:
        kind = message["type"]
        self._script.received[kind] += 1
        match kind:
            case "Speak" if len(message["text"]) > _LONGEST_TEXT:
                await self._connection.close(1008, "DATA-0001 input text exceeded the limit")
            case "Speak":
                self._text += message["text"]
            case "Flush":
                await self._flush()
            case "Clear" if self._script.faults.deaf:
                self._script.faults.deaf = False
            case "Clear":
                return await self._clear(speaking)
            case "Close":
                await self._connection.close(1000)
            case other:
                await self._connection.close(1008, f"DATA-0000 unknown message {other}")
        return speaking

    async def _flush(self) -> None:
        now = time.monotonic()
        while self._flushed_at and now - self._flushed_at[0] > 60:
            self._flushed_at.popleft()
        if len(self._flushed_at) >= self._script.flushes_per_minute:
            # As measured on the wire; the reference says code and description.
            await self._send({"type": "Warning", "warn_code": "EXCESSIVE_FLUSH", "warn_msg": "no"})
            return
        self._flushed_at.append(now)
        text, self._text = self._text, ""
        self._script.texts.append(text)
        self._orders.put_nowait(text)

    async def _clear(self, speaking: asyncio.Task[None]) -> asyncio.Task[None]:
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        self._text, self._orders = "", asyncio.Queue()
        late, self._rest = self._rest, b""
        for start in range(0, min(len(late), _LATE_CHUNKS * self._chunk), self._chunk):
            await self._connection.send(late[start : start + self._chunk])
        await self._confirm("Cleared")
        return asyncio.create_task(self._speak())

    async def _speak(self) -> None:
        while True:
            text = await self._orders.get()
            if self._script.faults.mute:
                self._script.faults.mute = False
                continue
            await asyncio.sleep(self._script.first_audio_ms / 1000)
            await self._utter(spoken(text, self._rate))
            await self._confirm("Flushed")

    async def _utter(self, audio: bytes) -> None:
        self._rest = audio
        while self._rest:
            if self._cut_now():
                self._connection.transport.abort()
                return
            chunk, self._rest = self._rest[: self._chunk], self._rest[self._chunk :]
            await self._connection.send(chunk)
            await asyncio.sleep(_CHUNK_MS / 1000 / self._script.speed)

    def _cut_now(self) -> bool:
        faults = self._script.faults
        if faults.cut_after_chunks is None:
            return False
        faults.cut_after_chunks -= 1
        if faults.cut_after_chunks >= 0:
            return False
        faults.cut_after_chunks = None
        return True

    @property
    def _chunk(self) -> int:
        return self._rate * 2 * _CHUNK_MS // 1000

    async def _confirm(self, kind: str) -> None:
        await self._send({"type": kind, "sequence_id": self._sequence})
        self._sequence += 1

    async def _send(self, message: dict[str, object]) -> None:
        await self._connection.send(json.dumps(message))


async def serve_speak(connection: ServerConnection, asked: Handshake, script: Script) -> None:
    """Serve `/v1/speak`."""
    await SpeakConnection(connection, script, int(asked.query["sample_rate"][0])).serve()
