"""Children that outlived an earlier supervisor of the same home: found, adopted or ended.

They are recognised by the mark in their environment, or, where the system hides the environment
of another user's process even from root (containers), by a name on their command line. A process
id in a file is never trusted alone: the number may be a stranger's by now.
"""

import asyncio
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from signal import SIGKILL, SIGTERM

import psutil

from convonet.embedded.home import Home
from convonet.embedded.process import Process
from convonet.embedded.program import MARK, Program

ANSWER_WITHIN_S = 5
"""How long a survivor gets to answer; on a busy machine its first answer may come late."""

END_WITHIN_S = 10
"""How long a survivor that is not adopted gets to end by itself."""

_POLL_S = 0.1


@dataclass(frozen=True)
class Survivor:
    """A running process of this home, `fingerprint` None where its environment is hidden."""

    name: str
    fingerprint: str | None
    process: psutil.Process

    def runs(self, program: Program) -> bool:
        """Tell whether it is just what would be started for `program` today."""
        try:
            same_command = tuple(self.process.cmdline()) == program.argv
        except psutil.Error:
            return False
        return same_command and self.fingerprint in (None, program.fingerprint)


class Survivors:
    """All processes of `home` that run without a supervisor."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._found = list(_find(home))

    @property
    def names(self) -> set[str]:
        """The programs of which at least one process still runs."""
        return {survivor.name for survivor in self._found}

    async def claim(self, program: Program) -> Process | None:
        """Return the running process for `program` if it is up to date and answers.

        Every other process of that name is ended first: two servers must never share their data.
        """
        mine = [survivor for survivor in self._found if survivor.name == program.name]
        # One that only stood by for it looks the same, but is not the one that was at work.
        mine.sort(key=lambda survivor: survivor.process.pid != self._home.pid(program.name))
        fit = next((survivor for survivor in mine if survivor.runs(program)), None)
        if fit is not None and not await _answers(program):
            fit = None
        await _end([survivor for survivor in mine if survivor is not fit])
        self._found = [survivor for survivor in self._found if survivor.name != program.name]
        return None if fit is None else Process(fit.process.pid)

    async def end_rest(self) -> None:
        """End those nobody claimed: programs this start does not need."""
        rest, self._found = self._found, []
        await _end(rest)


async def _answers(program: Program) -> bool:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while not await program.answers():  # noqa: ASYNC110
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return False
    return True


def _find(home: Home) -> Generator[Survivor]:
    parents: dict[int, tuple[Survivor, int]] = {}
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (survivor := _recognise(process, home)):
                parents[process.pid] = survivor, process.ppid()
        except psutil.Error:
            continue  # Ended meanwhile, or none of our business.
    for survivor, parent in parents.values():
        # A child of a survivor (a database backend, a pool process) goes when its parent goes.
        if parent not in parents or parents[parent][0].name != survivor.name:
            yield survivor


def _recognise(process: psutil.Process, home: Home) -> Survivor | None:
    try:
        mark = process.environ().get(MARK, "").split(" ", 2)
    except psutil.AccessDenied:
        if any(home.id in argument for argument in process.cmdline()):
            return Survivor("postgres", None, process)
        return None
    if len(mark) == 3 and mark[2] == str(home.path):  # noqa: PLR2004
        return Survivor(mark[0], mark[1], process)
    return None


async def _end(survivors: list[Survivor]) -> None:
    if survivors:
        await asyncio.to_thread(_end_all, [survivor.process for survivor in survivors])


def _end_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        _send(process, SIGTERM)
    _, stubborn = psutil.wait_procs(processes, timeout=END_WITHIN_S)
    for process in stubborn:
        _send(process, SIGKILL)
    psutil.wait_procs(stubborn, timeout=END_WITHIN_S)


def _send(process: psutil.Process, signal: int) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal)  # Checks by start time that the number is still its own.
