"""Checks of the running parts: database, Redis, Temporal, workers, and the providers' answers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx2
from redis.exceptions import RedisError
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from convonet.cli.findings import Finding, fail, ok, warn
from convonet.db import migrate
from convonet.errors import ConvonetError
from convonet.redis.admission import Admission, Load, limits
from convonet.redis.client import connect as connect_redis
from convonet.settings import Settings
from temporal import queues, search
from temporal.client import address, connect

LIMIT_S: Final = 10
_START: Final = "start it (convonet up), or mend its address in the settings"


async def database(settings: Settings) -> AsyncIterator[Finding]:
    """Check that the database answers and its tables are up to date."""
    url = settings.database_url
    if url is None:
        return
    try:
        async with asyncio.timeout(LIMIT_S):
            behind = await migrate.pending(url.get_secret_value())
    except (ConvonetError, TimeoutError) as error:
        yield fail("database", "connection", str(error) or "no answer", _START)
        return
    yield ok("database", "connection", "answers")
    if behind:
        yield fail("database", "tables", "not up to date", "run `convonet migrate`")
    else:
        yield ok("database", "tables", "up to date")


async def redis(settings: Settings) -> AsyncIterator[Finding]:
    """Check that Redis answers and keeps what it is told."""
    url = settings.redis_url
    if url is None:
        return
    try:
        async with asyncio.timeout(LIMIT_S), connect_redis(url.get_secret_value()) as client:
            await client.execute_command("PING")
            load = await Admission(client, limits(settings)).load()
    except (RedisError, OSError, TimeoutError) as error:
        yield fail("redis", "connection", type(error).__name__, _START)
        return
    yield ok("redis", "connection", "answers")
    yield _capacity(load)


def _capacity(load: Load) -> Finding:
    if load.capacity is not None and load.calls >= load.capacity:
        mend = "add voice workers or cores, or set CONVONET_MAX_CALLS"
        return warn("redis", "capacity", f"{load.in_words}: callers are refused", mend)
    return ok("redis", "capacity", load.in_words)


async def temporal(settings: Settings) -> AsyncIterator[Finding]:
    """Check that Temporal answers, and knows the namespace and the search attributes."""
    try:
        client = await _client(settings)
        missing = await search.missing(client)
    except (RPCError, RuntimeError, TimeoutError) as error:
        yield fail("temporal", address(settings), _short(error), _START)
        return
    yield ok("temporal", address(settings), f"namespace {client.namespace}")
    if missing:
        names = " ".join(f"--name {name} --type Keyword" for name in missing)
        mend = f"temporal operator search-attribute create {names}"
        yield fail("temporal", "search attributes", f"missing: {', '.join(missing)}", mend)
    else:
        yield ok("temporal", "search attributes", "all there")


async def workers(settings: Settings) -> AsyncIterator[Finding]:
    """Check that somebody takes the work of each queue."""
    kinds = {
        "conversation": (queues.CONVERSATIONS, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
        "voice": (queues.VOICE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    }
    for kind, (queue, queue_type) in kinds.items():
        mend = f"start one: convonet worker {kind}"
        try:
            async with asyncio.timeout(LIMIT_S):
                client = await _client(settings)
                answer = await client.workflow_service.describe_task_queue(
                    DescribeTaskQueueRequest(
                        namespace=client.namespace,
                        task_queue=TaskQueue(name=queue),
                        task_queue_type=queue_type,
                    )
                )
        except (RPCError, RuntimeError, TimeoutError) as error:
            yield fail("workers", kind, f"unknown: {_short(error)}", mend)
            continue
        if answer.pollers:
            yield ok("workers", kind, f"{len(answer.pollers)} polling the queue {queue}")
        else:
            yield fail("workers", kind, f"nobody polls the queue {queue}", mend)


async def providers(settings: Settings) -> AsyncIterator[Finding]:
    """Ask each provider that has a key whether it accepts it."""
    if key := settings.anthropic_api_key:
        url = f"{settings.anthropic_base_url or 'https://api.anthropic.com'}/v1/models"
        headers = {"x-api-key": key.get_secret_value(), "anthropic-version": "2023-06-01"}
        yield await _accepted("Claude", "ANTHROPIC_API_KEY", url, headers)
    if key := settings.deepgram_api_key:
        place = settings.deepgram_base_url or "https://api.deepgram.com"
        url = f"{place.replace('ws', 'http', 1) if place.startswith('ws') else place}/v1/projects"
        headers = {"Authorization": f"Token {key.get_secret_value()}"}
        yield await _accepted("Deepgram", "DEEPGRAM_API_KEY", url, headers)
    if (account := settings.twilio_account_sid) and (key := settings.twilio_auth_token):
        place = settings.twilio_base_url or "https://api.twilio.com"
        signed = httpx2.BasicAuth(account, key.get_secret_value())
        url = f"{place}/2010-04-01/Accounts/{account}.json"
        yield await _accepted("Twilio", "TWILIO_AUTH_TOKEN", url, {}, signed)


async def _accepted(
    name: str,
    setting: str,
    url: str,
    headers: dict[str, str],
    auth: httpx2.BasicAuth | None = None,
) -> Finding:
    try:
        async with httpx2.AsyncClient(timeout=LIMIT_S) as client:
            answer = await client.get(url, headers=headers, auth=auth)
    except httpx2.HTTPError as error:
        return fail("online", name, f"no answer ({type(error).__name__})", "check the network")
    if answer.status_code in (401, 403):
        return fail("online", name, f"refused ({answer.status_code})", f"set a valid {setting}")
    if answer.is_error:
        return fail("online", name, f"answers {answer.status_code}", "see the provider's status")
    return ok("online", name, "key accepted")


async def _client(settings: Settings) -> Client:
    async with asyncio.timeout(LIMIT_S):
        return await connect(settings)


def _short(error: Exception) -> str:
    text = str(error).splitlines()
    return (text[0] if text else type(error).__name__)[:160]
