"""Finds names by how they sound: "the deaf team" is the dev team."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from convonet.spoken_names import sound

_ENOUGH = 80.0


def closest(spoken: str, names: Sequence[str]) -> str | None:
    """Return the one of `names` that was meant, or None when none comes near."""
    scored = sorted(((_likeness(spoken, name), name) for name in names), reverse=True)
    return scored[0][1] if scored and scored[0][0] >= _ENOUGH else None


def _likeness(spoken: str, name: str) -> float:
    said, real = _bare(spoken), _bare(name)
    if not said or not real:
        return 0.0
    if said == real:
        return 100.0
    shortened = 95.0 if len(said) > 1 and real.startswith(said) else 0.0
    heard = sound(said)
    alike = 88.0 if heard and heard == sound(real) else 0.0
    begins = 85.0 if len(heard) > 1 and sound(real).startswith(heard) and len(said) <= 5 else 0.0  # noqa: PLR2004
    return max(fuzz.ratio(said, real), fuzz.token_set_ratio(said, real), shortened, alike, begins)


def _bare(name: str) -> str:
    name = re.sub(r"\b(?:the|team|group|my|our)\b", " ", name.lower())
    return " ".join(name.replace("-", " ").split())
