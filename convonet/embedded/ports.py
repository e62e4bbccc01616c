"""TCP ports: which are free, and who holds the ones that are not."""

import random
import socket
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

import psutil

from convonet.errors import CannotStart

_LOWEST: Final = 10_000
_EPHEMERAL: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL: Final = 32_768
"""Where Linux begins with ports of outgoing connections; other systems begin higher."""
_TRIES: Final = 200


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen on `host:port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: connections of an earlier server in TIME_WAIT are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free(names: Iterable[str]) -> dict[str, int]:
    """Return a different free loopback port for each of `names`.

    They are such as the kernel gives to nobody who does not ask for them, so that no outgoing
    connection takes one before its server listens.

    Raises:
        CannotStart: there are not that many.
    """
    wanted = list(names)
    candidates = random.sample(range(_LOWEST, _first_ephemeral()), _TRIES)
    free_ones = (port for port in candidates if is_free("127.0.0.1", port))
    found = list(islice(free_ones, len(wanted)))
    if len(found) < len(wanted):
        raise CannotStart("there is hardly a free port on 127.0.0.1")
    return dict(zip(wanted, found, strict=True))


def _first_ephemeral() -> int:
    try:
        first = int(_EPHEMERAL.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        first = _USUAL
    return first if first > 2 * _LOWEST else _USUAL


def require(host: str, port: int, setting: str) -> None:
    """Check that `host:port` can be listened on.

    Raises:
        CannotStart: it cannot; names the holder where the system tells, and the setting.
    """
    if not is_free(host, port):
        raise CannotStart(f"port {port} is in use{_holder(port)}: set {setting} to another port")


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            listening = connection.status == psutil.CONN_LISTEN
            if listening and connection.laddr and connection.laddr.port == port and connection.pid:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    except psutil.Error:
        pass  # Other users' processes may be hidden from us; the port number must do.
    return ""
