"""What an event is called, put together from what the templates found."""

import re
from collections.abc import Mapping
from typing import Final

from convonet.assistant.offline.titles import target, title

NO_NAME: Final = frozenset(
    {"meeting", "appointment", "event", "call", "meetings", "appointments", "events", "calls"}
)
"""Words that do not tell one event from another."""

_PLAIN: Final = ("event", "calendar event", "calendar entry")
"""Kinds of event that nobody has in a title."""

_ALL: Final = re.compile(r"\Aall (?:of )?(?:my |the |our )?(?=\S)", re.I)
_COUNTS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "ten": 10, "fifteen": 15}
_COUNTS_BY_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90}
_LONG: Final = re.compile(
    rf"\A(?:an? |the )?(?P<n>half|\d{{1,3}}|{'|'.join((*_COUNTS, *_COUNTS_BY_TENS))})"
    r"(?:[- ]an)?[- ](?P<unit>hour|minute)s?(?:[- ]long)? (?=\S)",
    re.I,
)


def split_length(name: str) -> tuple[str, int]:
    """Return "workshop" and 120 for "two hour workshop"; 0 minutes where none are said."""
    match = _LONG.match(name)
    if match is None:
        return name, 0
    said, hours = match["n"].lower(), match["unit"].lower() == "hour"
    if said == "half":
        return (name[match.end() :], 30) if hours else (name, 0)
    number = (_COUNTS | _COUNTS_BY_TENS).get(said) or int(said)
    return name[match.end() :], number * (60 if hours else 1)


def new_name(slots: Mapping[str, str]) -> str:
    """Return the title of an event to be made, or nothing: "Budget meeting", "Call with Bob"."""
    name, _ = split_length(_put_together(slots))
    without = target(name)
    return title(without or name)


def minutes_in_name(slots: Mapping[str, str]) -> int:
    """Return how long "a two hour workshop" is, or 0."""
    return split_length(_put_together(slots))[1]


def event_name(slots: Mapping[str, str]) -> str:
    """Return the name by which an event that is there is looked for, or nothing."""
    return target(_ALL.sub("", _put_together(slots)))


def _put_together(slots: Mapping[str, str]) -> str:
    kind, name, joint = (slots.get(slot, "") for slot in ("event", "title", "joint"))
    if not kind or (name and kind in _PLAIN):
        return name
    if not name:
        return "" if kind in _PLAIN else kind
    if joint:
        return f"{kind} {joint} {name}"
    return name if "named" in slots else f"{name} {kind}"
