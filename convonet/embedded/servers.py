"""The three servers every part of Convonet stands on, for a whole stack or for tests alone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from convonet.embedded import ports, postgres, temporal_server, valkey
from convonet.embedded.home import Home, Secrets, claimed
from convonet.embedded.program import Program
from convonet.embedded.supervisor import Supervisor
from convonet.embedded.survivors import Survivors

_REMEMBERED = {
    "postgres": "postgres",
    "valkey": "valkey",
    "temporal-http": "temporal",
    "temporal-metrics": "temporal",
}


@dataclass(frozen=True)
class Stack:
    """Where the servers answer."""

    database_url: str
    redis_url: str
    temporal_address: str
    temporal_ui_url: str


@dataclass(frozen=True)
class Wanted:
    """Which servers to run, and on which ports Temporal listens (0: any free one)."""

    database: bool = True
    redis: bool = True
    temporal: bool = True
    temporal_port: int = 0
    temporal_ui_port: int = 0
    namespace: str = "default"
    durable: bool = True


class Plan:
    """Ports, passwords and programs of the servers of one home."""

    def __init__(self, home: Home, wanted: Wanted, running: set[str]) -> None:
        self.secrets: Secrets = home.secrets()
        self._home = home
        self._wanted = wanted
        names = dict(_REMEMBERED)
        if not wanted.temporal_port:
            names["temporal-grpc"] = "temporal"
        if not wanted.temporal_ui_port:
            names["temporal-ui"] = "temporal"
        in_use = [name for name, server in names.items() if server in running]
        self._ports = home.ports(names, in_use)
        if wanted.temporal and "temporal" not in running:
            self._require("temporal-grpc", wanted.temporal_port, "CONVONET_TEMPORAL_PORT")
            self._require("temporal-ui", wanted.temporal_ui_port, "CONVONET_TEMPORAL_UI_PORT")

    @property
    def stack(self) -> Stack:
        """Where the servers will answer."""
        return Stack(
            database_url=postgres.url(self._ports["postgres"], self.secrets.postgres),
            redis_url=valkey.url(self._ports["valkey"], self.secrets.valkey),
            temporal_address=f"127.0.0.1:{self._port('temporal-grpc')}",
            temporal_ui_url=f"http://127.0.0.1:{self._port('temporal-ui')}",
        )

    async def database(self) -> Program:
        """Return PostgreSQL; makes its data directory when there is none."""
        port = self._ports["postgres"]
        secret = self.secrets.postgres
        return await postgres.program(self._home, port, secret, durable=self._wanted.durable)

    def redis(self) -> Program:
        """Return Valkey."""
        return valkey.program(self._home, self._ports["valkey"], self.secrets.valkey)

    def temporal(self) -> Program:
        """Return the Temporal server."""
        return temporal_server.program(
            self._home,
            port=self._port("temporal-grpc"),
            ui_port=self._port("temporal-ui"),
            http_port=self._ports["temporal-http"],
            metrics_port=self._ports["temporal-metrics"],
            namespace=self._wanted.namespace,
        )

    def _port(self, name: str) -> int:
        fixed = {
            "temporal-grpc": self._wanted.temporal_port,
            "temporal-ui": self._wanted.temporal_ui_port,
        }
        return fixed[name] or self._ports[name]

    def _require(self, name: str, port: int, setting: str) -> None:
        ports.require("127.0.0.1", port or self._ports[name], setting)


@asynccontextmanager
async def servers(home: Path, wanted: Wanted | None = None) -> AsyncGenerator[Stack]:
    """Run PostgreSQL, Valkey and Temporal on `home` for as long as the block runs.

    Raises:
        CannotStart: one of them cannot be started here; the message says what to do.
    """
    wanted = wanted or Wanted()
    with claimed(home) as mine:
        survivors = Survivors(mine)
        plan = Plan(mine, wanted, survivors.names)
        supervisor = Supervisor(mine, survivors, announce=lambda _: None)
        try:
            await start(supervisor, plan, wanted)
            await survivors.end_rest()
            yield plan.stack
        finally:
            await supervisor.stop()


async def start(supervisor: Supervisor, plan: Plan, wanted: Wanted) -> None:
    """Start the wanted servers side by side; each is stopped after whatever is started later."""
    starts: list[asyncio.Task[None]] = []
    if wanted.database:
        starts.append(asyncio.create_task(_start_database(supervisor, plan)))
    if wanted.redis:
        starts.append(asyncio.create_task(supervisor.start([plan.redis()])))
    if wanted.temporal:
        starts.append(asyncio.create_task(supervisor.start([plan.temporal()])))
    if starts:
        await asyncio.wait(starts)
    for task in starts:
        task.result()


async def _start_database(supervisor: Supervisor, plan: Plan) -> None:
    await supervisor.start([await plan.database()])
