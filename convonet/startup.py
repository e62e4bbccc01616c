"""Start quickly: a process that is restarted in the middle of a call is a silence in it."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


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
