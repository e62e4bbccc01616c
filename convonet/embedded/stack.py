"""All of Convonet on one machine: servers, tables, demo data, API and workers, until stopped."""

import asyncio
import signal
from collections.abc import Coroutine, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

from convonet.db.migrate import upgrade
from convonet.db.seed import seed_demo
from convonet.embedded import application, ports, servers
from convonet.embedded.addresses import Wanted, environment
from convonet.embedded.home import claimed
from convonet.embedded.supervisor import Supervisor, together
from convonet.settings import Settings

_READY_WITHIN_S: Final = 60
_POLL_S: Final = 0.05
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Screen(Protocol):
    """Where a person watches."""

    def step(self, what: str) -> AbstractContextManager[None]:
        """Show that `what` is under way, then that it is done."""
        ...

    def note(self, line: str) -> None:
        """Show one line."""
        ...

    def ready(self, temporal_ui_url: str) -> None:
        """Show addresses and sign-ins: everything answers."""
        ...


async def run(settings: Settings, screen: Screen) -> None:
    """Run everything in `settings.convonet_home` until SIGINT, SIGTERM or SIGHUP.

    A server whose address is set is not started; theirs is used. A second signal stops at once.

    Raises:
        CannotStart: a part cannot be started; the message says what to do.
    """
    with claimed(settings.convonet_home) as home:
        supervisor = Supervisor(home, screen.note)
        if application.API not in supervisor.survivors.names:
            ports.require(settings.convonet_host, settings.convonet_port, "CONVONET_PORT")
        plan = servers.Plan(home, Wanted.by(settings), supervisor.survivors.names)
        stopped = asyncio.Event()
        with _signals(supervisor, stopped):
            try:
                await _until(stopped, _start(settings, screen, supervisor, plan))
                await stopped.wait()
            finally:
                with screen.step("Stopping (Ctrl-C again stops at once)"):
                    await supervisor.stop()


async def _start(
    settings: Settings, screen: Screen, supervisor: Supervisor, plan: servers.Plan
) -> None:
    with screen.step("PostgreSQL, Valkey and Temporal"):
        await servers.start(supervisor, plan)
    env = environment(settings, plan.home, plan.stack)
    with screen.step("Database tables"):
        await upgrade(env["DATABASE_URL"])
    with screen.step("Demo data, API, voice worker and conversation worker"):
        start = supervisor.start(*application.programs(settings, env))
        await together(_seed(settings, env), start)
        ready = await _all_ready(settings)
    await supervisor.survivors.end_rest()
    if not ready:
        screen.note("not everything answers yet: convonet doctor tells what is missing")
    screen.ready(env.get("TEMPORAL_UI_URL", ""))


async def _seed(settings: Settings, env: Mapping[str, str]) -> None:
    if settings.database_url is None and settings.convonet_env != "production":
        await seed_demo(env["DATABASE_URL"], env["JWT_SECRET"])


async def _all_ready(settings: Settings) -> bool:
    try:
        async with asyncio.timeout(_READY_WITHIN_S):
            while not await application.all_ready(settings):  # noqa: ASYNC110
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return False
    return True


async def _until(stopped: asyncio.Event, work: Coroutine[object, object, None]) -> None:
    """Do `work`, but give it up as soon as `stopped` is set."""
    task = asyncio.ensure_future(work)
    stop = asyncio.create_task(stopped.wait())
    await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    for one in (task, stop):
        one.cancel()
    await asyncio.wait([task, stop])
    if not task.cancelled():
        task.result()


@contextmanager
def _signals(supervisor: Supervisor, stopped: asyncio.Event) -> Generator[None]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if stopped.is_set():
            supervisor.hurry()
        stopped.set()

    for one in _STOP_SIGNALS:
        loop.add_signal_handler(one, stop)
    try:
        yield
    finally:
        for one in _STOP_SIGNALS:
            loop.remove_signal_handler(one)
