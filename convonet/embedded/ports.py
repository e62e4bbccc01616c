"""TCP ports: which are free, and who holds the ones that are not."""

import socket
from collections.abc import Iterable

import psutil

from convonet.errors import CannotStart


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
    """Return a different free loopback port for each of `names`."""
    probes = {name: socket.socket() for name in names}
    try:
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return {name: probe.getsockname()[1] for name, probe in probes.items()}
    finally:
        for probe in probes.values():
            probe.close()


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
