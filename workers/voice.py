"""The voice worker: media sessions, one for each call."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.worker import Worker

from activities.errors import ErrorTranslation
from activities.media import MediaActivities, MediaSessionRunner
from activities.running import TellingOthers
from convonet.contracts.conversation import RunMediaSession
from convonet.redis import client as redis_client
from convonet.redis.liveness import Lifeline
from convonet.redis.media import MediaStore
from convonet.session.quiet import Limits
from convonet.session.session import MediaSession, Surroundings
from convonet.settings import Settings
from temporal import policies, queues
from temporal.build import unpinned
from workers.carrying import Carrying
from workers.strain import Strain
from workers.wiring import engines, needed
from workflows.handles import Conversations


def voice_worker(client: Client, run_media: MediaSessionRunner, lifeline: Lifeline) -> Worker:
    """Return the worker of media sessions, of calls of every build.

    On shutdown they are given up at once, as failures worth another attempt: another worker goes
    on within a second, with whatever code it has.
    """
    return Worker(
        client,
        task_queue=queues.VOICE,
        activities=[MediaActivities(run_media).run_media_session],
        interceptors=[TellingOthers(lifeline), ErrorTranslation()],
        deployment_config=unpinned(),
        max_heartbeat_throttle_interval=policies.MEDIA_HEARTBEATS_AT_MOST_EVERY,
        max_concurrent_activities=200,
        # A frozen worker swallows a call for every poll it left waiting.
        max_concurrent_activity_task_polls=1,
    )


@asynccontextmanager
async def media_runner(settings: Settings, client: Client) -> AsyncGenerator[Carrying]:
    """Open what media sessions need; yield whoever runs one and counts them."""
    redis = redis_client.connect(needed(settings.redis_url, "REDIS_URL"))
    strain = Strain()
    around = Surroundings(
        engines=engines(settings),
        conversations=Conversations(client),
        limits=Limits(
            idle_prompt_s=settings.convonet_idle_prompt_s,
            idle_goodbye_s=settings.convonet_idle_goodbye_s,
            max_call_s=settings.convonet_max_call_s,
            reconnect_s=settings.convonet_reconnect_s,
        ),
        on_late=strain.late,
    )

    async def run(request: RunMediaSession, attempt: int) -> None:
        await MediaSession(request, attempt, MediaStore(redis, request.call_id), around).run()

    try:
        yield Carrying(redis, settings, run, strain)
    finally:
        await redis.aclose()
