"""One connection to Redis for all of a process: what is asked in one moment goes out as one write.

`redis` takes a connection out of its pool for every command and waits for the answer before
another may use it. That is most of what a frame of a caller's audio costs; here nobody waits for
anybody else, and an answer is parsed, not wrapped. `docs/decisions/0014` has the numbers.
"""

import asyncio
import hashlib
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

import hiredis
from redis.asyncio import Connection
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,  # noqa: A004
    InvalidResponse,
    NoScriptError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,  # noqa: A004
)

Part = str | bytes | int | float
Reply = int | bytes | str | list["Reply"] | None

REPLY_TIMEOUT_S: Final = 5.0
"""Longest wait for one reply, blocking reads included: they must block for less."""

_TRIES: Final = 4
_PAUSE_S: Final = 0.05
_PAUSE_MAX_S: Final = 0.2
_WAITING_MAX: Final = 20_000

_ERRORS: Final[dict[str, type[ResponseError] | type[ConnectionError]]] = {
    "LOADING": BusyLoadingError,
    "NOAUTH": AuthenticationError,
    "NOSCRIPT": NoScriptError,
    "READONLY": ReadOnlyError,
}


_packed = cast("Callable[[tuple[Part, ...]], bytes]", hiredis.pack_command)


def _error(text: str) -> Exception:
    return _ERRORS.get(text.split(" ", 1)[0], ResponseError)(text)


class WireConnection(Connection):
    """A connection of `redis`, which knows addresses, TLS and passwords, that gives its socket."""

    def hand_over(self, protocol: asyncio.Protocol) -> asyncio.WriteTransport:
        """Have another protocol read what comes from now on; return where to write.

        Raises:
            ConnectionError: it is not connected any more.
        """
        if self._writer is None:
            raise ConnectionError("the connection was lost before it was used")
        transport = self._writer.transport
        transport.set_protocol(protocol)
        return transport

    def drop(self) -> None:
        """Close it at once."""
        self._close()


class _Link(asyncio.Protocol):
    """An open connection: commands out, replies in, in the same order."""

    def __init__(self, connection: WireConnection) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._parser = hiredis.Reader(protocolError=InvalidResponse, replyError=_error)
        self._waiting: deque[tuple[asyncio.Future[object], float]] = deque()
        self._unsent: list[bytes] = []
        self._watch: asyncio.TimerHandle | None = None
        self.lost = False
        self._transport = connection.hand_over(self)

    def ask(self, command: Sequence[Part]) -> asyncio.Future[object]:
        """Send a command with all others of this moment; errors of Redis are results, too."""
        if self.lost or len(self._waiting) >= _WAITING_MAX:
            raise ConnectionError("the connection to Redis is lost or does not keep up")
        answer: asyncio.Future[object] = self._loop.create_future()
        self._waiting.append((answer, self._loop.time()))
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(_packed(tuple(command)))
        if self._watch is None:
            self._watch = self._loop.call_later(REPLY_TIMEOUT_S / 5, self._look)
        return answer

    def drop(self, why: Exception) -> None:
        """Close the connection and give everybody who waits the reason."""
        self.lost = True
        self._connection.drop()
        if self._watch is not None:
            self._watch.cancel()
        waiting, self._waiting = self._waiting, deque()
        for answer, _ in waiting:
            if not answer.done():
                answer.set_exception(why)

    def data_received(self, data: bytes) -> None:
        """Give each reply to whoever asked."""
        self._parser.feed(data)
        try:
            while (reply := cast("object", self._parser.gets())) is not False:
                answer, _ = self._waiting.popleft()
                if not answer.done():
                    answer.set_result(reply)
        except (InvalidResponse, IndexError) as error:
            self.drop(ConnectionError(f"Redis said something that is no answer: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody will answer any more."""
        self.drop(ConnectionError(f"the connection to Redis was lost ({exc or 'closed'})"))

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        if not self.lost:
            self._transport.write(unsent[0] if len(unsent) == 1 else b"".join(unsent))

    def _look(self) -> None:
        self._watch = None
        if not self._waiting:
            return
        if self._loop.time() - self._waiting[0][1] > REPLY_TIMEOUT_S:
            self.drop(TimeoutError("Redis does not answer"))
        else:
            self._watch = self._loop.call_later(REPLY_TIMEOUT_S / 5, self._look)


@dataclass(frozen=True)
class Script:
    """Lua, run by its digest; taken along in full when Redis does not know it (any more)."""

    wire: "Wire"
    text: str

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[Part]) -> object:
        """Run it; see `Wire.ask`."""
        try:
            return await self.wire.ask("EVALSHA", self._digest, len(keys), *keys, *args)
        except NoScriptError:
            return await self.wire.ask("EVAL", self.text, len(keys), *keys, *args)


class Wire:
    """Asks Redis; connects on first use, and again when the connection is lost."""

    def __init__(self, connection: Callable[[], WireConnection]) -> None:
        self._make = connection
        self._link: _Link | None = None
        self._connecting: asyncio.Task[_Link] | None = None

    async def ask(self, *command: Part) -> object:
        """Return the reply to a command.

        It is sent again for about half a second while connections break: it must not be harmful
        twice.

        Raises:
            ConnectionError, TimeoutError: Redis is away, or does not answer in time.
            ResponseError: it refuses.
        """
        for left in reversed(range(_TRIES)):
            try:
                reply = await (self._open or await self._connected()).ask(command)
                if not isinstance(reply, Exception):
                    return reply
                raise reply
            except ConnectionError:
                if not left:
                    raise
                await asyncio.sleep(random.uniform(_PAUSE_S, _PAUSE_MAX_S))  # noqa: S311
        raise AssertionError

    async def ask_all(self, commands: Sequence[Sequence[Part]]) -> list[object]:
        """Send commands one behind the other; return their replies, errors of Redis among them.

        Of commands that fail for a lost connection, Redis has carried out those up to some point.

        Raises:
            ConnectionError, TimeoutError: Redis is away, or does not answer in time.
        """
        link = self._open or await self._connected()
        if len(commands) == 1:  # as mostly
            return [await link.ask(commands[0])]
        return await asyncio.gather(*[link.ask(command) for command in commands])

    def script(self, text: str) -> Script:
        """Return a script to be called with its keys and arguments."""
        return Script(self, text)

    async def close(self) -> None:
        """Close the connection."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._link is not None:
            self._link.drop(ConnectionError("closed"))
            self._link = None

    @property
    def _open(self) -> _Link | None:
        return None if self._link is None or self._link.lost else self._link

    async def _connected(self) -> _Link:
        # Whoever asks may be cancelled meanwhile; the others still want the connection.
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="redis-wire")
            self._connecting.add_done_callback(self._over)
        return await asyncio.shield(self._connecting)

    def _over(self, connecting: asyncio.Task[_Link]) -> None:
        self._connecting = None
        if not connecting.cancelled() and connecting.exception() is None:
            self._link = connecting.result()

    async def _connect(self) -> _Link:
        connection = self._make()
        try:
            await connection.connect()
            return _Link(connection)
        except BaseException:
            connection.drop()
            raise
