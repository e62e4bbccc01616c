"""A new build takes its place: new calls begin on it, and calls that nobody serves come to it."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from temporalio.client import Client, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from convonet import ids
from convonet.contracts.conversation import CloseCall
from convonet.db.engine import create_engine, sessionmaker
from convonet.db.records import ConversationRecords
from convonet.errors import NotFound, Unavailable
from convonet.redis import client as redis_client
from convonet.redis.calls import CallStreams
from convonet.settings import Settings
from temporal.build import BUILD
from temporal.deployments import Deployments
from workers.wiring import needed
from workflows.conversation import ConversationWorkflow

_log = logging.getLogger(__name__)

WORKFLOWS: Final = [ConversationWorkflow]
"""Every workflow there is."""

PROMOTED_WITHIN_S: Final = 60.0

_ANSWERS_WITHIN_S: Final = 3.0
"""A build none of whose calls answers for so long has no worker left."""

_ENDS_AFTER_S: Final = 10.0
"""A call is only given up when it does not answer for so long."""

_AGAIN_S: Final = 2.0


@dataclass
class Moved:
    """What has become of calls whose build had no worker left."""

    taken: int = 0
    """They go on with our build."""
    ended: int = 0
    """Our build decides otherwise than theirs: nobody could go on with them."""


class Succession:
    """Ours is the newest build."""

    def __init__(self, client: Client, streams: CallStreams, records: ConversationRecords) -> None:
        self._client = client
        self._streams = streams
        self._records = records
        self._deployments = Deployments(client)

    async def run(self, *, promote: bool) -> None:
        """Do what a worker that has begun to serve calls has to do, until it is done.

        With `promote` new calls begin on our build from now on, and calls whose own build has no
        worker left are taken over. Without, an operator decides about both; only where no build
        has ever been promoted ours is the one.
        """
        while True:
            try:
                await self._run(promote=promote)
            except (RPCError, NotFound) as error:
                _log.warning("our build cannot take its place yet: %s", error)
            except Exception:
                # The worker serves its calls all the same, and others may be waiting for this.
                _log.exception("our build could not take its place")
            else:
                return
            await asyncio.sleep(_AGAIN_S)

    async def _run(self, *, promote: bool) -> None:
        current = await self._deployments.current()
        if current != BUILD and (promote or current is None):
            await self._deployments.promote(BUILD, PROMOTED_WITHIN_S)
            _log.info("new calls begin on build %s", BUILD)
        if promote:
            await self.take_over()

    async def take_over(self) -> Moved:
        """Take over the calls of builds without a worker; end those we cannot go on with."""
        moved = Moved()
        calls = await self._deployments.calls()
        calls.pop(BUILD, None)
        served = await asyncio.gather(*(self._served(of_build) for of_build in calls.values()))
        for of_build, is_served in zip(calls.values(), served, strict=True):
            for workflow_id in [] if is_served else of_build:
                await self._take_over(workflow_id, moved)
        return moved

    async def _served(self, workflow_ids: list[str]) -> bool:
        """Tell whether any of a build's calls answers: a query needs a worker."""
        asking = [self._answers(one, _ANSWERS_WITHIN_S) for one in workflow_ids[:5]]
        return any(await asyncio.gather(*asking))

    async def _answers(self, workflow_id: str, within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                await self._handle(workflow_id).query(ConversationWorkflow.view)
        except WorkflowQueryFailedError:
            return True
        except TimeoutError:
            return False
        except RPCError as error:
            _log.info("%s does not answer: %s", workflow_id, error)
            return error.status is RPCStatusCode.NOT_FOUND
        return True

    async def _take_over(self, workflow_id: str, moved: Moved) -> None:
        if await self._decides_alike(workflow_id):
            try:
                await self._deployments.move(workflow_id, BUILD)
            except NotFound:
                return
            moved.taken += 1
            _log.info("%s goes on with build %s", workflow_id, BUILD)
        elif not await self._answers(workflow_id, _ENDS_AFTER_S):
            await self._end(workflow_id)
            moved.ended += 1

    async def _decides_alike(self, workflow_id: str) -> bool:
        """Tell whether our code comes to the same decisions as the call's own did."""
        history = await self._handle(workflow_id).fetch_history()
        replayer = Replayer(
            workflows=WORKFLOWS,
            data_converter=self._client.data_converter,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is None:
            return True
        _log.warning("%s was begun by code that decides otherwise", workflow_id)
        return False

    async def _end(self, workflow_id: str) -> None:
        closing = CloseCall(call_id=ids.call_of(workflow_id), reason="error")
        await self._streams.close(closing.call_id, closing.reason)
        try:
            await self._records.close_conversation(closing)
        except Unavailable as error:
            _log.warning("the end of %s is not written down: %s", workflow_id, error)
        why = f"no worker of its build is left, and build {BUILD} decides otherwise"
        await self._handle(workflow_id).terminate(why)
        _log.error("%s had to be ended: %s", workflow_id, why)

    def _handle(self, workflow_id: str) -> WorkflowHandle[ConversationWorkflow, object]:
        return self._client.get_workflow_handle_for(ConversationWorkflow.run, workflow_id)


async def rescue(client: Client, settings: Settings) -> Moved:
    """Take over calls whose build has no worker left, with the code of this process."""
    engine = create_engine(needed(settings.database_url, "DATABASE_URL"))
    redis = redis_client.connect(needed(settings.redis_url, "REDIS_URL"))
    try:
        records = ConversationRecords(sessionmaker(engine))
        return await Succession(client, CallStreams(redis), records).take_over()
    finally:
        await redis.aclose()
        await engine.dispose()
