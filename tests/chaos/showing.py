"""What is printed and written while the matrix runs."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live

from tests.chaos import table
from tests.chaos.calling import Record
from tests.chaos.cells import Mode
from tests.chaos.harming import Cell
from tests.chaos.judging import Verdict
from tests.chaos.matrix import Result


class Show:
    """A live table, the reasons of every bad case above it, and a verdict at the end."""

    def __init__(self, file: Path | None, traces: Path | None) -> None:
        self.results: list[Result] = []
        self._rows: dict[Mode, list[str]] = {}
        self._file = file
        self._traces = traces
        self._console = Console()
        self._live = Live(console=self._console, refresh_per_second=2)
        self._doing = ""

    def __enter__(self) -> "Show":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, doing: str) -> None:
        """Say what is being done."""
        self._doing = doing
        self._draw()

    def skip(self, what: str) -> None:
        """Say what is left out."""
        self._console.print(f"[yellow]{what}[/]")

    def expect(self, mode: Mode, cells: Sequence[Cell]) -> None:
        """Make room for the cases to come."""
        rows = self._rows.setdefault(mode, [])
        rows += [name for cell in cells if (name := cell.harm.name) not in rows]
        self._rows[mode] = list(dict.fromkeys(rows))

    def unharmed(self, verdict: Verdict, record: Record) -> None:
        """Take a call that nobody harmed: it must be perfect, or nothing can be compared."""
        if verdict.faults or verdict.stuck:
            self._keep_trace("unharmed", record)
            found = f"{verdict.faults} {verdict.stuck} {verdict.details}"
            raise SystemExit(f"a call without harm: {found}")

    def add(self, result: Result, record: Record) -> None:
        """Show one more case."""
        self.results.append(result)
        if not result.good:
            where = f"{result.mode.value}, {result.harm.name}, {result.moment.value}"
            self._console.print(f"[red]{where}[/]: {_why(result)}", highlight=False)
            self._keep_trace(where, record)
        if self._file is not None:
            found = [table.plain(one) for one in self.results]
            self._file.write_text(json.dumps(found, indent=1) + "\n")
        self._draw()

    def verdict(self) -> bool:
        """Print the verdict; True when every case went as it should."""
        self._live.stop()
        good = [one for one in self.results if one.good]
        well = bool(self.results) and len(good) == len(self.results)
        colour = "green" if well else "red"
        self._console.print(
            f"[{colour}]{len(good)} of {len(self.results)} calls went on as they should[/]"
        )
        return well

    def _keep_trace(self, name: str, record: Record) -> None:
        if self._traces is None:
            return
        self._traces.mkdir(parents=True, exist_ok=True)
        file = (
            self._traces / f"{len(self.results)}-{name.replace(', ', '-').replace(' ', '-')}.json"
        )
        file.write_text(json.dumps(table.trace(record), indent=1))

    def _draw(self) -> None:
        tables = [
            table.matrix(mode, rows, self.results, self._doing) for mode, rows in self._rows.items()
        ]
        self._live.update(Group(*tables, *([] if tables else [self._doing])))


def _why(result: Result) -> str:
    verdict = result.verdict
    reasons = [f"{name} {count}" for name, count in verdict.faults.items()]
    reasons += [f"waited in vain for {verdict.stuck}"] if verdict.stuck else []
    if result.silence_s > result.allowed_s:
        reasons.append(f"silent for {result.silence_s} s of {result.allowed_s:.1f} s allowed")
    return "; ".join([*reasons, *verdict.details]).replace("[", "\\[")
