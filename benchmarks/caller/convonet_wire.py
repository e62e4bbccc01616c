"""A call over Convonet's `/voice`."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Final, cast

from websockets.asyncio.client import ClientConnection

from benchmarks.caller.sound import INPUT_RATE, OUTPUT_RATE
from benchmarks.caller.wires import Arrival, connected, opened
from benchmarks.delays import REPLY

_PIN: Final = "1234"
_ANSWER_S: Final = 15.0


class ConvonetWire:
    """One `/voice` connection after another, of one call."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: ClientConnection | None = None
        self._session_id = self.call_id = ""
        self._last_seq = 0
        self._audio_seq = 0
        self._turn_id = ""
        self.timings: list[dict[str, int]] = []
        """`timings_ms` of each turn that was played."""
        self.fillers = 0
        """How often something was said that is no answer ("One moment")."""
        self._answering = False

    async def open(self) -> None:
        """Sign in and begin a call."""
        self._socket = await connected(self._url)
        await self._send({"type": "authenticate", "pin": _PIN})
        self._session_id = str((await self._until("authenticated"))["session_id"])
        await self._send(
            {
                "type": "start",
                "sample_rate": INPUT_RATE,
                "output_sample_rate": OUTPUT_RATE,
                "greet": False,
            }
        )
        self.call_id = str((await self._until("call_started"))["call_id"])

    async def reopen(self) -> None:
        """Resume the call."""
        self._socket = await connected(self._url)
        await self._send(
            {
                "type": "resume",
                "session_id": self._session_id,
                "call_id": self.call_id,
                "last_seq": self._last_seq,
            }
        )

    async def say(self, frame: bytes) -> None:
        """Send 20 ms of the microphone."""
        await opened(self._socket).send(frame)

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield the sound of answers, and `clear`; fillers do not count as answers."""
        async for data in opened(self._socket):
            if isinstance(data, bytes):
                self._last_seq = self._audio_seq
                if self._answering:
                    yield data
            elif self._take(json.loads(data)):
                yield "clear"

    async def played(self, seconds: float) -> None:
        """Report how much of the present turn has sounded."""
        if self._turn_id:
            ms = round(seconds * 1_000)
            await self._send({"type": "played", "turn_id": self._turn_id, "ms": ms})

    async def type(self, text: str) -> None:
        """Type instead of speaking."""
        await self._send({"type": "text", "text": text})

    async def close(self) -> None:
        """Hang up and wait for the goodbye."""
        if self._socket is None:
            return
        await self._send({"type": "hangup"})
        await self._until("call_ended")
        await self._socket.close()

    async def _send(self, message: dict[str, object]) -> None:
        await opened(self._socket).send(json.dumps(message))

    async def _until(self, wanted: str) -> dict[str, object]:
        async with asyncio.timeout(_ANSWER_S):
            while True:
                data = await opened(self._socket).recv()
                if isinstance(data, bytes):
                    continue
                message = cast("dict[str, object]", json.loads(data))
                self._take(message)
                if message["type"] == wanted:
                    return message
                if message["type"] in ("authentication_failed", "error"):
                    raise ConnectionRefusedError(str(message))

    def _take(self, message: dict[str, object]) -> bool:
        """Learn from a message; True when it is a `clear`."""
        seq, kind = cast("int", message["seq"]), message["type"]
        if kind == "audio":
            self._audio_seq, self._turn_id = seq, str(message["turn_id"])
        else:
            self._last_seq = seq
        if kind == "reply" and message["text"]:
            self._answering = message["text"] == REPLY
            self.fillers += not self._answering
        if kind == "turn":
            self.timings.append(cast("dict[str, int]", message["timings_ms"]))
        return kind == "clear"
