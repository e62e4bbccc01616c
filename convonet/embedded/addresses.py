"""Where the servers of an instance answer, and how our own processes are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from pydantic import SecretStr

from convonet.embedded import postgres, temporal_server, valkey
from convonet.embedded.home import Home, Secrets
from convonet.errors import Unavailable
from convonet.settings import Settings

_REMEMBERED: Final = {
    "postgres": postgres.NAME,
    "valkey": valkey.NAME,
    "temporal-grpc": temporal_server.NAME,
    "temporal-ui": temporal_server.NAME,
    "temporal-http": temporal_server.NAME,
    "temporal-metrics": temporal_server.NAME,
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
    history_events: int | None = None
    """Events after which Temporal advises a conversation to go on in a new run."""

    @classmethod
    def by(cls, settings: Settings) -> Self:
        """Return what `settings` leave to us: the servers whose address is not set."""
        return cls(
            database=settings.database_url is None,
            redis=settings.redis_url is None,
            temporal=settings.temporal_address is None,
            temporal_port=settings.convonet_temporal_port,
            temporal_ui_port=settings.convonet_temporal_ui_port,
            namespace=settings.temporal_namespace,
            history_events=settings.convonet_history_events,
        )

    @property
    def fixed_ports(self) -> dict[str, int]:
        """The ports that are not ours to choose."""
        ports = {"temporal-grpc": self.temporal_port, "temporal-ui": self.temporal_ui_port}
        return {name: port for name, port in ports.items() if port}


def remembered(wanted: Wanted) -> dict[str, str]:
    """Return the ports we choose and remember: their names, and the server each belongs to."""
    return {name: of for name, of in _REMEMBERED.items() if name not in wanted.fixed_ports}


def locate(wanted: Wanted, ports: Mapping[str, int], secrets: Secrets) -> Stack:
    """Return where servers on these ports answer."""
    where = {**ports, **wanted.fixed_ports}
    return Stack(
        database_url=postgres.url(where["postgres"], secrets.postgres),
        redis_url=valkey.url(where["valkey"], secrets.valkey),
        temporal_address=f"127.0.0.1:{where['temporal-grpc']}",
        temporal_ui_url=f"http://127.0.0.1:{where['temporal-ui']}",
    )


def environment(settings: Settings, home: Home, stack: Stack) -> dict[str, str]:
    """Return what our processes must know: each address and secret, the embedded or the set one."""
    database, redis, jwt = settings.database_url, settings.redis_url, settings.jwt_secret
    env = {
        "CONVONET_HOME": str(home.path),
        "DATABASE_URL": database.get_secret_value() if database else stack.database_url,
        "REDIS_URL": redis.get_secret_value() if redis else stack.redis_url,
        "TEMPORAL_ADDRESS": settings.temporal_address or stack.temporal_address,
        "JWT_SECRET": jwt.get_secret_value() if jwt else home.secrets().jwt,
    }
    if settings.temporal_ui_url or settings.temporal_address is None:
        env["TEMPORAL_UI_URL"] = settings.temporal_ui_url or stack.temporal_ui_url
    return env


def known(settings: Settings) -> dict[str, str]:
    """Return the same for commands beside a running stack; without JWT_SECRET if there is none.

    Raises:
        Unavailable: an address is not set, and nothing has ever run on CONVONET_HOME.
    """
    wanted, home = Wanted.by(settings), Home(settings.convonet_home.resolve())
    ports = home.known_ports()
    if set(remembered(wanted)) <= set(ports):
        return environment(settings, home, locate(wanted, ports, home.secrets()))
    if wanted.database or wanted.redis or wanted.temporal:
        raise Unavailable(
            f"nothing has run on {home.path} yet: start it with `convonet up`, or set "
            "DATABASE_URL, REDIS_URL and TEMPORAL_ADDRESS"
        )
    values = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "JWT_SECRET": settings.jwt_secret,
    }
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in values.items()
        if value is not None
    }


def of_running(settings: Settings) -> Settings:
    """Return `settings` with what `known` tells filled in.

    Raises:
        Unavailable: as `known`.
    """
    filled = {name.lower(): value for name, value in known(settings).items()}
    return Settings.model_validate({**settings.model_dump(), **filled})
