"""One `/voice` connection: who may say what when, and how it ends."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Coroutine
from typing import Any, Final

from fastapi import WebSocket
from redis.exceptions import RedisError
from starlette.types import Message

from api import metrics
from api.state import State
from api.voice.allowance import Allowances
from api.voice.endings import (
    INTERNAL,
    POLICY,
    RESTART,
    TRY_LATER,
    Ending,
    Gone,
    Refusal,
    first,
    unavailable,
)
from api.voice.leg import Leg
from api.voice.line import Line
from api.voice.messages import parse
from api.voice.opening import Opening, Session
from api.voice.signing_in import SigningIn, WrongPin, shown
from convonet.contracts.voice import (
    AnyClientMessage,
    Authenticate,
    Authenticated,
    AuthenticationFailed,
    AuthenticationRequired,
    Error,
    Hangup,
    Ping,
    Played,
    Pong,
    Resume,
    ServerMessage,
    Start,
    Text,
    TransferMe,
)
from convonet.redis.limits import CONNECTION_LEASE_S, ConnectionLimits, SignInLimits
from convonet.redis.sessions import VoiceSessions

logger = logging.getLogger(__name__)

SIGN_IN_WITHIN_S: Final = 60.0
"""A connection that has not signed in by then is closed."""

IDLE_S: Final = 900.0
"""A signed-in connection without a call may be silent for this long."""

_TEXT, _BINARY = (metrics.MESSAGES.labels("in", kind) for kind in ("text", "binary"))


class Connection:
    """The state of one connection: anonymous, then signed in, then in a call, then signed in."""

    def __init__(self, socket: WebSocket, state: State, address: str) -> None:
        self._socket = socket
        self._state = state
        self._address = address
        self._id = secrets.token_hex(8)
        self._line = Line(socket)
        self._opening = Opening(state, self._line, self._id)
        self._sessions = VoiceSessions(state["redis"])
        self._limits = ConnectionLimits(state["redis"])
        limits, secret = SignInLimits(state["redis"]), state["settings"].jwt_secret
        key = secret.get_secret_value() if secret else ""
        self._signing_in = SigningIn(address, key, state["db"], limits)
        self._session: Session | None = None
        self._leg: Leg | None = None
        self._deadline = time.monotonic() + SIGN_IN_WITHIN_S
        self._allowances = Allowances()
        self._tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        """Serve the connection until it ends; whoever ended it, the client was told why."""
        ending: Ending | None = None
        try:
            async with self._tasks:
                for work in (self._listen(), self._vouch(), self._heed_draining()):
                    self._spawn(work)
        except* Ending as endings:
            ending = first(endings)
        except* Gone:
            logger.debug("a client has gone")
        finally:
            await self._leave()
        if ending is not None:
            metrics.CLOSED.labels(ending.code).inc()
            await self._line.close(ending.close_code, f"{ending.code}: {ending.message}")

    # --- tasks -------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._tasks.create_task(self._guarded(work))

    async def _guarded(self, work: Awaitable[None]) -> None:
        """Tell the client about an ending while the other tasks still run."""
        try:
            await work
        except Ending as ending:
            if not ending.said:
                await self._last_words(ending)
            raise
        except Gone:
            raise
        except Exception:
            logger.exception("a /voice connection failed")
            ending = Ending("internal", "something of ours broke; resume", INTERNAL)
            await self._last_words(ending)
            raise ending from None

    async def _last_words(self, ending: Ending) -> None:
        error = Error(code=ending.code, message=ending.message)
        metrics.ERRORS.labels(ending.code).inc()
        if self._leg is not None:
            await self._leg.last_words(error)
        else:
            await self._line.send(error)

    async def _listen(self) -> None:
        await self._admit()
        left = await self._signing_in.attempts_left()
        await self._line.send(AuthenticationRequired(attempts_left=left))
        while True:
            message = await self._receive()
            try:
                await self._take(message)
            except Refusal as refusal:
                await self._refuse(refusal)

    async def _admit(self) -> None:
        try:
            admitted = await self._limits.join(self._address, self._id)
        except (RedisError, OSError):
            return  # an open connection is harmless: nobody can sign in without Redis
        if not admitted:
            raise Ending("too_many_connections", "too many connections from here", POLICY)
        self._state["connections"].wait_for_name(self._id, lambda: self._spawn(self._give_way()))

    async def _give_way(self) -> None:
        raise Ending("too_many_connections", "others want to sign in", TRY_LATER)

    async def _vouch(self) -> None:
        while True:
            await asyncio.sleep(CONNECTION_LEASE_S / 3)
            try:
                await self._limits.join(self._address, self._id)
            except (RedisError, OSError):
                continue

    async def _heed_draining(self) -> None:
        await self._state["connections"].draining.wait()
        raise Ending("going_away", "this server is going away; resume on another", RESTART)

    async def _serve(self, leg: Leg, helpers: list[asyncio.Task[None]]) -> None:
        metrics.CALLS.inc()
        try:
            reason = await leg.relay()
        finally:
            metrics.CALLS.dec()
        logger.info("call %s is over for its client: %s", leg.call_id, reason)
        self._leg = None
        self._deadline = time.monotonic() + IDLE_S
        for helper in helpers:
            helper.cancel()
        await leg.leave()

    async def _leave(self) -> None:
        self._state["connections"].has_name(self._id)
        if self._leg is not None:
            await self._leg.leave()
        try:
            await self._limits.leave(self._address, self._id)
        except (RedisError, OSError):
            logger.debug("the connection's count runs out by itself")

    # --- messages ----------------------------------------------------------------

    async def _receive(self) -> Message:
        if self._leg is not None:
            message = await self._socket.receive()
        else:
            message = await self._receive_in_time()
        if message["type"] == "websocket.disconnect":
            raise Gone
        return message

    async def _receive_in_time(self) -> Message:
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                return await self._socket.receive()
        except TimeoutError:
            what = "nothing was said" if self._session is not None else "nobody signed in"
            raise Ending("idle", f"{what} for too long", POLICY) from None

    async def _take(self, message: Message) -> None:
        text: str | None = message.get("text")
        (_BINARY if text is None else _TEXT).inc()
        if self._session is not None:
            self._deadline = time.monotonic() + IDLE_S
        if text is None:
            await self._take_audio(message.get("bytes") or b"")
            return
        self._allowances.text()
        await self._act(parse(text))

    async def _take_audio(self, frame: bytes) -> None:
        self._allowances.frame()
        await self._in_call().hear(frame)

    async def _act(self, message: AnyClientMessage) -> None:
        match message:
            case Authenticate():
                await self._authenticate(message)
            case Resume():
                await self._resume(message)
            case Start():
                await self._start(message)
            case Ping():
                await self._say(Pong(t=message.t))
            case Text() | Played() | TransferMe() | Hangup():
                if isinstance(message, Text | TransferMe):
                    self._allowances.turn()
                await self._in_call().order(message.model_dump(exclude_none=True))

    def _in_call(self) -> Leg:
        if self._leg is None:
            raise Refusal("not_started", "there is no call; send start first")
        return self._leg

    def _not_in_call(self) -> None:
        if self._leg is not None:
            raise Refusal("call_in_progress", "this connection has a call; hang up first")

    async def _authenticate(self, message: Authenticate) -> None:
        self._not_in_call()
        found = await self._signing_in.by_pin(message.pin)
        if isinstance(found, WrongPin):
            await self._line.send(
                AuthenticationFailed(
                    attempts_left=found.attempts_left, retry_after_s=found.retry_after_s
                )
            )
            if self._signing_in.exhausted:
                raise Ending("too_many_attempts", "too many wrong PINs", POLICY)
            return
        try:
            session_id = await self._sessions.create(found)
        except (RedisError, OSError):
            raise unavailable("sign-in") from None
        self._session = Session(session_id, found)
        self._state["connections"].has_name(self._id)
        self._deadline = time.monotonic() + IDLE_S
        await self._line.send(Authenticated(session_id=session_id, user=shown(found)))

    async def _start(self, message: Start) -> None:
        self._not_in_call()
        if self._session is None:
            raise Refusal("not_authenticated", "sign in with authenticate first")
        await self._serve_leg(await self._opening.begin(self._session, message), b"")

    async def _resume(self, message: Resume) -> None:
        self._not_in_call()
        self._session, leg = await self._opening.resume(message)
        self._state["connections"].has_name(self._id)
        await self._serve_leg(leg, await self._opening.head(leg))

    async def _serve_leg(self, leg: Leg, head: bytes) -> None:
        self._leg = leg
        await leg.open(self._spawn, self._refuse, head)
        helpers = [self._spawn(leg.append()), self._spawn(leg.keep())]
        self._spawn(self._serve(leg, helpers))

    # --- answers -----------------------------------------------------------------

    async def _say(self, message: ServerMessage) -> None:
        if self._leg is not None:
            await self._leg.say(message)
        else:
            await self._line.send(message)

    async def _refuse(self, refusal: Refusal) -> None:
        metrics.ERRORS.labels(refusal.code).inc()
        if refusal.offence and not self._allowances.offence():
            raise Ending("too_many_errors", f"too many errors, {refusal.code} the last", POLICY)
        await self._say(Error(code=refusal.code, message=refusal.message))
