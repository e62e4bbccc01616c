"""One call on `WS /voice`: signs in, speaks, hears, and comes back when the connection is lost."""

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from pydantic import JsonValue
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from convonet.caller.playout import Loudspeaker
from convonet.errors import ConvonetError, Denied, Unavailable

INPUT_RATE, OUTPUT_RATE = 16_000, 24_000
FRAME_MS = 40
_FRAME_BYTES = INPUT_RATE * 2 * FRAME_MS // 1_000
_BUFFERED_FRAMES = 10_000 // FRAME_MS
_REPORT_EVERY = 5
_AWAY = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError)
_COME_BACK_S = 60.0
_EAGER_S, _EAGER_PAUSE_S, _PAUSE_S = 2.0, 0.1, 1.0


@dataclass(frozen=True)
class Event:
    """A server message and when it came, monotonic seconds."""

    at: float
    message: dict[str, JsonValue]

    @property
    def type(self) -> str:
        """The message's type."""
        return str(self.message.get("type"))


@dataclass
class Line:
    """The caller's end of a call. Run `talk` beside whatever steers it."""

    url: str
    on_event: Callable[[Event], None] = lambda _: None
    greet: bool = False
    time_zone: str = ""
    loudspeaker: Loudspeaker = field(default_factory=lambda: Loudspeaker(OUTPUT_RATE))
    events: list[Event] = field(default_factory=list[Event])
    lost: int = 0
    """How often the connection was lost."""

    def __post_init__(self) -> None:
        self._socket: ClientConnection | None = None
        self._microphone: deque[bytes] = deque()
        self._unsent: deque[bytes] = deque(maxlen=_BUFFERED_FRAMES)
        self._quiet = asyncio.Event()
        self._changed = asyncio.Event()
        self._session_id = self._call_id = ""
        self._last_seq = 0
        self._announced: Event | None = None
        self.ended = ""
        """Why the call has ended; empty while it goes on."""

    @property
    def call_id(self) -> str:
        """The call's id, once it has begun."""
        return self._call_id

    @property
    def connected(self) -> bool:
        """Whether there is a connection just now."""
        return self._socket is not None

    # --- beginning ---------------------------------------------------------------------

    async def sign_in(self, pin: str) -> None:
        """Connect, sign in and begin the call.

        Raises:
            Unavailable: nobody answers at the address.
            Denied: the PIN was refused.
        """
        try:
            self._socket = await connect(self.url, max_size=2**20, open_timeout=10)
        except _AWAY as error:
            raise Unavailable(f"no answer at {self.url}: {error}") from error
        await self._send({"type": "authenticate", "pin": pin})
        reply = await self._until("authenticated", "authentication_failed", "error")
        if reply.type != "authenticated":
            raise Denied(str(reply.message.get("message") or "the PIN was refused"))
        self._session_id = str(reply.message["session_id"])
        start: dict[str, JsonValue] = {"type": "start", "greet": self.greet}
        if self.time_zone:
            start["time_zone"] = self.time_zone
        await self._send(start)
        reply = await self._until("call_started", "error")
        if reply.type != "call_started":
            raise Unavailable(str(reply.message.get("message")))
        self._call_id = str(reply.message["call_id"])

    async def talk(self) -> None:
        """Send the microphone and take what comes back until the call ends."""
        frames = asyncio.create_task(self._send_frames(), name="microphone")
        try:
            while not self.ended:
                try:
                    await self._receive()
                except _AWAY:
                    self._socket = self._announced = None
                    self.lost += 1
                    await self._come_back()
        finally:
            frames.cancel()
            if self._socket is not None:
                await self._socket.close()

    # --- steering ----------------------------------------------------------------------

    async def say(self, pcm: bytes) -> float:
        """Speak (16 kHz, mono, 16-bit); return when the last of it was sent."""
        for start in range(0, len(pcm), _FRAME_BYTES):
            self._microphone.append(pcm[start : start + _FRAME_BYTES].ljust(_FRAME_BYTES, b"\0"))
        self._quiet.clear()
        await self._quiet.wait()
        return time.monotonic()

    async def send(self, message: dict[str, JsonValue]) -> None:
        """Send a message of the contract; while the connection is lost it is dropped."""
        if self._socket is not None:
            try:
                await self._send(message)
            except _AWAY:
                return

    async def wait_for(self, wanted: Callable[[], bool], limit_s: float) -> bool:
        """Wait until something holds, looking at every event and a few times a second."""
        deadline = time.monotonic() + limit_s
        while not wanted():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, 0.1))
            except TimeoutError:
                continue
        return True

    # --- the socket --------------------------------------------------------------------

    async def _send(self, message: dict[str, JsonValue]) -> None:
        if self._socket is None:
            raise Unavailable("there is no connection")
        await self._socket.send(json.dumps(message))

    async def _send_frames(self) -> None:
        began, count = time.monotonic(), 0
        while True:
            count += 1
            await asyncio.sleep(max(0.0, began + count * FRAME_MS / 1_000 - time.monotonic()))
            frame = self._microphone.popleft() if self._microphone else bytes(_FRAME_BYTES)
            if not self._microphone:
                self._quiet.set()
            self._unsent.append(frame)
            socket = self._socket
            if socket is None:
                continue
            try:
                while self._unsent:
                    await socket.send(self._unsent[0])
                    self._unsent.popleft()
                if count % _REPORT_EVERY == 0:
                    await self._report(socket)
            except _AWAY:
                continue

    async def _report(self, socket: ClientConnection) -> None:
        played = self.loudspeaker.played_ms()
        if played:
            turn_id, ms = list(played.items())[-1]
            await socket.send(json.dumps({"type": "played", "turn_id": turn_id, "ms": ms}))

    async def _receive(self) -> Event:
        if self._socket is None:
            raise TimeoutError
        data = await self._socket.recv()
        if isinstance(data, bytes):
            return self._take_audio(data)
        event = Event(time.monotonic(), cast("dict[str, JsonValue]", json.loads(data)))
        if event.type == "audio":
            # It has arrived only when its binary frame has: a cut between the two takes it back.
            self._announced = event
        else:
            self._take(event)
        return event

    def _take_audio(self, pcm: bytes) -> Event:
        if self._announced is None:
            raise ConvonetError("audio came without a message that announces it")
        event, self._announced = self._announced, None
        self.loudspeaker.queue(str(event.message.get("turn_id", "")), pcm)
        self._take(Event(time.monotonic(), event.message))
        return event

    def _take(self, event: Event) -> None:
        seq = event.message.get("seq")
        if isinstance(seq, int) and (not self._call_id or seq > self._last_seq):
            self._last_seq = seq
        turn_id = str(event.message.get("turn_id", ""))
        match event.type:
            case "clear":
                self.loudspeaker.clear(turn_id)
            case "call_ended":
                self.ended = str(event.message.get("reason"))
            case _:
                pass
        self.events.append(event)
        self.on_event(event)
        self._changed.set()

    async def _until(self, *types: str) -> Event:
        while True:
            try:
                event = await asyncio.wait_for(self._receive(), 15)
            except _AWAY as error:
                raise Unavailable(f"the connection was lost: {error}") from error
            if event.type in types:
                return event

    async def _come_back(self) -> None:
        lost_at = time.monotonic()
        while time.monotonic() - lost_at < _COME_BACK_S:
            try:
                socket = await connect(self.url, max_size=2**20, open_timeout=2)
                resume = {
                    "type": "resume",
                    "session_id": self._session_id,
                    "call_id": self._call_id,
                    "last_seq": self._last_seq,
                }
                await socket.send(json.dumps(resume))
            except _AWAY:
                await asyncio.sleep(_pause_s(time.monotonic() - lost_at))
            else:
                self._socket = socket
                return
        raise ConvonetError(f"the connection was lost and did not come back in {_COME_BACK_S} s")


def _pause_s(away_s: float) -> float:
    """Return how long to wait before the next try: hardly at first, a spare is there at once.

    Jittered, so that a server that comes back is not met by all at the same time.
    """
    return (_EAGER_PAUSE_S if away_s < _EAGER_S else _PAUSE_S) * random.uniform(0.5, 1.0)  # noqa: S311
