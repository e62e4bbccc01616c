"""Which time zones there are."""

from functools import cache
from importlib.resources import files


@cache
def time_zones() -> frozenset[str]:
    """Return every IANA name."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())
