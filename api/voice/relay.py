"""From the call's `out` stream to the client: every message, in order, whatever happens.

Audio that a later `clear` has already taken back is not sent again: its `audio` message goes out
with `ms` 0 and an empty binary frame, so that `seq` still rises by one and a client that pairs
each `audio` with the next binary frame needs no special case.
"""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from itertools import count
from typing import Final

from pydantic import TypeAdapter
from redis.exceptions import RedisError

from api import metrics
from api.voice.endings import REPLACED, Ending
from api.voice.line import Line
from convonet.contracts.voice import Error
from convonet.redis.calls import CallStreams, OutEntry, OutFollower

logger = logging.getLogger(__name__)

_WAIT_S: Final = 10.0
_BACKOFF_MAX_S: Final = 0.5

_EVENT: TypeAdapter[dict[str, object]] = TypeAdapter(dict[str, object])


class Relay:
    """Follows one call for one connection."""

    def __init__(
        self, streams: CallStreams, line: Line, call_id: str, after: int, mine: int
    ) -> None:
        """Relay what comes after message `after`.

        `mine` is the number of the `call_started` this connection caused; a later one means that
        another connection has taken over the call.
        """
        self._streams = streams
        self._line = line
        self._call_id = call_id
        self._after = after
        self._mine = mine
        self._follower: OutFollower | None = None

    async def run(self) -> str:
        """Relay until the call has ended; return why it has.

        Raises:
            Ending: another connection took over, or the client does not read.
            Gone: the client is not there any more.
        """
        try:
            while True:
                entries = await self._next()
                if entries and entries[0].seq > self._after + 1:
                    await self._confess_a_gap(entries[0].seq)
                reason = await self._send(entries)
                if reason is not None:
                    return reason
        finally:
            if self._follower is not None:
                self._follower.leave()

    async def _next(self) -> list[OutEntry]:
        for attempt in count():
            try:
                if self._follower is None:
                    self._follower = await self._streams.following(self._call_id, self._after)
                return await self._follower.next(_WAIT_S)
            except (RedisError, OSError) as error:
                if attempt == 0:
                    logger.warning("redis is away, waiting: %s", type(error).__name__)
                await asyncio.sleep(min(_BACKOFF_MAX_S, 0.05 * 2 ** min(attempt, 4)))
        raise AssertionError

    async def _send(self, entries: Sequence[OutEntry]) -> str | None:
        began = time.monotonic()
        events = [_EVENT.validate_json(entry.event) for entry in entries]
        cleared = {
            event["turn_id"]: entry.seq
            for entry, event in zip(entries, events, strict=True)
            if event["type"] == "clear"
        }
        for entry, event in zip(entries, events, strict=True):
            if event["type"] == "call_started" and entry.seq > self._mine:
                await self._say_replaced(entry.seq)
            stale = entry.seq < cleared.get(event.get("turn_id"), 0)
            await self._send_one(entry, event, stale=stale)
            self._after = entry.seq
            if event["type"] == "call_ended":
                return str(event["reason"])
        if entries:
            metrics.OUTBOUND_LATENCY.observe(time.monotonic() - began)
        return None

    async def _send_one(self, entry: OutEntry, event: dict[str, object], *, stale: bool) -> None:
        if event["type"] != "audio":
            await self._line.relay(entry.seq, entry.event, None)
        elif stale:
            silent = json.dumps({**event, "ms": 0}).encode()
            await self._line.relay(entry.seq, silent, b"")
        else:
            await self._line.relay(entry.seq, entry.event, entry.audio)

    async def _confess_a_gap(self, first: int) -> None:
        message = f"messages {self._after + 1} to {first - 1} are not kept any more"
        logger.warning("call %s: %s", self._call_id, message)
        event = Error(code="missed", message=message).model_dump_json(exclude={"seq"})
        await self._line.relay(first - 1, event.encode(), None)

    async def _say_replaced(self, seq: int) -> None:
        # In the place of the other connection's `call_started`: a client that resumes from this
        # number misses nothing that was meant for it.
        message = "the call goes on over another connection"
        event = Error(code="replaced", message=message).model_dump_json(exclude={"seq"})
        await self._line.relay(seq, event.encode(), None)
        raise Ending("replaced", message, REPLACED, said=True)
