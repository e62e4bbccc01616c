"""The matrix as people watch it fill, and as the documents quote it."""

from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table

from tests.chaos.calling import Record
from tests.chaos.cells import Mode, Moment
from tests.chaos.matrix import Result


def matrix(mode: Mode, rows: Sequence[str], results: Sequence[Result], doing: str) -> Table:
    """Return the table of one mode: silence per cell, and what is not zero."""
    table = Table(title=f"{mode.value}: silence, s (part back after, s)", caption=doing)
    table.add_column("harm")
    for moment in Moment:
        table.add_column(moment.value, justify="right")
    for row in rows:
        mine = [one for one in results if one.mode is mode and one.harm.name == row]
        table.add_row(row, *(_cell(mine, moment) for moment in Moment))
    return table


def _cell(results: Sequence[Result], moment: Moment) -> str:
    mine = [one for one in results if one.moment is moment]
    if not mine:
        return ""
    worst = max(mine, key=lambda one: (not one.good, one.silence_s))
    colour = "green" if worst.good else "red"
    faults = {name for one in mine for name in one.verdict.faults}
    faults |= {"stuck" for one in mine if one.verdict.stuck}
    said = f"{worst.silence_s:.1f} ({worst.back_s:.1f})"
    return f"[{colour}]{said}[/]" + "".join(f"\n[red]{name}[/]" for name in sorted(faults))


def plain(result: Result) -> dict[str, object]:
    """Return one cell for a JSON file."""
    verdict = result.verdict
    return {
        "mode": result.mode.value,
        "harm": result.harm.name,
        "moment": result.moment.value,
        "silence_s": result.silence_s,
        "pause_s": result.pause_s,
        "back_s": result.back_s,
        "allowed_s": round(result.allowed_s, 2),
        "good": result.good,
        "faults": verdict.faults,
        "stuck": verdict.stuck,
        "details": verdict.details,
        "waits": {f"{a}.{b}": asdict(wait) for (a, b), wait in verdict.waits.items()},
    }


def trace(record: Record) -> dict[str, object]:
    """Return everything the caller got, to find out what went wrong."""
    events = [{"at": round(event.at, 3), **event.message} for event in record.line.events]
    pieces = [
        (piece.turn_id, piece.number, round(piece.start, 3), round(piece.end, 3))
        for piece in record.ear.pieces
    ]
    return {
        "call_id": record.line.call_id,
        "speech": record.speech,
        "events": events,
        "pieces": pieces,
    }
