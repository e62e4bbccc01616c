"""Start quickly: a process that is restarted in the middle of a call is a silence in it."""

import asyncio
import gc
import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

_log = logging.getLogger(__name__)

STAND_BY: Final = "CONVONET_STAND_BY"
"""Environment variable of a process that loads everything and then waits for its turn."""

_STDIN: Final = 0


@contextmanager
def at_full_speed() -> Generator[None]:
    """Import and build inside without looking for garbage, a fifth of the time it would take.

    What is there at the end is never looked at again, so that later collections are short.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def our_turn() -> bool:
    """Return at once, or in a process that stands by when it is told to go: a byte on its stdin.

    False when it will never be told, because whoever started it is gone.
    """
    if not os.environ.pop(STAND_BY, ""):
        return True
    _log.info("standing by")
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(_STDIN, told.set)
    try:
        await told.wait()
    finally:
        loop.remove_reader(_STDIN)
    return bool(os.read(_STDIN, 1))
