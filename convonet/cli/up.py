"""`convonet up`: everything on this machine, in the foreground."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import version
from time import monotonic

from rich.console import Console
from rich.table import Table

from convonet.embedded import stack
from convonet.embedded.application import api_address
from convonet.settings import Settings, settings


def up() -> None:
    """Start PostgreSQL, Valkey, Temporal, the API and the workers; Ctrl-C stops all of it.

    Data live in CONVONET_HOME and survive. A server whose address is set (DATABASE_URL, REDIS_URL,
    TEMPORAL_ADDRESS) is used instead of started.
    """
    values = settings()
    asyncio.run(stack.run(values, Terminal(Console(highlight=False), values)))


class Terminal:
    """Shows the start step by step; plain lines where the output is not a terminal."""

    def __init__(self, console: Console, values: Settings) -> None:
        self._console = console
        self._values = values
        console.print(f"[bold]Convonet[/] {version('convonet')} on {values.convonet_home}")

    @contextmanager
    def step(self, what: str) -> Generator[None]:
        """Spin while it is under way, then leave a line with the time it took."""
        began = monotonic()
        with self._console.status(what):
            yield
        self._console.print(f"[green]✓[/] {what} [dim]{monotonic() - began:.1f} s[/]")

    def note(self, line: str) -> None:
        """Print a line, below a step that is under way."""
        self._console.print(f"[yellow]![/] {line}")

    def ready(self, temporal_ui_url: str) -> None:
        """Print where everything is and how to sign in."""
        host, port = api_address(self._values)
        page = f"http://{host}:{port}"
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold")
        rows = [
            ("Voice assistant", f"{page}/"),
            ("API", f"{page}/docs"),
            ("Temporal Web UI", temporal_ui_url),
            ("Assistant", self._provider(self._values.anthropic_api_key, "Claude")),
            ("Speech", self._provider(self._values.deepgram_api_key, "Deepgram")),
            ("Logs", str(self._values.convonet_home / "logs")),
        ]
        if self._demo:
            rows[3:3] = [
                ("Sign in by voice", "PIN 1234"),
                ("Sign in by password", "admin@convonet.com / admin123"),
                ("Agents", "agent2001, agent2002 / agent123"),
            ]
        for name, value in rows:
            if value:
                table.add_row(name, value)
        self._console.print("", table, "", "Ctrl-C stops everything; data stay.", sep="\n")

    @property
    def _demo(self) -> bool:
        return self._values.database_url is None and self._values.convonet_env != "production"

    @staticmethod
    def _provider(key: object, name: str) -> str:
        return name if key else f"offline, no {name} key set"
