"""Workers of the real workflows and of scripted activities, and the calls they serve."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, Worker

from activities.errors import ErrorTranslation
from convonet import ids
from convonet.contracts.conversation import ConversationInput
from temporal import policies, queues
from temporal.sandbox import GUARDED
from tests.workflows.call import Call, opening
from tests.workflows.script import PATIENCE_S, Script
from tests.workflows.scripted import ScriptedActivities
from workflows.conversation import ConversationWorkflow

WORKFLOWS = [ConversationWorkflow]
"""Every workflow there is."""

_SOON = timedelta(milliseconds=100)


class Deployment:
    """All workers of a test, which can be stopped and started again."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._scripts: dict[str, Script] = {}
        self.calls: list[Call] = []

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run the workers for as long as the block runs."""
        scripted = ScriptedActivities(self._scripts)
        conversations = Worker(
            self._client,
            task_queue=queues.CONVERSATIONS,
            workflows=WORKFLOWS,
            workflow_runner=GUARDED,
            activities=[
                scripted.take_turn,
                scripted.call_tool,
                scripted.announce,
                scripted.open_conversation,
                scripted.save_turn,
                scripted.tell_end,
                scripted.close_conversation,
            ],
            interceptors=[ErrorTranslation()],
            identity="conversation-worker",
            sticky_queue_schedule_to_start_timeout=_SOON,
            max_heartbeat_throttle_interval=_SOON,
        )
        voice = Worker(
            self._client,
            task_queue=queues.VOICE,
            activities=[scripted.run_media_session],
            interceptors=[ErrorTranslation()],
            identity="voice-worker",
            max_heartbeat_throttle_interval=_SOON,
        )
        async with conversations, voice:
            yield

    async def start(self, script: Script | None = None, *, greet: bool = False) -> Call:
        """Begin a call that keeps to a script."""
        return await self.begin(opening(uuid4().hex, greet=greet), script or Script())

    async def begin(self, first: ConversationInput, script: Script) -> Call:
        """Begin a call with all that it starts with."""
        self._scripts[first.call_id] = script
        handle = await self._client.start_workflow(
            ConversationWorkflow.run,
            first,
            id=ids.conversation_workflow(first.call_id),
            task_queue=queues.CONVERSATIONS,
            task_timeout=policies.TASK_TIMEOUT,
        )
        call = Call(handle, script)
        self.calls.append(call)
        return call

    async def histories(self, call: Call) -> list[WorkflowHistory]:
        """Return the histories of all runs of a call, oldest first."""
        found: list[WorkflowHistory] = []
        run_id = call.handle.first_execution_run_id
        while run_id:
            run = self._client.get_workflow_handle(call.handle.id, run_id=run_id)
            history = await run.fetch_history()
            found.append(history)
            closing = history.events[-1].workflow_execution_continued_as_new_event_attributes
            run_id = closing.new_execution_run_id
        return found

    async def replay(self) -> None:
        """End every call, and play each again from its own history."""
        for call in self.calls:
            async with asyncio.timeout(PATIENCE_S):
                if (await call.view()).ended is None:
                    await call.hang_up()
                await call.handle.result()
            for history in await self.histories(call):
                await replayer().replay_workflow(history)


@asynccontextmanager
async def deployed(client: Client) -> AsyncGenerator[Deployment]:
    """Run workers against a server."""
    convonet = Deployment(client)
    async with convonet.running():
        yield convonet


def replayer(workflows: Sequence[type] = WORKFLOWS) -> Replayer:
    """Make what plays histories again, set up as the workers are."""
    return Replayer(
        workflows=workflows, data_converter=pydantic_data_converter, workflow_runner=GUARDED
    )
