"""The conversation worker: workflows, the assistant's steps, tools and records."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from activities.announce import AnnounceActivities
from activities.assistant import AssistantActivities
from activities.errors import ErrorTranslation
from activities.records import RecordActivities
from activities.running import TellingOthers
from activities.tools import ToolActivities
from convonet.assistant.ports import Assistant
from convonet.db.engine import create_engine, sessionmaker
from convonet.db.records import ConversationRecords
from convonet.redis import client as redis_client
from convonet.redis.calls import CallStreams
from convonet.redis.liveness import Lifeline
from convonet.settings import Settings
from convonet.tools.external import ExternalServer
from convonet.tools.host import ToolHost, own_servers
from convonet.tools.mcp_config import read_mcp_config
from temporal import policies, queues
from temporal.build import pinned
from temporal.sandbox import BARE
from workers.succession import WORKFLOWS
from workers.wiring import needed

_STICKY_TIMEOUT = timedelta(milliseconds=500)
"""How long a workflow waits for the worker that knows it, before any other may take it."""


@dataclass(frozen=True)
class ConversationParts:
    """What the activities of a conversation need."""

    assistant: Assistant
    tools: ToolHost
    streams: CallStreams
    records: ConversationRecords


def conversation_worker(
    client: Client, parts: ConversationParts, lifeline: Lifeline, drain_s: float
) -> Worker:
    """Return the worker of conversations and everything short they do.

    On shutdown steps and tool calls under way may finish for `drain_s`; another worker then tries
    those again that have not.
    """
    thinking = AssistantActivities(parts.assistant, parts.tools, parts.streams)
    acting = ToolActivities(parts.tools, parts.streams)
    writing = RecordActivities(parts.records, parts.streams)
    speaking = AnnounceActivities(parts.streams)
    return Worker(
        client,
        task_queue=queues.CONVERSATIONS,
        workflows=WORKFLOWS,
        workflow_runner=BARE,
        activities=[
            thinking.take_turn,
            acting.call_tool,
            speaking.announce,
            writing.open_conversation,
            writing.save_turn,
            writing.tell_end,
            writing.close_conversation,
        ],
        interceptors=[TellingOthers(lifeline), ErrorTranslation()],
        deployment_config=pinned(),
        sticky_queue_schedule_to_start_timeout=_STICKY_TIMEOUT,
        max_heartbeat_throttle_interval=policies.HEARTBEATS_AT_MOST_EVERY,
        graceful_shutdown_timeout=timedelta(seconds=drain_s),
    )


@asynccontextmanager
async def conversation_parts(
    settings: Settings, assistant: Assistant
) -> AsyncGenerator[ConversationParts]:
    """Open what the activities of a conversation need; close it at the end."""
    engine = create_engine(needed(settings.database_url, "DATABASE_URL"))
    redis = redis_client.connect(needed(settings.redis_url, "REDIS_URL"))
    sessions = sessionmaker(engine)
    try:
        async with ToolHost(own_servers(sessions), external(settings)) as tools:
            records = ConversationRecords(sessions)
            yield ConversationParts(assistant, tools, CallStreams(redis), records)
    finally:
        await redis.aclose()
        await engine.dispose()


def external(settings: Settings) -> list[ExternalServer]:
    """Return other people's tool servers, if a configuration names any."""
    path = settings.convonet_mcp_config or Path("mcp_config.json")
    if settings.convonet_mcp_config is None and not path.exists():
        return []
    return [ExternalServer(name, config) for name, config in read_mcp_config(path).items()]
