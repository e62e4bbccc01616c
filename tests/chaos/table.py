"""The matrix as people watch it fill, and as the documents quote it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.table import Table

from tests.chaos.calling import Record
from tests.chaos.cells import Mode, Moment
from tests.chaos.judging import FAULTS
from tests.chaos.matrix import Result


def matrix(mode: Mode, rows: Sequence[str], results: Sequence[Result]) -> Table:
    """Return the table of one mode: silence per case, and what is not zero."""
    table = Table(title=f"{mode.value}: seconds of silence (part back after)")
    table.add_column("harm", no_wrap=True)
    for moment in Moment:
        table.add_column(moment.value, justify="right", min_width=12)
    for row in rows:
        table.add_row(row, *(_cell(_of(results, mode, row, moment)) for moment in Moment))
    return table


def _of(results: Iterable[Result], mode: Mode, row: str, moment: Moment) -> list[Result]:
    wanted = (mode, row, moment)
    return [one for one in results if (one.mode, one.harm.name, one.moment) == wanted]


def _cell(results: Sequence[Result]) -> str:
    if not results:
        return ""
    worst = _worst(results)
    colour = "green" if worst.good else "red"
    return f"[{colour}]{_seconds(worst)}[/]" + "".join(f"\n[red]{one}[/]" for one in _bad(results))


def _worst(results: Sequence[Result]) -> Result:
    return max(results, key=lambda one: (not one.good, one.silence_s))


def _seconds(result: Result) -> str:
    return f"{result.silence_s:.1f} ({result.back_s:.1f})"


def _bad(results: Sequence[Result]) -> list[str]:
    names = {name for one in results for name in one.verdict.faults}
    return sorted(names | {"stuck" for one in results if one.verdict.stuck})


def totals(results: Sequence[Result]) -> str:
    """Return what was counted over all calls, in one line."""
    counts = (
        f"{name.replace('_', ' ')} {sum(one.verdict.faults.get(name, 0) for one in results)}"
        for name in FAULTS
    )
    good = sum(one.good for one in results)
    return f"{good} of {len(results)} calls went on as they should: {', '.join(counts)}"


def markdown(results: Sequence[Result]) -> str:
    """Return everything as tables for a document."""
    parts = [f"{totals(results)}.\n"]
    for mode in dict.fromkeys(one.mode for one in results):
        header = " | ".join(["harm", *(moment.value for moment in Moment), "allowed"])
        parts += [f"\n### {mode.value}\n", f"| {header} |", "| --- |" + " ---: |" * 6]
        for row in dict.fromkeys(one.harm.name for one in results if one.mode is mode):
            cells = [_of(results, mode, row, moment) for moment in Moment]
            shown = " | ".join(_plain_cell(cell) for cell in cells)
            parts.append(
                f"| {row} | {shown} | {_limit(next(one for cell in cells for one in cell))} |"
            )
    return "\n".join(parts) + "\n"


def _plain_cell(results: Sequence[Result]) -> str:
    if not results:
        return ""
    worst = _worst(results)
    bad = [*_bad(results), *([] if worst.silence_s <= worst.allowed_s else ["too long"])]
    return f"**{_seconds(worst)} {', '.join(bad)}**" if bad else _seconds(worst)


def _limit(result: Result) -> str:
    harm = result.harm
    return f"{harm.limit_s:g}{' after it is back' if harm.from_back else ''}"


def plain(result: Result) -> dict[str, object]:
    """Return one case for a JSON file."""
    verdict = result.verdict
    return {
        "mode": result.mode.value,
        "harm": result.harm.name,
        "moment": result.moment.value,
        "silence_s": result.silence_s,
        "pause_s": result.pause_s,
        "back_s": result.back_s,
        "took_s": result.took_s,
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
