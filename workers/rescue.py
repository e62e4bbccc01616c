"""When a worker process dies, its activities begin again elsewhere at once."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from uuid import uuid4

from redis.exceptions import RedisError
from temporalio.client import AsyncActivityHandle, Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from convonet.redis import client as redis_client
from convonet.redis.client import AWAY
from convonet.redis.liveness import BEAT_S, Lifeline, Lost, Task
from convonet.settings import Settings
from workers.wiring import needed

_log = logging.getLogger(__name__)

_AT_ONCE: Final = timedelta(milliseconds=10)

_SWALLOWED_AFTER_S: Final = 1.0
_LOOKS: Final = 3
"""A frozen worker has polls left open and swallows what it gets: ask this often whether somebody
has really begun."""


@asynccontextmanager
async def lifeline(settings: Settings, client: Client) -> AsyncGenerator[Lifeline]:
    """Tell the others that this process lives, and look after theirs, until the block ends."""
    redis = redis_client.connect(needed(settings.redis_url, "REDIS_URL"))
    line = Lifeline(redis, uuid4().hex)
    living = asyncio.create_task(Rescue(client, line).run(), name="lifeline")
    try:
        yield line
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        try:
            await line.leave()
        except AWAY:
            _log.warning("Redis is away: the others find out by themselves that we are gone")
        await redis.aclose()


class Rescue:
    """Watches the other workers, and has Temporal try again what a lost one was doing.

    Heartbeat timeouts stay behind it: for when no other worker is left, or Redis is away.
    """

    def __init__(self, client: Client, line: Lifeline) -> None:
        self._client = client
        self._line = line
        self._rescues: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Live and watch until cancelled."""
        try:
            while True:
                await self._look()
                await self._line.pause()
        finally:
            for task in self._rescues:
                task.cancel()

    async def _look(self) -> None:
        try:
            for lost in await self._line.beat():
                if await self._line.claim(lost):
                    self._start(lost)
        except AWAY:
            await asyncio.sleep(BEAT_S)
        except RedisError:
            _log.exception("Redis refuses: only heartbeats tell now whether a worker lives")
            await asyncio.sleep(_SWALLOWED_AFTER_S)

    def _start(self, lost: Lost) -> None:
        task = asyncio.create_task(self.rescue(lost), name=f"rescue {lost.worker}")
        self._rescues.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._rescues.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a lost worker was not looked after to the end", exc_info=error)

    async def rescue(self, lost: Lost) -> None:
        """Have everything a lost worker was doing begun again."""
        tasks = [task for task in await self._line.tasks() if task.worker == lost.worker]
        what = "stands still" if lost.frozen else "died"
        _log.warning("a worker %s in the middle of %d activities", what, len(tasks))
        await asyncio.gather(*(self._fail(task, self._by_token(task)) for task in tasks))
        await self._line.forget(tasks)
        looks = _LOOKS if lost.frozen else 0
        for _ in range(looks):
            await asyncio.sleep(_SWALLOWED_AFTER_S)
            await self._again_unless_begun(tasks)

    async def _again_unless_begun(self, tasks: Sequence[Task]) -> None:
        running = await self._line.tasks()
        begun = {old.key for old in tasks for new in running if new.is_newer(old)}
        left = [task for task in tasks if task.key not in begun]
        await asyncio.gather(*(self._fail(task, self._by_id(task)) for task in left))

    def _by_token(self, task: Task) -> AsyncActivityHandle:
        return self._client.get_async_activity_handle(task_token=task.token)

    def _by_id(self, task: Task) -> AsyncActivityHandle:
        return self._client.get_async_activity_handle(
            workflow_id=task.workflow_id, run_id=task.run_id, activity_id=task.activity_id
        )

    async def _fail(self, task: Task, handle: AsyncActivityHandle) -> None:
        error = ApplicationError(
            "the worker was lost", type="WorkerLost", next_retry_delay=_AT_ONCE
        )
        try:
            await handle.fail(error)
        except RPCError as problem:
            # Over, or in newer hands, or not begun: nothing to do.
            if problem.status is not RPCStatusCode.NOT_FOUND:
                _log.warning("%s: Temporal has to notice by itself: %s", task.key, problem.message)
