"""Runs media sessions, and tells everybody how many calls there are here and how many fit."""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from activities.media import MediaSessionRunner
from convonet.contracts.conversation import RunMediaSession
from convonet.redis.admission import Carries, Reports
from convonet.settings import Settings
from workers.strain import Room, Strain, counted_on, machine

_log = logging.getLogger(__name__)

_LEAVE_LIMIT_S: Final = 0.5


class Carrying:
    """The calls of one voice worker; itself a runner, in the place of the one it wraps."""

    def __init__(
        self, redis: Redis, settings: Settings, run: MediaSessionRunner, strain: Strain
    ) -> None:
        self._run = run
        self._strain = strain
        self._counted_on = counted_on(settings)
        self._room = Room(self._counted_on)
        self._machine = machine()
        self._reports = Reports(redis, secrets.token_hex(8))
        self._calls: Counter[str] = Counter()
        self._ended: set[str] = set()
        self._changed = asyncio.Event()

    async def __call__(self, request: RunMediaSession, attempt: int) -> None:
        """Run a media session, counted; only one that came to its end takes its call along."""
        call_id = request.call_id
        self._calls[call_id] += 1
        self._ended.discard(call_id)
        self._changed.set()
        try:
            await self._run(request, attempt)
            self._ended.add(call_id)
        finally:
            self._calls[call_id] -= 1
            self._calls += Counter()  # Drops those at zero.
            self._changed.set()

    @asynccontextmanager
    async def announced(self) -> AsyncGenerator[None]:
        """Let callers in for as long as the block lasts."""
        self._changed.set()
        watching = asyncio.create_task(self._watch(), name="strain")
        reporting = asyncio.create_task(self._report(), name="capacity")
        try:
            yield
        finally:
            for task in (watching, reporting):
                task.cancel()
            await asyncio.gather(watching, reporting, return_exceptions=True)
            await self._leave()

    async def _watch(self) -> None:
        while True:
            bad = await self._strain.second_is_bad()
            before = self._room.calls
            self._room.passed(bad=bad, calls=len(self._calls))
            if self._room.calls < before:
                _log.warning("strained: taking no more than %d calls", self._room.calls)
            self._changed.set()

    async def _report(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            ended = self._ended - self._calls.keys()
            try:
                await self._reports.say(self._carries(), list(self._calls), ended)
            except (RedisError, OSError) as error:
                _log.debug("nobody was told how many calls fit: %s", type(error).__name__)
                continue
            self._ended -= ended

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(_LEAVE_LIMIT_S):
                await self._reports.leave(self._ended)
        except (RedisError, OSError, TimeoutError):
            _log.debug("this worker's count runs out by itself")

    def _carries(self) -> Carries:
        return Carries(self._machine, whole=self._counted_on, own=self._room.calls)
