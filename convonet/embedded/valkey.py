"""Valkey on loopback, with an append-only file: streams and sessions survive a restart.

It is written before any reply, and left to the system to sync: with `everysec` a slow disk makes
Valkey hold writes back for up to two seconds, and a `kill -9` then loses what was acknowledged.
"""

from typing import Final

from convonet.embedded import binaries
from convonet.embedded.home import Home, write_private
from convonet.embedded.probe import exchange
from convonet.embedded.program import Program

NAME: Final = "valkey"
_CONFIGURATION: Final = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
daemonize no
set-proc-title no
save ""
appendonly yes
appendfsync no
"""


def url(port: int, password: str) -> str:
    """Return the REDIS_URL of the embedded server."""
    return f"redis://:{password}@127.0.0.1:{port}/0"


def program(home: Home, port: int, password: str) -> Program:
    """Return how to run the server.

    Raises:
        CannotStart: there is no Valkey and no Redis.
    """
    folder = home.folder(NAME)
    configuration = _CONFIGURATION.format(port=port, password=password, folder=folder)
    file = folder / "valkey.conf"
    write_private(file, configuration)
    question = f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode()

    async def answers() -> bool:
        return b"+PONG" in await exchange("127.0.0.1", port, question)

    return Program(
        name=NAME,
        argv=(str(binaries.valkey()), str(file)),
        answers=answers,
        cwd=folder,
        configuration=configuration,
    )
