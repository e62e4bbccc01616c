"""What the fake providers really take: called without any side between, by raw sockets."""

import asyncio
import json
import time
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from benchmarks import delays
from benchmarks.caller.sound import FRAME_MS, SILENCE, utterance
from benchmarks.results import Stage
from benchmarks.statistics import percentile

_HEADERS: Final = {"Authorization": f"Token {delays.KEY}"}
_LISTEN: Final = "/v2/listen?model=flux-general-en&encoding=linear16&sample_rate=16000"
_SPEAK: Final = "/v1/speak?model=aura-2-thalia-en&encoding=linear16&sample_rate=24000"
_QUIET_FRAMES: Final = 30
_QUESTION: Final = {
    "model": "claude-haiku-5-5",
    "max_tokens": 100,
    "stream": True,
    "messages": [{"role": "user", "content": "hello"}],
}


async def probe(anthropic: str, deepgram: str, times: int) -> list[Stage]:
    """Return how much later than it should each provider is, one at a time."""
    ws = deepgram.replace("http://", "ws://")
    late: dict[str, list[float]] = {"end of turn": [], "answer": [], "first audio": []}
    for _ in range(times):
        late["end of turn"].append(await _end_of_turn(ws) - delays.END_OF_TURN_MS)
        expected = delays.FIRST_TOKEN_MS + delays.TOKENS * delays.TOKEN_MS
        late["answer"].append(await _answer(anthropic) - expected)
        late["first audio"].append(await _first_audio(ws) - delays.FIRST_AUDIO_MS)
    return [
        Stage(name=name, p50_ms=percentile(ms, 50), p95_ms=percentile(ms, 95))
        for name, ms in late.items()
    ]


async def _end_of_turn(ws: str) -> float:
    async with connect(ws + _LISTEN, additional_headers=_HEADERS, compression=None) as socket:
        speaking = asyncio.create_task(_speak(socket))
        async for message in socket:
            if json.loads(message).get("event") == "EndOfTurn":
                heard = time.monotonic()
                return (heard - await speaking) * 1_000
    raise ConnectionResetError("the fake Deepgram closed")


async def _speak(socket: ClientConnection) -> float:
    """Send an utterance and the silence behind it in real time; return when the former ended."""
    frames = utterance()
    began = spoken = time.monotonic()
    for count, frame in enumerate([*frames, *[SILENCE] * _QUIET_FRAMES]):
        await asyncio.sleep(began + count * FRAME_MS / 1_000 - time.monotonic())
        await socket.send(frame)
        if count == len(frames) - 1:
            spoken = time.monotonic()
    return spoken


async def _answer(base_url: str) -> float:
    """Ask for an answer and return when its text was complete; by a bare socket, not an SDK."""
    parts = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    body = json.dumps(_QUESTION).encode()
    head = (
        f"POST /v1/messages HTTP/1.1\r\nhost: {parts.netloc}\r\nx-api-key: {delays.KEY}\r\n"
        f"anthropic-version: 2023-06-01\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    began = time.monotonic()
    writer.write(head.encode() + body)
    await reader.readuntil(b"event: content_block_stop")
    took_ms = (time.monotonic() - began) * 1_000
    writer.close()
    return took_ms


async def _first_audio(ws: str) -> float:
    async with connect(ws + _SPEAK, additional_headers=_HEADERS, compression=None) as socket:
        await socket.send(json.dumps({"type": "Speak", "text": delays.REPLY}))
        began = time.monotonic()
        await socket.send(json.dumps({"type": "Flush"}))
        async for message in socket:
            if isinstance(message, bytes):
                return (time.monotonic() - began) * 1_000
    raise ConnectionResetError("the fake Deepgram closed")
