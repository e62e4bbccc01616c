"""Is the process up, and are all its parts there?"""

import asyncio
import math
from collections.abc import Awaitable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import JsonValue
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from api import metrics as counted
from api.deps import AppState
from api.problems import problem
from api.state import State
from convonet.errors import Unavailable
from convonet.redis.admission import Admission, Load, limits
from temporal import queues

router = APIRouter(tags=["operations"])

CHECK_LIMIT_S: Final = 2.0

_AWAY = (RedisError, SQLAlchemyError, RPCError, RuntimeError, OSError, Unavailable)


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Say that the process is up."""
    return "ok\n"


@router.get("/readyz", responses={503: {"description": "A part is away; `checks` says which."}})
async def readyz(state: AppState) -> Response:
    """Say whether PostgreSQL, Redis, Temporal and the workers are there, and how busy all is."""
    if state["connections"].stopping:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "stopping", "this server is going away")
    temporal = state["temporal"]
    probes: Mapping[str, Awaitable[str | None]] = {
        "postgresql": _postgresql(state),
        "redis": _redis(state),
        "temporal": _temporal(temporal),
        "conversation_workers": _pollers(
            temporal, queues.CONVERSATIONS, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
        ),
        "voice_workers": _pollers(temporal, queues.VOICE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    }
    answers = await asyncio.gather(*(_within_limit(probe) for probe in probes.values()))
    checks: dict[str, JsonValue] = {
        name: {"ok": why is None, "why": why or ""}
        for name, why in zip(probes, answers, strict=True)
    }
    load = await _load(state)
    found: dict[str, JsonValue] = {"checks": checks, "load": asdict(load) if load else None}
    away = [name for name, why in zip(probes, answers, strict=True) if why is not None]
    if away:
        detail = f"not there: {', '.join(away)}"
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", detail, {"ok": False, **found})
    return JSONResponse({"ok": True, **found})


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(state: AppState) -> Response:
    """Return what Prometheus collects."""
    load = await _load(state)
    capacity = load.capacity if load else None
    counted.CALLS_EVERYWHERE.set(load.calls if load else math.nan)
    counted.CAPACITY.set(math.nan if capacity is None else capacity)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _load(state: State) -> Load | None:
    """Return how busy everything is; None when Redis does not tell."""
    try:
        async with asyncio.timeout(CHECK_LIMIT_S):
            return await Admission(state["redis"], limits(state["settings"])).load()
    except (TimeoutError, RedisError, OSError):
        return None


async def _within_limit(probe: Awaitable[str | None]) -> str | None:
    try:
        async with asyncio.timeout(CHECK_LIMIT_S):
            return await probe
    except TimeoutError:
        return f"no answer within {CHECK_LIMIT_S:.0f} s"
    except _AWAY as error:
        # The kind only: messages of drivers hold addresses and user names.
        return type(error).__name__


async def _postgresql(state: State) -> str | None:
    async with state["engine"].connect() as connection:
        await connection.execute(text("SELECT 1"))
    return None


async def _redis(state: State) -> str | None:
    await state["redis"].execute_command("PING")
    return None


async def _temporal(client: Client) -> str | None:
    serving = await client.service_client.check_health()
    return None if serving else "it does not serve"


async def _pollers(client: Client, queue: str, kind: "TaskQueueType.ValueType") -> str | None:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
    )
    answer = await client.workflow_service.describe_task_queue(request)
    return None if answer.pollers else f"no worker polls the queue {queue!r}"
