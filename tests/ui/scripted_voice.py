"""A `/voice` server that plays a script: every state of the page, without a stack behind it."""

import asyncio
import contextlib
import math
import socket
import struct
from collections.abc import AsyncGenerator, Callable, Generator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.staticfiles import StaticFiles

from convonet.contracts import voice as wire
from convonet.contracts.conversation import Providers

DIST = Path(__file__).parents[2] / "ui" / "dist"
PIN = "1234"
OUTPUT_RATE = 24_000
Emission = tuple[wire.ServerMessage, bytes]


@dataclass
class ScriptedVoice:
    """One caller's server side. Tests call `say`, `send` and `cut`, and read what arrived."""

    url: str = ""
    seq: int = 0
    sent: list[Emission] = field(default_factory=list[Emission])
    received: list[wire.ClientMessage] = field(default_factory=list[wire.ClientMessage])
    audio: bytearray = field(default_factory=bytearray)
    retry_after_s: int = 0
    attempts_left: int = 3
    answers_start: bool = True
    refuses_connections: bool = False
    _socket: WebSocket | None = None
    _in_call: bool = False
    """The connection there is has begun or resumed the call: what is emitted goes to it."""
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def serve(self, socket: WebSocket) -> None:
        """Speak the contract with one connection until it is gone."""
        if self.refuses_connections:
            await socket.close(1013)
            return
        await socket.accept()
        self._socket, self._in_call = socket, False
        hello = wire.AuthenticationRequired(attempts_left=self.attempts_left)
        await socket.send_text(hello.model_copy(update={"seq": 1}).model_dump_json())
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                frame = await socket.receive()
                if frame["type"] == "websocket.disconnect":
                    break
                await self._take(frame)

    async def _take(self, frame: MutableMapping[str, object]) -> None:
        async with self._changed:
            if isinstance(data := frame.get("bytes"), bytes):
                self.audio += data
            elif isinstance(text := frame.get("text"), str):
                message = wire.CLIENT_MESSAGE.validate_json(text)
                self.received.append(message)
                await self._answer(message)
            self._changed.notify_all()

    async def _answer(self, message: wire.ClientMessage) -> None:
        if isinstance(message, wire.Authenticate):
            await self._authenticate(message.pin)
        elif isinstance(message, wire.Start):
            self._in_call = True
            if self.answers_start:
                await self._emit(self._call_started())
                await self._emit(wire.AssistantState(state="listening"))
        elif isinstance(message, wire.Resume):
            await self._resume(message.last_seq)
        elif isinstance(message, wire.Ping):
            await self._direct(wire.Pong(t=message.t))
        elif isinstance(message, wire.Hangup):
            await self._emit(wire.CallEnded(reason="hangup"))

    async def _authenticate(self, pin: str) -> None:
        if pin != PIN:
            self.attempts_left -= 1
            await self._direct(
                wire.AuthenticationFailed(
                    attempts_left=self.attempts_left, retry_after_s=self.retry_after_s
                )
            )
            return
        team = wire.VoiceTeam(id="t1", name="demo")
        user = wire.VoiceUser(id="u1", name="Grace Hopper", teams=(team,))
        self.seq = 2
        await self._direct(wire.Authenticated(session_id="session-1", user=user))

    async def _resume(self, last_seq: int) -> None:
        async with self._order:
            for message, audio in self.sent:
                if message.seq > last_seq:
                    await self._transmit(message, audio)
            self._in_call = True
        await self._emit(self._call_started())
        await self._emit(wire.AssistantState(state="listening"))

    def _call_started(self) -> wire.CallStarted:
        return wire.CallStarted(
            call_id="call-1",
            workflow_id="conversation-call-1",
            workflow_url="http://127.0.0.1:8233/namespaces/default/workflows/conversation-call-1",
            providers=Providers(stt="Whisper tiny.en", llm="Offline assistant", tts="Joe"),
        )

    async def _direct(self, message: wire.ServerMessage) -> None:
        await self._transmit(message.model_copy(update={"seq": self.seq}), b"")

    async def _emit(self, message: wire.ServerMessage, audio: bytes = b"") -> None:
        async with self._order:
            self.seq += 1
            numbered = message.model_copy(update={"seq": self.seq})
            self.sent.append((numbered, audio))
            if self._in_call:
                await self._transmit(numbered, audio)

    async def _transmit(self, message: wire.ServerMessage, audio: bytes) -> None:
        socket = self._socket
        if socket is None:
            return
        try:
            await socket.send_text(message.model_dump_json(exclude_none=True))
            if audio:
                await socket.send_bytes(audio)
        except (RuntimeError, WebSocketDisconnect):
            if self._socket is socket:
                self._socket = None

    # --- what tests do ---------------------------------------------------------------

    async def send(self, *messages: wire.ServerMessage) -> None:
        """Send messages of the call, numbered; they are kept for a `resume`."""
        for message in messages:
            await self._emit(message)

    async def say(self, turn_id: str, ms: int, hz: float = 220.0) -> None:
        """Send a tone as the turn's audio, in frames of 40 ms, as fast as it goes."""
        for at in range(0, ms, 40):
            await self._emit(wire.Audio(turn_id=turn_id, ms=40), tone(at, 40, hz))

    async def cut(self) -> None:
        """Lose the connection, as a killed server does."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await socket.close(1012)

    async def until(self, condition: Callable[[], bool], limit_s: float = 30) -> None:
        """Wait until what arrived meets the condition."""
        async with asyncio.timeout(limit_s), self._changed:
            await self._changed.wait_for(condition)

    def messages(self, kind: type[wire.ClientMessage]) -> list[wire.ClientMessage]:
        """Return what arrived of one type."""
        return [message for message in self.received if isinstance(message, kind)]


def tone(at_ms: int, ms: int, hz: float) -> bytes:
    """Return PCM of a sine, starting `at_ms` into it, so that frames join without a click."""
    first = at_ms * OUTPUT_RATE // 1000
    count = ms * OUTPUT_RATE // 1000
    samples = (
        int(9_000 * math.sin(2 * math.pi * hz * (first + i) / OUTPUT_RATE)) for i in range(count)
    )
    return struct.pack(f"<{count}h", *samples)


@contextlib.asynccontextmanager
async def scripted_voice() -> AsyncGenerator[ScriptedVoice]:
    """Serve the built pages and `/voice` on a free port of this machine."""
    voice = ScriptedVoice()
    app = FastAPI()
    app.add_api_websocket_route("/voice", voice.serve)
    app.mount("/", StaticFiles(directory=DIST, html=True))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1
    )
    server = QuietServer(config)
    voice.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield voice
    finally:
        await voice.cut()
        server.should_exit = True
        await serving
        listener.close()


class QuietServer(uvicorn.Server):
    """Uvicorn inside the tests' event loop, without its signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals to pytest."""
        yield
