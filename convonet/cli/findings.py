"""What a check of `convonet doctor` says."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One checked thing; `mend` says what to do unless it is fine."""

    area: str
    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    mend: str = ""


def ok(area: str, name: str, detail: str) -> Finding:
    """Return that it is as it should be."""
    return Finding(area, name, "ok", detail)


def warn(area: str, name: str, detail: str, mend: str) -> Finding:
    """Return that it works, but not as well as it could."""
    return Finding(area, name, "warn", detail, mend)


def fail(area: str, name: str, detail: str, mend: str) -> Finding:
    """Return that something cannot work."""
    return Finding(area, name, "fail", detail, mend)
