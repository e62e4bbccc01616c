"""What processes use, by the kernel's own books."""

import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.programs import Cores
from benchmarks.results import Part, Use

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_BUSY: Final = (0, 1, 2, 5, 6, 7)
"""Columns of /proc/stat: user, nice, system, irq, softirq, steal."""
_CHILDREN_AT: Final = slice(13, 15)
"""cutime and cstime in /proc/PID/stat, behind the name."""


@dataclass(frozen=True)
class _Process:
    cpu_s: float
    wait_s: Mapping[int, float]
    """By thread."""


@dataclass(frozen=True)
class Reading:
    """The books at one moment."""

    at: float
    parts: Mapping[str, Mapping[int, _Process]]
    busy_s: float
    """CPU time used by anybody on the cores of interest."""


def read(parts: Mapping[str, Collection[int]], cores: Cores) -> Reading:
    """Read the books of parts, given by their process ids, and of the cores they run on."""
    return Reading(
        at=time.monotonic(),
        parts={name: _processes(pids) for name, pids in parts.items()},
        busy_s=_busy_s(cores),
    )


def between(
    before: Reading, after: Reading, memory: Mapping[str, float], cores: Cores, ours: float = 0.0
) -> Use:
    """Return what was used between two readings; `ours` is CPU time that is not others' either."""
    parts = {
        name: _part(before.parts.get(name, {}), processes, memory.get(name, 0.0))
        for name, processes in after.parts.items()
    }
    used = sum(part.cpu_s for part in parts.values()) + ours
    return Use(
        seconds=after.at - before.at,
        parts=parts,
        others_cpu_s=max(0.0, after.busy_s - before.busy_s - used),
        cores=len(cores),
    )


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def memory_mb(pids: Collection[int]) -> float:
    """Return the memory of processes, what they share counted once (PSS)."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def cpu_s(pid: int) -> float:
    """Return the CPU time a process has used, with ended threads and children that have ended."""
    try:
        # The kernel's id of another process' CPU clock, as clock_getcpuclockid(3) makes it.
        return time.clock_gettime(~pid << 3 | 2) + _ended_children_s(pid)
    except OSError:
        return 0.0


def _ended_children_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[_CHILDREN_AT])) / _TICKS


def _processes(pids: Collection[int]) -> dict[int, _Process]:
    return {pid: _Process(cpu_s(pid), _waits(pid)) for pid in pids}


def _waits(pid: int) -> dict[int, float]:
    waits: dict[int, float] = {}
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            _, waited, _ = (task / "schedstat").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        waits[int(task.name)] = int(waited) / 1e9
    return waits


def _part(before: Mapping[int, _Process], after: Mapping[int, _Process], mb: float) -> Part:
    none = _Process(0.0, {})
    return Part(
        cpu_s=sum(max(0.0, now.cpu_s - before.get(pid, none).cpu_s) for pid, now in after.items()),
        wait_s=sum(
            waited - before.get(pid, none).wait_s.get(thread, 0.0)
            for pid, now in after.items()
            for thread, waited in now.wait_s.items()
        ),
        memory_mb=mb,
    )


def _busy_s(cores: Cores) -> float:
    names = {f"cpu{core}" for core in cores}
    ticks = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *columns = line.split()
        if name in names:
            ticks += sum(int(columns[at]) for at in _BUSY)
    return ticks / _TICKS


def _pss_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
