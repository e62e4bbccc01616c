"""Where the parts of a running Convonet answer, and whether they do."""

import asyncio
from contextlib import suppress

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from convonet.db.engine import create_engine
from convonet.embedded.addresses import of_running
from convonet.embedded.probe import http
from convonet.redis.client import connect as connect_redis
from convonet.settings import Settings
from temporal.client import connect as connect_temporal
from tests.calls.placing import Ground
from tests.chaos.cells import OURS, Victim
from tests.embedded.instance import PROCESSES

SAYS_READY = {
    Victim.API: "Uvicorn running",
    Victim.VOICE: "media sessions can run here",
    Victim.CONVERSATION: "conversations can run here",
}
_SAYS_SPARE = "standing by"


def settings_of(ground: Ground) -> Settings:
    """Return the settings of a running Convonet, every address filled in."""
    names = Settings.model_fields
    env = {name.lower(): value for name, value in ground.instance.env.items()}
    chosen = {name: value for name, value in env.items() if name in names}
    return of_running(Settings.model_validate(chosen))


def database_url(ground: Ground) -> str:
    """Return the address of its PostgreSQL."""
    url = settings_of(ground).database_url
    assert url is not None
    return url.get_secret_value()


def times_ready(ground: Ground, part: Victim) -> int:
    """Return how often a worker has said that it is ready, since its log was begun."""
    return _log(ground, part).count(SAYS_READY[part])


def spares(ground: Ground) -> dict[Victim, int]:
    """Return how many spares of each of our processes have ever stood by."""
    return {part: _log(ground, part).count(_SAYS_SPARE) for part in OURS}


async def until_spared(ground: Ground, since: dict[Victim, int] | None = None) -> None:
    """Wait until each of our processes has a spare again, or one more than `since`."""
    async with asyncio.timeout(120):
        while not _spared(ground, since):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def _spared(ground: Ground, since: dict[Victim, int] | None) -> bool:
    if since is not None:
        now = spares(ground)
        return all(now[part] > since[part] for part in OURS)
    logs = {part: _log(ground, part) for part in OURS}
    return all(log.rfind(_SAYS_SPARE) > log.rfind(SAYS_READY[part]) for part, log in logs.items())


def _log(ground: Ground, part: Victim) -> str:
    log = ground.instance.home / "logs" / f"{part.value}.log"
    return log.read_text(errors="replace")


async def answers(ground: Ground, part: Victim) -> bool:
    """Tell whether a server, or the API, does its work now."""
    settings = settings_of(ground)
    with suppress(OSError, RedisError, SQLAlchemyError, RPCError, RuntimeError, TimeoutError):
        async with asyncio.timeout(1):
            match part:
                case Victim.API:
                    status, _ = await http("127.0.0.1", settings.convonet_port, "/healthz")
                    return status == 200
                case Victim.VALKEY:
                    assert settings.redis_url is not None
                    async with connect_redis(settings.redis_url.get_secret_value()) as redis:
                        return bool(await redis.get("chaos") is None)
                case Victim.POSTGRES:
                    engine = create_engine(database_url(ground))
                    try:
                        async with engine.connect() as connection:
                            await connection.execute(text("select 1"))
                    finally:
                        await engine.dispose()
                    return True
                case Victim.TEMPORAL:
                    client = await connect_temporal(settings)
                    return await client.service_client.check_health()
                case _:
                    return True
    return False


async def until_ready(ground: Ground) -> None:
    """Wait until everything answers and every process lives."""
    settings = settings_of(ground)
    async with asyncio.timeout(120):
        while not await _all_ready(settings.convonet_port):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        while any(not _lives(ground, name) for name in PROCESSES):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def _all_ready(port: int) -> bool:
    try:
        status, _ = await http("127.0.0.1", port, "/readyz")
    except OSError:
        return False
    return status == 200


def _lives(ground: Ground, name: str) -> bool:
    try:
        ground.instance.pid(name)
    except (OSError, ValueError):
        return False
    return True
