import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.running import TellingOthers
from convonet.redis.liveness import Lifeline, Lost
from workers.rescue import Rescue

PATIENCE_S = 30


@workflow.defn
class Errand:
    """Has one thing done, and waits for it as long as it takes."""

    @workflow.run
    async def run(self) -> int:
        """Return which attempt did it."""
        return await workflow.execute_activity(
            "work", start_to_close_timeout=timedelta(hours=1), result_type=int
        )


class Work:
    """Work whose first attempts come to nothing, as on a worker that is lost."""

    def __init__(self, fruitless: int) -> None:
        self._fruitless = fruitless
        self.began = asyncio.Event()

    @activity.defn(name="work")
    async def work(self) -> int:
        """Return which attempt this is, or never."""
        attempt = activity.info().attempt
        self.began.set()
        if attempt <= self._fruitless:
            await asyncio.Event().wait()
        return attempt


@asynccontextmanager
async def errand(client: Client, line: Lifeline, work: Work) -> AsyncGenerator["asyncio.Task[int]"]:
    queue = uuid4().hex
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Errand],
        workflow_runner=UnsandboxedWorkflowRunner(),
        activities=[work.work],
        interceptors=[TellingOthers(line)],
    ):
        run = client.execute_workflow(Errand.run, id=queue, task_queue=queue)
        waiting = asyncio.create_task(run)
        async with asyncio.timeout(PATIENCE_S):
            await work.began.wait()
            await line.beat()
            yield waiting


@pytest.fixture
def line(redis: Redis) -> Lifeline:
    """The lost worker's."""
    return Lifeline(redis, uuid4().hex)


@pytest.fixture
def rescue(temporal_client: Client, redis: Redis) -> Rescue:
    """Another worker's."""
    return Rescue(temporal_client, Lifeline(redis, "other"))


@pytest.mark.parametrize("frozen", [False, True])
async def test_what_a_lost_worker_was_doing_is_done_again(
    temporal_client: Client, line: Lifeline, rescue: Rescue, *, frozen: bool
) -> None:
    async with errand(temporal_client, line, Work(fruitless=1)) as result:
        rescuing = asyncio.create_task(rescue.rescue(Lost(line.worker, frozen=frozen)))
        assert await result == 2
        await rescuing
    assert [one for one in await line.tasks() if one.worker == line.worker] == []


async def test_what_a_frozen_worker_swallows_is_done_again_too(
    temporal_client: Client, line: Lifeline, rescue: Rescue
) -> None:
    async with errand(temporal_client, line, Work(fruitless=2)) as result:
        rescuing = asyncio.create_task(rescue.rescue(Lost(line.worker, frozen=True)))
        assert await result == 3
        await rescuing


async def test_looking_after_what_is_over_does_no_harm(
    temporal_client: Client, line: Lifeline, rescue: Rescue
) -> None:
    async with errand(temporal_client, line, Work(fruitless=0)) as result:
        assert await result == 1
        await rescue.rescue(Lost(line.worker, frozen=True))
        assert await result == 1
