"""The three servers every part of Convonet stands on, for a whole stack or for tests alone."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from convonet.embedded import ports, postgres, temporal_server, valkey
from convonet.embedded.addresses import Stack, Wanted, locate, remembered
from convonet.embedded.home import Home, Secrets, claimed
from convonet.embedded.program import Program
from convonet.embedded.supervisor import Supervisor, together

logger = logging.getLogger(__name__)

_PORT_SETTINGS = {
    "temporal-grpc": "CONVONET_TEMPORAL_PORT",
    "temporal-ui": "CONVONET_TEMPORAL_UI_PORT",
}


class Plan:
    """Ports, passwords and programs of the servers of one home."""

    def __init__(self, home: Home, wanted: Wanted, running: set[str]) -> None:
        self.secrets: Secrets = home.secrets()
        self.home = home
        self.wanted = wanted
        names = remembered(wanted)
        in_use = [name for name, server in names.items() if server in running]
        self._ports = home.ports(names, in_use) | wanted.fixed_ports
        if wanted.temporal and temporal_server.NAME not in running:
            for name, setting in _PORT_SETTINGS.items():
                ports.require("127.0.0.1", self._ports[name], setting)

    @property
    def stack(self) -> Stack:
        """Where the servers will answer."""
        return locate(self.wanted, self._ports, self.secrets)

    async def database(self) -> Program:
        """Return PostgreSQL; makes its data directory when there is none."""
        port = self._ports["postgres"]
        secret = self.secrets.postgres
        return await postgres.program(self.home, port, secret, durable=self.wanted.durable)

    async def redis(self) -> Program:
        """Return Valkey."""
        return valkey.program(self.home, self._ports["valkey"], self.secrets.valkey)

    async def temporal(self) -> Program:
        """Return the Temporal server."""
        return temporal_server.program(
            self.home,
            port=self._ports["temporal-grpc"],
            ui_port=self._ports["temporal-ui"],
            http_port=self._ports["temporal-http"],
            metrics_port=self._ports["temporal-metrics"],
            namespace=self.wanted.namespace,
            dynamic=temporal_server.dynamic(self.wanted.history_events),
        )


@asynccontextmanager
async def servers(home: Path, wanted: Wanted | None = None) -> AsyncGenerator[Stack]:
    """Run PostgreSQL, Valkey and Temporal on `home` for as long as the block runs.

    Raises:
        CannotStart: one of them cannot be started here; the message says what to do.
    """
    wanted = wanted or Wanted()
    with claimed(home) as mine:
        supervisor = Supervisor(mine, announce=logger.warning)
        plan = Plan(mine, wanted, supervisor.survivors.names)
        try:
            await start(supervisor, plan)
            await supervisor.survivors.end_rest()
            yield plan.stack
        finally:
            await supervisor.stop()


async def start(supervisor: Supervisor, plan: Plan) -> None:
    """Start the wanted servers side by side.

    Raises:
        CannotStart: one of them cannot be started.
    """
    wanted = plan.wanted
    programs = {
        plan.database: wanted.database,
        plan.redis: wanted.redis,
        plan.temporal: wanted.temporal,
    }
    chosen = [program for program, is_wanted in programs.items() if is_wanted]
    await together(*(_start(supervisor, program) for program in chosen))


async def _start(supervisor: Supervisor, program: Callable[[], Awaitable[Program]]) -> None:
    await supervisor.start(await program())
