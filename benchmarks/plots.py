"""The plots of `docs/benchmarks.md`, as SVG; needs the `bench` group's matplotlib."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.results import LongCall
from benchmarks.tables import P95_CLEAN_MS, Row

COLOURS: Final = {"convonet": "#2563eb", "pipecat": "#ea580c"}
_PARTS: Final = {
    "api": "#1e3a8a",
    "voice-worker": "#2563eb",
    "conversation-worker": "#60a5fa",
    "temporal": "#7c3aed",
    "valkey": "#c4b5fd",
    "postgres": "#e9d5ff",
    "supervisor": "#cbd5e1",
    "spares": "#94a3b8",
    "bots": "#ea580c",
}
_CEILING_MS: Final = 600.0

# The same input must give the same file.
mpl.rcParams.update({"svg.hashsalt": "convonet", "font.size": 9, "axes.grid": True})
mpl.rcParams.update({"grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False})


def draw(rows: Sequence[Row], long_call: LongCall | None, folder: Path) -> list[Path]:
    """Write every plot into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = list(dict.fromkeys(row.setting for row in rows))
    files = [
        _panels(rows, settings, _latency, folder / "latency.svg"),
        _panels(rows, settings, _cpu, folder / "cpu.svg"),
        _panels(rows, settings, _memory, folder / "memory.svg"),
    ]
    if long_call is not None:
        files.append(_stages(long_call, folder / "stages.svg"))
    return files


def _panels(
    rows: Sequence[Row],
    settings: Sequence[str],
    fill: Callable[[Axes, Sequence[Row]], None],
    file: Path,
) -> Path:
    figure = Figure(figsize=(3.6 * len(settings) + 1.6, 3.0), layout="constrained")
    for place, setting in enumerate(settings, 1):
        axes = figure.add_subplot(1, len(settings), place)
        axes.set_title(setting)
        axes.set_xlabel("calls at the same time")
        fill(axes, [row for row in rows if row.setting == setting])
    # One legend for all panels, where it hides nothing.
    named = {
        label: handle
        for axes in figure.axes
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(named.values(), named.keys(), loc="outside right center", frameon=False)
    return _save(figure, file)


def _latency(axes: Axes, rows: Sequence[Row]) -> None:
    for side, own in _by_side(rows).items():
        calls = [row.calls for row in own]
        axes.plot(
            calls, [row.p50_ms for row in own], "o-", color=COLOURS[side], label=f"{side} p50"
        )
        axes.plot(
            calls, [row.p95_ms for row in own], "s--", color=COLOURS[side], label=f"{side} p95"
        )
    axes.axhline(P95_CLEAN_MS, color="#64748b", linewidth=0.8)
    axes.set_ylim(0, _CEILING_MS)
    axes.set_xticks(sorted({row.calls for row in rows}))
    axes.set_ylabel("added voice to voice, ms")


def _cpu(axes: Axes, rows: Sequence[Row]) -> None:
    counts = sorted({row.calls for row in rows})
    named: set[str] = set()
    for shift, own in zip((-0.2, 0.2), _by_side(rows).values(), strict=False):
        for row in own:
            at, base = counts.index(row.calls) + shift, 0.0
            for part, ms in row.parts_ms.items():
                label = None if part in named else part
                axes.bar(at, ms, 0.36, bottom=base, color=_PARTS[part], label=label)
                named.add(part)
                base += ms
    axes.set_xticks(range(len(counts)), [str(count) for count in counts])
    axes.set_ylabel("CPU-ms a call-second")


def _memory(axes: Axes, rows: Sequence[Row]) -> None:
    for side, own in _by_side(rows).items():
        axes.plot(
            [row.calls for row in own],
            [row.memory_mb for row in own],
            "o-",
            color=COLOURS[side],
            label=side,
        )
    axes.set_ylim(bottom=0)
    axes.set_xticks(sorted({row.calls for row in rows}))
    axes.set_ylabel("memory (PSS), MB")


def _stages(long_call: LongCall, file: Path) -> Path:
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    axes = figure.add_subplot()
    names = [stage.name for stage in long_call.stages]
    axes.barh(names, [stage.p95_ms for stage in long_call.stages], color="#bfdbfe", label="p95")
    axes.barh(names, [stage.p50_ms for stage in long_call.stages], color="#2563eb", label="p50")
    axes.invert_yaxis()
    axes.set_xlabel("ms, without what the provider takes")
    axes.legend(frameon=False)
    return _save(figure, file)


def _by_side(rows: Sequence[Row]) -> dict[str, list[Row]]:
    sides = dict.fromkeys(row.side for row in rows)
    return {side: [row for row in rows if row.side == side] for side in sides}


def _save(figure: Figure, file: Path) -> Path:
    figure.savefig(file, metadata={"Date": None})
    return file
