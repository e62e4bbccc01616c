"""Sentences a voice can say."""

from collections.abc import Sequence
from typing import Final

_SPOKEN_AT_MOST: Final = 5


def count(number: int, one: str) -> str:
    """Return "1 todo", "3 todos"."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def enumerated(things: Sequence[str], total: int) -> str:
    """Return the first five, and how many there are more: "a; b; and c", "a; ...; and 3 more"."""
    first = list(things[:_SPOKEN_AT_MOST])
    more = total - len(first)
    if more:
        return f"{'; '.join(first)}; and {more} more"
    return first[0] if len(first) == 1 else f"{'; '.join(first[:-1])}; and {first[-1]}"


def excerpt(text: str, longest: int = 60) -> str:
    """Return the text, cut at `longest` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
