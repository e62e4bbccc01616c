"""Lets a process give way to all others while nobody needs it yet, and takes that back."""

import asyncio
import errno
import os
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

_LAST: Final = 10
"""Behind everything else, but not for ever on a machine that is always busy."""
_RETRIES, _RETRY_S = 20, 0.05


def give_way(pid: int) -> None:
    """Let all others go first, as far as `restore` can take it back: for a process just started.

    A desktop gives each session, and so each of our processes, a share of its own, which anybody
    may make smaller and larger; elsewhere priorities count, which only some may raise again.
    """
    if sys.platform == "linux":
        _share(pid, _LAST)
        if _may_raise():
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, pid, _LAST)


async def restore(pid: int) -> None:
    """Give a process, with all its threads, our own priority again."""
    if sys.platform == "linux":
        for _ in range(_RETRIES):
            raised = _raise_threads(pid)
            if _share(pid, 0) and raised:
                return
            await asyncio.sleep(_RETRY_S)


def _raise_threads(pid: int) -> bool:
    """Return whether all of them had our priority already, or may not get it."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    if not _may_raise():
        return True
    behind = False
    with suppress(OSError):
        for thread in map(int, os.listdir(f"/proc/{pid}/task")):
            with suppress(OSError):
                if os.getpriority(os.PRIO_PROCESS, thread) != ours:
                    behind = True
                    os.setpriority(os.PRIO_PROCESS, thread, ours)
    # A thread that was behind may have begun another one meanwhile.
    return not behind


def _share(pid: int, nice: int) -> bool:
    """Set the share of a session; False when it must be tried again: few may be set a second."""
    try:
        Path(f"/proc/{pid}/autogroup").write_text(str(nice), encoding="ascii")
    except OSError as error:
        return error.errno != errno.EAGAIN
    return True


@cache
def _may_raise() -> bool:
    """Find out whether a priority that was lowered may be raised again, with a thread of our own.

    Limits and capabilities say so too, but not in every container the truth.
    """
    allowed: list[bool] = []

    def attempt() -> None:
        thread = threading.get_native_id()
        ours = os.getpriority(os.PRIO_PROCESS, thread)
        try:
            os.setpriority(os.PRIO_PROCESS, thread, min(_LAST, ours + 1))
            os.setpriority(os.PRIO_PROCESS, thread, ours)
        except OSError:
            return
        allowed.append(True)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return bool(allowed)
