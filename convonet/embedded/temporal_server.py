"""Temporal's development server on loopback, with a database file: as fast as in memory."""

import json
from typing import Final

from convonet.embedded import binaries
from convonet.embedded.home import Home
from convonet.embedded.probe import http
from convonet.embedded.program import Program
from temporal import search

NAME: Final = "temporal"

# Without these every hop of a turn waits up to 50 ms and every timer a second, and a cancelled
# activity hears of it at its next heartbeat only. temporal/server/dynamicconfig.yaml says the same.
DYNAMIC: Final = (
    "history.transferProcessorMaxPollRPS=2000",
    "history.timerProcessorMaxPollRPS=2000",
    'history.timerProcessorMaxTimeShift="20ms"',
    "frontend.WorkerCommandsEnabled=true",
    "system.enableCancelActivityWorkerCommand=true",
)
# Write-ahead log, synced at checkpoints: survives kill -9 whole, costs nothing beside memory.
_PRAGMAS: Final = ("journal_mode=wal", "synchronous=normal")


def dynamic(history_events: int | None = None) -> tuple[str, ...]:
    """Return the dynamic configuration; runs are advised to end after so many events."""
    if history_events is None:
        return DYNAMIC
    return (*DYNAMIC, f"limit.historyCount.suggestContinueAsNew={history_events}")


def program(  # noqa: PLR0913 - ports are named, not counted
    home: Home,
    *,
    port: int,
    ui_port: int,
    http_port: int,
    metrics_port: int,
    namespace: str,
    dynamic: tuple[str, ...],
) -> Program:
    """Return how to run the server; it is ready when namespace and search attributes are.

    Raises:
        CannotStart: the Temporal command line is missing.
    """
    folder = home.folder(NAME)
    options = {
        "--ip": ["127.0.0.1"],
        "--port": [str(port)],
        "--ui-port": [str(ui_port)],
        "--http-port": [str(http_port)],
        "--metrics-port": [str(metrics_port)],
        "--db-filename": [str(folder / "temporal.db")],
        "--namespace": [namespace],
        "--log-level": ["warn"],
        "--sqlite-pragma": _PRAGMAS,
        "--dynamic-config-value": dynamic,
        "--search-attribute": [f"{key.name}=Keyword" for key in search.ALL],
    }
    flags = (part for name, values in options.items() for value in values for part in (name, value))

    async def answers() -> bool:
        path = f"/api/v1/namespaces/{namespace}/search-attributes"
        status, body = await http("127.0.0.1", http_port, path)
        return status == 200 and _registered(body)  # noqa: PLR2004

    return Program(
        name=NAME,
        argv=(str(binaries.temporal()), "server", "start-dev", *flags),
        answers=answers,
        env={"TEMPORAL_CLI_SHOW_UPDATES": "0"},
        cwd=folder,
        start_within_s=60,
    )


def _registered(body: bytes) -> bool:
    try:
        known: object = json.loads(body).get("customAttributes")
    except ValueError:
        return False
    return isinstance(known, dict) and all(key.name in known for key in search.ALL)
