"""From the connection into the call's `in` stream: in order, once, across a Redis that is away."""

import asyncio
import logging
import time
from collections.abc import Mapping
from itertools import count
from typing import Final, Protocol

from pydantic import JsonValue
from redis.exceptions import RedisError

from api import metrics
from api.voice.endings import TRY_LATER, Ending
from convonet.contracts.voice import ServerMessage
from convonet.redis.calls import CallStreams
from convonet.redis.inlet import Said

logger = logging.getLogger(__name__)

BYTES_PER_S: Final = 32_000
BUFFER_S: Final = 10.0
"""Audio kept here while Redis is away; then the client's socket is left unread ..."""

PATIENCE_S: Final = 15.0
"""... and after this the connection is closed, for the client to resume elsewhere."""

_THINGS_MAX: Final = 2_000
_BATCH_MAX: Final = 100
_PIECE_S: Final = 0.02
_PIECE_MAX: Final = 8_192
_BACKOFF_MAX_S: Final = 0.5


class Appends(Protocol):
    """Where the things go; `convonet.redis.inlet.Inlet`."""

    async def append(self, first: int, things: list[Said], /) -> None:
        """Append things numbered from `first`, once each."""
        ...


class Uplink:
    """A bounded queue and the one task that empties it."""

    def __init__(self, inlet: Appends, streams: CallStreams, call_id: str) -> None:
        self._inlet = inlet
        self._streams = streams
        self._call_id = call_id
        self._things: list[Said] = []
        self._messages: list[ServerMessage] = []
        self._newest = 0
        self._first = 0
        self._frozen = 0
        self._bytes = 0
        self._changed = asyncio.Condition()
        self._appended_at = 0.0

    async def hear(self, pcm: bytes) -> None:
        """Take caller audio, 16 kHz mono 16-bit; waits while the buffer is full.

        Raises:
            Ending: Redis has been away for too long.
        """
        if not pcm:
            return
        await self._wait_for_room()
        arrived = time.time_ns() // 1_000_000
        async with self._changed:
            last = self._things[-1] if len(self._things) > self._frozen else None
            if last is not None and last.audio and len(last.audio) < _PIECE_MAX:
                self._things[-1] = Said(last.arrived_ms, audio=last.audio + pcm)
            else:
                self._things.append(Said(arrived, audio=pcm))
            self._bytes += len(pcm)
            self._changed.notify_all()

    async def order(self, control: Mapping[str, JsonValue]) -> None:
        """Take a control, behind the audio that came before it.

        Raises:
            Ending: Redis has been away for too long.
        """
        await self._wait_for_room()
        async with self._changed:
            self._things.append(Said(time.time_ns() // 1_000_000, control=control))
            self._changed.notify_all()

    async def say(self, message: ServerMessage) -> None:
        """Send the client a message through the call's stream.

        Raises:
            Ending: Redis has been away for too long.
        """
        await self._wait_for_room()
        async with self._changed:
            self._messages.append(message)
            self._changed.notify_all()

    async def say_last(self, message: ServerMessage) -> int:
        """Send a message behind all others; return its number when it is in the call's stream.

        Raises:
            Ending: Redis has been away for too long.
        """
        await self.say(message)
        async with self._changed:
            await self._changed.wait_for(lambda: not self._messages)
        return self._newest

    async def drain(self) -> None:
        """Append what is left, after `run` has been cancelled."""
        while self._things:
            await self._until_done()

    async def run(self) -> None:
        """Append what is taken, as long as the call is served here."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._things or self._messages)
            await self._gather()
            await self._until_done()

    async def _gather(self) -> None:
        """Let tiny frames become 20 ms; nothing else is held back."""
        small = len(self._things) == 1 and 0 < len(self._things[0].audio) < BYTES_PER_S * _PIECE_S
        since = time.monotonic() - self._appended_at
        if small and not self._messages and since < _PIECE_S:
            await asyncio.sleep(_PIECE_S - since)

    async def _until_done(self) -> None:
        for attempt in count():
            try:
                await self._append()
                await self._emit()
            except (RedisError, OSError) as error:
                if attempt == 0:
                    logger.warning("redis is away, buffering: %s", type(error).__name__)
                await asyncio.sleep(min(_BACKOFF_MAX_S, 0.05 * 2 ** min(attempt, 4)))
            else:
                return

    async def _append(self) -> None:
        batch = self._things[:_BATCH_MAX]
        if not batch:
            return
        # Until Redis has confirmed them, these stay as they are: a lost reply means sending the
        # very same again, and what was appended then is passed over.
        self._frozen = len(batch)
        await self._inlet.append(self._first, batch)
        now, now_ms = time.monotonic(), time.time_ns() // 1_000_000
        async with self._changed:
            del self._things[: len(batch)]
            self._first += len(batch)
            self._frozen = 0
            self._bytes -= sum(len(thing.audio) for thing in batch)
            self._changed.notify_all()
        self._appended_at = now
        metrics.INBOUND_LATENCY.observe(max(0, now_ms - batch[0].arrived_ms) / 1000)

    async def _emit(self) -> None:
        messages = list(self._messages)
        if not messages:
            return
        emissions = [(message, b"") for message in messages]
        self._newest = await self._streams.emit(self._call_id, emissions)
        async with self._changed:
            del self._messages[: len(messages)]
            self._changed.notify_all()

    def _has_room(self) -> bool:
        return (
            self._bytes < BUFFER_S * BYTES_PER_S
            and len(self._things) < _THINGS_MAX
            and len(self._messages) < _THINGS_MAX
        )

    async def _wait_for_room(self) -> None:
        if self._has_room():
            return
        try:
            async with asyncio.timeout(PATIENCE_S), self._changed:
                await self._changed.wait_for(self._has_room)
        except TimeoutError:
            raise Ending(
                "unavailable", "our store does not answer; resume in a moment", TRY_LATER
            ) from None
