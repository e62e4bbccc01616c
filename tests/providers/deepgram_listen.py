"""The listening connections of the protocol-level Deepgram: v2 (Flux) and v1 (nova)."""

import asyncio
import json
from typing import Protocol

from websockets.asyncio.server import ServerConnection

from tests.providers.deepgram_hearing import Event, FluxHearing
from tests.providers.deepgram_nova import NovaHearing
from tests.providers.deepgram_script import Handshake, Script

_GARBAGE = (
    "no json at all",
    "[1, 2, 3]",
    '{"type": "FromTheFuture", "x": 1}',
    '{"type": "TurnInfo", "event": "Update"}',
    '{"type": "TurnInfo", "event": "Sneeze", "turn_index": "?", "words": 5}',
    '{"type": "Results", "channel": {"alternatives": "none"}}',
    '{"no": "type"}',
)


class Hearing(Protocol):
    """Either model."""

    def feed(self, pcm: bytes) -> list[Event]: ...


class ListenConnection:
    """One listening connection: checks what comes in, sends what the model says."""

    def __init__(self, connection: ServerConnection, script: Script, rate: int) -> None:
        self._connection = connection
        self._script = script
        self._bytes_per_ms = rate * 2 // 1000
        self._heard_ms = 0
        self._stalled = False

    async def audio(self, pcm: bytes, hearing: Hearing) -> None:
        """Take audio as the service does."""
        if len(pcm) % 2:
            await self._connection.close(1008, "DATA-0000 payload cannot be decoded as audio")
            return
        ms = len(pcm) // self._bytes_per_ms
        self._script.largest_piece_ms = max(self._script.largest_piece_ms, ms)
        self._heard_ms += ms
        self._script.listened_ms += ms
        events = hearing.feed(pcm)
        if not await self._broken():
            await self.send(events)

    async def send(self, events: list[Event]) -> None:
        """Send messages, late or among garbage if the script says so."""
        for event in events:
            if self._script.event_delay_ms:
                await asyncio.sleep(self._script.event_delay_ms / 1000)
            for garbage in _GARBAGE if self._script.faults.garbage else ():
                await self._connection.send(garbage)
            await self._connection.send(json.dumps(event))

    async def refuse(self, description: str) -> None:
        """Answer a message that makes no sense, and close."""
        code = "UNPARSABLE_CLIENT_MESSAGE"
        await self.send([_error(code, description)])
        await self._connection.close(1008, code)

    async def _broken(self) -> bool:
        faults = self._script.faults
        if _due(faults.stall_after_ms, self._heard_ms):
            faults.stall_after_ms = None
            self._stalled = True
        if _due(faults.disconnect_after_ms, self._heard_ms):
            faults.disconnect_after_ms = None
            self._connection.transport.abort()
            return True
        if _due(faults.fatal_after_ms, self._heard_ms):
            faults.fatal_after_ms = None
            await self.send([_error("INTERNAL_SERVER_ERROR", "something broke")])
            await self._connection.close(1011)
            return True
        return self._stalled


async def serve_flux(connection: ServerConnection, asked: Handshake, script: Script) -> None:
    """Serve `/v2/listen`."""
    rate = int(asked.query["sample_rate"][0])
    flux = script.hearing or FluxHearing
    hearing = flux(script, rate, eager="eager_eot_threshold" in asked.query)
    listen = ListenConnection(connection, script, rate)
    await listen.send([hearing.connected()])
    async for message in connection:
        if isinstance(message, bytes):
            script.received["audio"] += 1
            await listen.audio(message, hearing)
            continue
        match _type(message, script):
            case "CloseStream":
                await connection.close(1000)
            case "ForceEndTurn":
                await listen.send(hearing.force_end())
            case other:
                await listen.refuse(f"{other} is no message of v2 listen")


async def serve_nova(connection: ServerConnection, asked: Handshake, script: Script) -> None:
    """Serve `/v1/listen`."""
    rate = int(asked.query["sample_rate"][0])
    hearing = NovaHearing(
        script,
        rate,
        endpointing_ms=int(asked.query.get("endpointing", ["10"])[0]),
        utterance_end_ms=int(asked.query.get("utterance_end_ms", ["1000000"])[0]),
    )
    listen = ListenConnection(connection, script, rate)
    while True:
        try:
            async with asyncio.timeout(script.listen_idle_s):
                message = await connection.recv()
        except TimeoutError:
            await connection.close(1011, "NET-0001 did not receive audio data or a text message")
            return
        if isinstance(message, bytes):
            script.received["audio"] += 1
            await listen.audio(message, hearing)
            continue
        match _type(message, script):
            case "KeepAlive":
                pass
            case "Finalize":
                await listen.send(hearing.finalize())
            case "CloseStream":
                await connection.close(1000)
            case other:
                await listen.refuse(f"{other} is no message of v1 listen")


def _type(message: str, script: Script) -> str:
    kind = str(json.loads(message)["type"])
    script.received[kind] += 1
    return kind


def _due(after_ms: int | None, heard_ms: int) -> bool:
    return after_ms is not None and heard_ms >= after_ms


def _error(code: str, description: str) -> Event:
    return {"type": "Error", "sequence_id": 0, "code": code, "description": description}
