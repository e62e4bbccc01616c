"""A call as one connection serves it: audio and controls in, messages out, and a lease."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue
from redis.exceptions import RedisError

from api.voice.endings import REPLACED, Ending, Refusal
from api.voice.hearing import Hearing, Report, Spawn
from api.voice.line import Line
from api.voice.messages import BINARY_MAX_BYTES
from api.voice.relay import Relay
from api.voice.uplink import Uplink
from convonet.contracts.voice import Error, ServerMessage
from convonet.redis.calls import CallMeta, CallStreams
from convonet.redis.inlet import Inlet

logger = logging.getLogger(__name__)

LEASE_S: Final = 10
"""A connection that has not renewed its lease for this long no longer serves the call."""

_RENEW_S: Final = 3.0
_LEAVE_LIMIT_S: Final = 10.0
"""A store that is away may come back in this time and get what the caller said last."""

_LAST_WORDS_LIMIT_S: Final = 2.0


class Leg:
    """The caller's leg of a call, on this connection."""

    def __init__(  # noqa: PLR0913 - everything a leg is made of, once
        self,
        meta: CallMeta,
        streams: CallStreams,
        inlet: Inlet,
        line: Line,
        *,
        after: int,
        mine: int,
        over: bool = False,
    ) -> None:
        self.call_id = meta.call_id
        self._meta = meta
        self._streams = streams
        self._inlet = inlet
        self._line = line
        self._relay = Relay(streams, line, meta.call_id, after, mine)
        self._uplink = Uplink(inlet, streams, meta.call_id)
        self._hearing: Hearing | None = None
        self._over = over

    async def open(self, spawn: Spawn, report: Report, head: bytes) -> None:
        """Say `connected`; `spawn` runs tasks beside the connection, `report` refuses frames."""
        self._hearing = Hearing(
            self._meta.input_sample_rate, self._inlet, self._uplink.hear, spawn, report
        )
        self._hearing.go_on_from(head)
        if not self._over:
            await self._uplink.order({"type": "connected"})

    async def relay(self) -> str:
        """Send the call's messages to the client until it has ended; return why it has."""
        reason = await self._relay.run()
        self._over = True
        return reason

    async def append(self) -> None:
        """Append what the caller sends, until cancelled."""
        await self._uplink.run()

    async def keep(self) -> None:
        """Renew the lease, until cancelled or another connection has the call."""
        while True:
            await asyncio.sleep(_RENEW_S)
            try:
                ours = await self._inlet.keep(LEASE_S)
            except (RedisError, OSError):
                continue
            if not ours and not self._over:
                # The relay says so as soon as it comes to the other's `call_started`.
                await asyncio.sleep(_RENEW_S)
                raise Ending("replaced", "the call goes on over another connection", REPLACED)

    async def hear(self, frame: bytes) -> None:
        """Take a binary frame.

        Raises:
            Refusal: it is too large, undecodable or too fast.
            Ending: nothing can be appended for too long.
        """
        if len(frame) > BINARY_MAX_BYTES:
            raise Refusal(
                "message_too_large", f"a binary frame has at most {BINARY_MAX_BYTES} bytes"
            )
        if self._hearing is not None:
            await self._hearing.feed(frame)

    async def order(self, control: Mapping[str, JsonValue]) -> None:
        """Take a control."""
        await self._uplink.order(control)

    async def say(self, message: ServerMessage) -> None:
        """Send the client a message in the call's own order."""
        await self._uplink.say(message)

    async def last_words(self, error: Error) -> None:
        """Tell the client why the connection is closed, behind what came before."""
        try:
            async with asyncio.timeout(_LAST_WORDS_LIMIT_S):
                await self._line.reached(await self._uplink.say_last(error))
        except (TimeoutError, Ending):
            # Out of reach is the call's numbering, not the client.
            await self._line.repeat(error)

    async def leave(self) -> None:
        """Append what is left and say `disconnected`, unless the call is over or taken over."""
        if self._hearing is not None:
            self._hearing.finish()
        if self._over:
            return
        try:
            async with asyncio.timeout(_LEAVE_LIMIT_S):
                await self._uplink.drain()
                await self._inlet.leave(time.time_ns() // 1_000_000)
        except (TimeoutError, RedisError, OSError):
            # The lease runs out by itself; only audio that no store would take is lost here.
            logger.warning("call %s: left without appending everything", self.call_id)
