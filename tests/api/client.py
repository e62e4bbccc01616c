"""A caller's end of `/voice`, as strict about `seq` and frames as a page would be."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect

Message = dict[str, object]
LIMIT_S = 30


@dataclass(frozen=True)
class Heard:
    """A server message, and the binary frame behind it."""

    message: Message
    audio: bytes | None = None

    @property
    def seq(self) -> int:
        seq = self.message["seq"]
        assert isinstance(seq, int)
        return seq

    @property
    def type(self) -> str:
        return str(self.message["type"])


class Caller:
    """One connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seq = 0

    async def say(self, **message: object) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> Heard:
        """Return the next message, which must carry the next number."""
        heard = await self.hear_any()
        assert heard.seq == self.seq + 1, heard.message
        self.seq = heard.seq
        return heard

    async def hear_any(self) -> Heard:
        async with asyncio.timeout(LIMIT_S):
            text = await self.socket.recv()
            assert isinstance(text, str), "binary without an `audio` before it"
            message: Message = json.loads(text)
            if message["type"] != "audio":
                return Heard(message)
            audio = await self.socket.recv()
            assert isinstance(audio, bytes)
            return Heard(message, audio)

    async def expect(self, kind: str, **fields: object) -> Message:
        """Return the next message, which must be this one."""
        message = (await self.hear()).message
        assert message["type"] == kind, message
        assert {name: message.get(name) for name in fields} == fields
        return message

    async def expect_error(self, code: str) -> None:
        await self.expect("error", code=code)

    async def sign_in(self, pin: str) -> str:
        await self.expect("authentication_required")
        await self.say(type="authenticate", pin=pin)
        return str((await self.expect("authenticated"))["session_id"])

    async def start(self, **fields: object) -> str:
        await self.say(type="start", **fields)
        return str((await self.expect("call_started"))["call_id"])

    async def begin(self, pin: str, **fields: object) -> tuple[str, str]:
        """Sign in and start; return session and call id."""
        session_id = await self.sign_in(pin)
        return session_id, await self.start(**fields)

    async def resume(self, session_id: str, call_id: str, last_seq: int) -> None:
        """Go on with a call; the next message to hear is `last_seq + 1`."""
        await self.say(type="resume", session_id=session_id, call_id=call_id, last_seq=last_seq)
        self.seq = last_seq

    async def resume_after_greeting(self, session_id: str, call_id: str, last_seq: int) -> None:
        """Resume on a fresh connection."""
        await self.expect("authentication_required")
        await self.resume(session_id, call_id, last_seq)

    async def closed(self) -> tuple[int, str]:
        """Wait for the server to close; return code and reason."""
        async with asyncio.timeout(LIMIT_S):
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code, self.socket.close_reason or ""


def new_address() -> str:
    """Return an IPv6 address of a customer nobody else in the run is."""
    unique = uuid4().hex
    return f"2001:db8:{unique[:4]}:{unique[4:8]}::1"


@asynccontextmanager
async def calling(
    url: str, *, address: str | None = None, origin: str | None = None, max_queue: int = 4_000
) -> AsyncGenerator[Caller]:
    headers = {"X-Forwarded-For": address or new_address()}
    if origin is not None:
        headers["Origin"] = origin
    async with connect(
        url,
        additional_headers=headers,
        compression=None,
        proxy=None,
        max_queue=max_queue,
        open_timeout=LIMIT_S,
        close_timeout=2,
    ) as socket:
        yield Caller(socket)
