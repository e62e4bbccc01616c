"""Looks into a running Convonet: its memory, its keys, its tables, its workflows."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from temporalio.client import Client, WorkflowExecutionDescription

from benchmarks import accounting
from benchmarks.soak.place import Place
from convonet.db.models.table import Table
from convonet.errors import Unavailable
from convonet.ids import conversation_workflow
from convonet.redis.calls import AFTERLIFE_S
from convonet.redis.client import connect as connect_redis
from temporal.client import connect as connect_temporal
from tests.chaos.addresses import settings_of

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KB_OF: Final = ("VmRSS", "RssAnon")
_FOR_EVER: Final = -1
_TABLES: Final = tuple(Table.metadata.tables)


def memory(place: Place) -> dict[str, tuple[float, float]]:
    """Return resident and anonymous memory of each part, MB."""
    parts = place.processes.parts()
    (supervisor,) = parts["supervisor"] or [0]
    taken = {pid for pids in parts.values() for pid in pids}
    spares = [pid for pid in accounting.family(supervisor) if pid not in taken]
    return {name: _memory(pids) for name, pids in {**parts, "spares": spares}.items()}


def _memory(pids: list[int]) -> tuple[float, float]:
    found = [_status(pid) for pid in pids]
    resident, anonymous = (sum(one.get(name, 0) for one in found) / 1_024 for name in _KB_OF)
    return round(resident, 1), round(anonymous, 1)


def _status(pid: int) -> Mapping[str, int]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    pairs = (line.split(":", 1) for line in lines)
    return {name: int(value.split()[0]) for name, value in pairs if name in _KB_OF}


class Looker:
    """Connections to the servers of a place; use as an async context."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def __aenter__(self) -> "Looker":
        settings = settings_of(self._place.ground)
        if settings.redis_url is None:
            raise Unavailable("nothing has ever run here")
        self._redis: Redis = connect_redis(settings.redis_url.get_secret_value())
        self._temporal: Client = await connect_temporal(settings)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()

    async def valkey_used_mb(self) -> float:
        """Return all memory that Valkey has taken for its data."""
        info = cast("Mapping[str, int]", await self._redis.info("memory"))
        return round(info["used_memory"] / 2**20, 2)

    async def keys_kb(self, call_id: str) -> dict[str, float]:
        """Return the memory of each of a call's keys."""
        found: dict[str, float] = {}
        async for key in self._keys(f"call:{{{call_id}}}:*"):
            size = await self._redis.memory_usage(key, samples=0)
            found[key.rpartition(":")[2]] = round((size or 0) / 1_024, 1)
        return found

    async def rows(self) -> tuple[dict[str, int], float]:
        """Return how many rows each table has, and the size of the database, MB."""
        counts = [f"select '{one}' as name, count(*) as n from {one}" for one in _TABLES]  # noqa: S608
        counted = await self._place.ground.rows(" union all ".join(counts))
        (size,) = await self._place.ground.rows(
            "select pg_database_size(current_database()) as bytes"
        )
        return {row.name: row.n for row in counted}, round(size.bytes / 2**20, 1)

    async def run(self, call_id: str, run_id: str | None = None) -> WorkflowExecutionDescription:
        """Return a run of a call's workflow, the newest when none is named."""
        handle = self._temporal.get_workflow_handle(conversation_workflow(call_id), run_id=run_id)
        return await handle.describe()

    async def running(self) -> list[str]:
        """Return the workflows that have not ended."""
        query = 'ExecutionStatus="Running"'
        return [one.id async for one in self._temporal.list_workflows(query)]

    async def orphaned(self) -> list[str]:
        """Return keys that will outlive the afterlife of an ended call, or have no end at all."""
        found: list[str] = []
        async for key in self._keys("*"):
            left_s = await self._redis.ttl(key)
            if left_s == _FOR_EVER or (key.startswith("call:") and left_s > AFTERLIFE_S):
                found.append(key)
        return found

    async def _keys(self, pattern: str) -> AsyncGenerator[str]:
        keys = cast("AsyncIterator[bytes]", self._redis.scan_iter(match=pattern, count=1_000))
        async for key in keys:
            yield key.decode()
