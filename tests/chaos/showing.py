"""What is printed and written while the matrix runs."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from tests.chaos import table
from tests.chaos.calling import Record
from tests.chaos.cells import Mode
from tests.chaos.harming import Cell
from tests.chaos.judging import Verdict
from tests.chaos.matrix import Result

_CASE_S = 16.0
"""What a case takes, before any was held."""


class Show:
    """A live table, the reasons of every bad case above it, and a verdict at the end."""

    def __init__(self, file: Path | None, markdown: Path | None, traces: Path | None) -> None:
        self.results: list[Result] = []
        self._rows: dict[Mode, list[str]] = {}
        self._expected: dict[Mode, int] = {}
        self._file = file
        self._markdown = markdown
        self._traces = traces
        self._console = Console()
        self._live = Live(console=self._console, refresh_per_second=2)
        self._doing = ""
        self._troubled = 0
        """What was wrong beside the cases: calls without harm, a Convonet that did not start."""

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

    def broken(self, what: str) -> None:
        """Say what could not be done, though it should."""
        self._troubled += 1
        self._console.print(f"[red]broken off[/]: {escape(what)}", highlight=False)

    def expect(self, mode: Mode, cells: Sequence[Cell]) -> None:
        """Make room for the cases to come."""
        rows = [*self._rows.get(mode, []), *(cell.harm.name for cell in cells)]
        self._rows[mode] = list(dict.fromkeys(rows))
        self._expected[mode] = self._expected.get(mode, 0) + len(cells)

    def unharmed(self, verdict: Verdict, record: Record | None) -> None:
        """Take a call that nobody harmed: it must be perfect, or nothing can be compared."""
        if verdict.faults or verdict.stuck:
            self._troubled += 1
            if record is not None:
                self._keep_trace("unharmed", record)
            found = f"{verdict.faults} {verdict.stuck} {verdict.details}"
            self._console.print(f"[red]a call without harm[/]: {escape(found)}", highlight=False)

    def add(self, result: Result, record: Record | None) -> None:
        """Show one more case; without a record when it could not even be judged."""
        self.results.append(result)
        if not result.good:
            where = f"{result.mode.value}, {result.harm.name}, {result.moment.value}"
            self._console.print(f"[red]{where}[/]: {escape(_why(result))}", highlight=False)
            if record is not None:
                self._keep_trace(where, record)
        if self._file is not None:
            found = [table.plain(one) for one in self.results]
            self._file.write_text(json.dumps(found, indent=1) + "\n")
        if self._markdown is not None:
            self._markdown.write_text(table.markdown(self.results))
        self._draw()

    def verdict(self) -> bool:
        """Print the verdict; True when every case went as it should."""
        self.tell("")
        self._live.stop()
        well = bool(self.results) and all(one.good for one in self.results)
        well = well and not self._troubled
        self._console.print(table.totals(self.results), style="green" if well else "red")
        return well

    def _left(self) -> str:
        seconds, cases = 0.0, 0
        for mode, expected in self._expected.items():
            took = [one.took_s for one in self.results if one.mode is mode]
            mean = sum(took) / len(took) if took else _CASE_S
            seconds += (expected - len(took)) * mean
            cases += expected - len(took)
        return f"{cases} calls to come, about {seconds / 60:.0f} minutes"

    def _keep_trace(self, name: str, record: Record) -> None:
        if self._traces is None:
            return
        self._traces.mkdir(parents=True, exist_ok=True)
        plain_name = name.replace(", ", "-").replace(" ", "-")
        file = self._traces / f"{len(self.results)}-{plain_name}.json"
        file.write_text(json.dumps(table.trace(record), indent=1))

    def _draw(self) -> None:
        tables = [table.matrix(mode, rows, self.results) for mode, rows in self._rows.items()]
        doing = [Text(f"{self._doing} ({self._left()})", style="dim")] if self._doing else []
        self._live.update(Group(*tables, *doing))


def _why(result: Result) -> str:
    verdict = result.verdict
    reasons = [f"{name} {count}" for name, count in verdict.faults.items()]
    reasons += [f"waited in vain for {verdict.stuck}"] if verdict.stuck else []
    if result.silence_s > result.allowed_s:
        reasons.append(f"silent for {result.silence_s} s of {result.allowed_s:.1f} s allowed")
    return "; ".join([*reasons, *verdict.details])
