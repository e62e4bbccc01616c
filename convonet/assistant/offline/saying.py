"""Puts times and lists into words for the ear."""

import re
from collections.abc import Sequence
from datetime import date, datetime

_SOON_DAYS = 7
_NOON = 12
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")


def say_day(day: date, today: date) -> str:
    """Return "tomorrow", "on Friday", "on Friday, December 4"."""
    ahead = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if ahead in near:
        return near[ahead]
    if 0 < ahead < _SOON_DAYS:
        return f"on {day:%A}"
    year = f", {day.year}" if day.year != today.year else ""
    return f"on {day:%A}, {day:%B} {day.day}{year}"


def say_time(moment: datetime) -> str:
    """Return "2 PM", "9:30 AM", "noon", "midnight"."""
    if moment.minute == 0 and moment.hour % _NOON == 0:
        return "noon" if moment.hour else "midnight"
    minutes = f":{moment:%M}" if moment.minute else ""
    return f"{(moment.hour - 1) % _NOON + 1}{minutes} {'AM' if moment.hour < _NOON else 'PM'}"


def say_list(things: Sequence[str], joint: str = "and") -> str:
    """Return "a", "a and b", "a, b and c"."""
    return f" {joint} ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, each with the space that keeps it apart from the next."""
    parts = _SENTENCE.split(text.strip())
    return [f"{part} " for part in parts[:-1]] + parts[-1:]
