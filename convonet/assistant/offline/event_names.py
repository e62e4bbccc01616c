"""What an event is called, put together from what the templates found."""

from collections.abc import Mapping
from typing import Final

from convonet.assistant.offline.titles import target, title

NO_NAME: Final = frozenset(
    {"meeting", "appointment", "event", "call", "meetings", "appointments", "events", "calls"}
)
"""Words that do not tell one event from another."""

_PLAIN: Final = ("event", "calendar event", "calendar entry")
"""Kinds of event that nobody has in a title."""


def new_name(slots: Mapping[str, str]) -> str:
    """Return the title of an event to be made, or nothing: "Budget meeting", "Call with Bob"."""
    name = _put_together(slots)
    without = target(name)
    return title(without or name)


def event_name(slots: Mapping[str, str]) -> str:
    """Return the name by which an event that is there is looked for, or nothing."""
    return target(_put_together(slots))


def _put_together(slots: Mapping[str, str]) -> str:
    kind, name, joint = (slots.get(slot, "") for slot in ("event", "title", "joint"))
    if not kind or (name and kind in _PLAIN):
        return name
    if not name:
        return "" if kind in _PLAIN else kind
    if joint:
        return f"{kind} {joint} {name}"
    return name if "named" in slots else f"{name} {kind}"
