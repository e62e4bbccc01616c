"""Processes that run workflows and activities: one kind per task queue."""

import asyncio
import logging
import signal
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from activities.announce import AnnounceActivities
from activities.assistant import AssistantActivities
from activities.errors import ErrorTranslation
from activities.media import MediaActivities, MediaSessionRunner
from activities.records import RecordActivities
from activities.tools import ToolActivities
from convonet import logs
from convonet.errors import Invalid
from convonet.settings import Settings, settings
from temporal import queues
from temporal.client import connect
from temporal.sandbox import RUNNER
from workers.wiring import ConversationParts, conversation_parts, media_runner
from workflows.conversation import ConversationWorkflow

WORKFLOWS = [ConversationWorkflow]

_log = logging.getLogger(__name__)

_STICKY_TIMEOUT = timedelta(seconds=1)
"""How long a workflow waits for the worker that knows it, before any other may take it."""

_THROTTLE = timedelta(milliseconds=400)
"""Longest time between two heartbeats sent: a cancellation also travels with them."""

_CONNECT_EVERY_S = 0.5


def conversation_worker(client: Client, parts: ConversationParts) -> Worker:
    """Return the worker of conversations and everything short they do."""
    thinking = AssistantActivities(parts.assistant, parts.tools, parts.streams)
    acting = ToolActivities(parts.tools, parts.streams)
    writing = RecordActivities(parts.sessions, parts.streams)
    speaking = AnnounceActivities(parts.streams)
    return Worker(
        client,
        task_queue=queues.CONVERSATIONS,
        workflows=WORKFLOWS,
        workflow_runner=RUNNER,
        activities=[
            thinking.take_turn,
            acting.call_tool,
            speaking.announce,
            writing.open_conversation,
            writing.save_turn,
            writing.tell_end,
            writing.close_conversation,
        ],
        interceptors=[ErrorTranslation()],
        sticky_queue_schedule_to_start_timeout=_STICKY_TIMEOUT,
        max_heartbeat_throttle_interval=_THROTTLE,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


def voice_worker(client: Client, run_media: MediaSessionRunner) -> Worker:
    """Return the worker of media sessions: on shutdown they move to another within a second."""
    return Worker(
        client,
        task_queue=queues.VOICE,
        activities=[MediaActivities(run_media).run_media_session],
        interceptors=[ErrorTranslation()],
        max_heartbeat_throttle_interval=_THROTTLE,
        max_concurrent_activities=200,
        graceful_shutdown_timeout=timedelta(milliseconds=200),
    )


async def run(kind: str) -> None:
    """Run the `voice` or the `conversation` worker until SIGTERM or SIGINT.

    Raises:
        Invalid: there is no such kind.
        SettingsError: a setting is missing or malformed.
    """
    if kind not in ("voice", "conversation"):
        raise Invalid(f"no worker of the kind {kind!r}; there are: voice, conversation")
    chosen = settings()
    logs.set_up(chosen, f"{kind}-worker")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    connecting = asyncio.create_task(_connect(chosen))
    await asyncio.wait(
        {connecting, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    if not connecting.done():
        connecting.cancel()
        return
    await (_voice if kind == "voice" else _conversation)(connecting.result(), chosen, stop)


async def _voice(client: Client, chosen: Settings, stop: asyncio.Event) -> None:
    async with (
        media_runner(chosen, client) as run_media,
        voice_worker(client, run_media),
    ):
        _log.info("media sessions can run here")
        await stop.wait()


async def _conversation(client: Client, chosen: Settings, stop: asyncio.Event) -> None:
    async with conversation_parts(chosen) as parts, conversation_worker(client, parts):
        _log.info("conversations can run here")
        await stop.wait()


async def _connect(chosen: Settings) -> Client:
    """Return a client, however long the server takes to come up."""
    while True:
        try:
            return await connect(chosen)
        except RuntimeError as error:
            _log.warning("Temporal does not answer yet: %s", error)
            await asyncio.sleep(_CONNECT_EVERY_S)
