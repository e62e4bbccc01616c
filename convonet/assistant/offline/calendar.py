"""What to do about sentences on the calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from convonet.assistant.offline.clock import Part
from convonet.assistant.offline.dates import When
from convonet.assistant.offline.days import start_of
from convonet.assistant.offline.event_names import NO_NAME, event_name, minutes_in_name, new_name
from convonet.assistant.offline.reply import Reply, Scene, ask
from convonet.assistant.offline.saying import say_day, say_time
from convonet.assistant.offline.titles import title
from convonet.assistant.offline.todos import Arguments, iso, passed, unavailable
from convonet.assistant.offline.toolbox import Wanted
from convonet.assistant.offline.understanding import Meaning

_HOUR: Final = timedelta(hours=1)

_HOURS: Final[dict[Part, tuple[int, int]]] = {
    "morning": (0, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (18, 24),
}
_WAKING: Final[dict[Part, tuple[int, int]]] = {
    **_HOURS,
    "morning": (8, 12),
    "evening": (18, 22),
    "night": (18, 22),
}
"""When somebody may want to be free."""


def create_event(meaning: Meaning, scene: Scene) -> Reply:
    """Put an event into the calendar, asking for what is missing."""
    if not scene.tools.has("create_calendar_event"):
        return unavailable("work with the calendar")
    if meaning.repeats:
        return Reply("I can't make repeating events yet. Tell me one day and time.")
    name = new_name(meaning.slots)
    if not name:
        return ask(meaning, "title", "What is the event called?")
    if meaning.team:
        name = f"{name} for the {meaning.team} team"
    whole_day = "whole_day" in meaning.slots and not _minutes(meaning)
    if missing := _missing_time(meaning, scene, "When is it?"):
        return missing
    if meaning.when is None or (meaning.when.start is None and not whole_day):
        return _ask_time(meaning, scene)
    arguments: Arguments = {"title": name, "event_from": iso(meaning.when)}
    arguments |= _ending(meaning, meaning.when)
    return Reply(calls=(Wanted("create_calendar_event", arguments),))


def _ask_time(meaning: Meaning, scene: Scene) -> Reply:
    if meaning.when is None:
        return ask(meaning, "when", "When is it?")
    day = say_day(meaning.when.day, scene.record.now.date())
    return ask(meaning, "when", f"At what time {day}?")


def get_events(meaning: Meaning, scene: Scene) -> Reply:
    """Tell what is in the calendar."""
    if not scene.tools.has("get_calendar_events"):
        return unavailable("look into the calendar")
    if meaning.question and meaning.days is None:
        return ask(replace(meaning, question=""), "when", meaning.question)
    if "week" in meaning.slots and meaning.when is None and meaning.days is None:
        today = scene.record.now.date()
        meaning = replace(meaning, days=(today, start_of(today, "week", 1)))
    arguments: Arguments = _between(meaning, _HOURS)
    if "next" in meaning.slots:
        arguments |= {"limit": 1}
    elif name := event_name(meaning.slots):
        arguments = _looked_up(name, meaning.when)
    return Reply(calls=(Wanted("get_calendar_events", arguments),))


def _looked_up(name: str, when: When | None) -> Arguments:
    if when is None:
        return {"title": name}
    return {"title": name, "date_from": _as_dated(when, _said_time(when))}


def find_time(meaning: Meaning, scene: Scene) -> Reply:
    """Tell when the caller is free."""
    if not scene.tools.has("find_free_slot"):
        return unavailable("look for free time")
    if meaning.question and meaning.days is None:
        return ask(replace(meaning, question=""), "when", meaning.question)
    if meaning.when is not None and (late := passed(meaning.when, scene.record.now)):
        return ask(replace(meaning, when=None), "when", f"{late} Which day do you mean?")
    arguments = _between(meaning, _WAKING)
    if minutes := _minutes(meaning):
        arguments["duration_minutes"] = minutes
    return Reply(calls=(Wanted("find_free_slot", arguments),))


def update_event(meaning: Meaning, scene: Scene) -> Reply:
    """Move an event, or give it another name."""
    if not scene.tools.has("update_calendar_event"):
        return unavailable("change the calendar")
    name = event_name(meaning.slots)
    if not name:
        return ask(meaning, "title", "Which event shall I change?")
    arguments: Arguments = {"title": name}
    if new := meaning.slots.get("new_title", ""):
        arguments["new_title"] = title(new)
    question = "To when shall I move it?"
    if missing := _missing_time(meaning, scene, question):
        return missing
    arguments |= _changes(meaning)
    if len(arguments) == 1:
        return ask(meaning, "when", question)
    return Reply(calls=(Wanted("update_calendar_event", arguments),))


def _changes(meaning: Meaning) -> Arguments:
    if meaning.when is not None:
        start = _as_dated(meaning.when, meaning.when.start)
        return {"event_from": start, **_ending(meaning, meaning.when)}
    if shift := int(meaning.slots.get("shift", "0")):
        return {"shift_minutes": -shift if "earlier" in meaning.slots else shift}
    minutes = _minutes(meaning)
    return {"duration_minutes": minutes} if minutes else {}


def _missing_time(meaning: Meaning, scene: Scene, question: str) -> Reply | None:
    """Return a question where a time was said that is none, or is over."""
    if meaning.question:
        return ask(replace(meaning, question="", days=None), "when", meaning.question)
    when = meaning.when
    late = passed(when, scene.record.now) if when is not None and when.dated else ""
    return ask(replace(meaning, when=None), "when", f"{late} {question}") if late else None


def delete_event(meaning: Meaning, scene: Scene) -> Reply:
    """Cancel an event, once the caller has said yes."""
    if not scene.tools.has("delete_calendar_event"):
        return unavailable("change the calendar")
    if meaning.question:
        return ask(replace(meaning, question="", days=None), "when", meaning.question)
    name, when = event_name(meaning.slots), meaning.when
    if name.lower() in NO_NAME and when is not None:
        name = ""
    if not name and when is None:
        return ask(meaning, "title", "Which event shall I cancel?")
    if not scene.confirmed:
        then = f" {_say(when, scene.record.now.date())}" if when is not None else ""
        what = f'the event "{name}"' if name else "what you have"
        return ask(meaning, "confirm", f"Shall I cancel {what}{then}?")
    arguments: Arguments = {"title": name} if name else {}
    if when is not None:
        arguments["when"] = _as_dated(when, _said_time(when))
    return Reply(calls=(Wanted("delete_calendar_event", arguments),))


def sync(_meaning: Meaning, scene: Scene) -> Reply:
    """Let the tool say that there is nothing to sync with."""
    return _simply("sync_google_calendar_events", scene)


def tell_connection(_meaning: Meaning, scene: Scene) -> Reply:
    """Tell whether a Google account is connected."""
    return _simply("test_google_calendar", scene)


def tell_visibility(_meaning: Meaning, scene: Scene) -> Reply:
    """Tell who can see the calendar."""
    return _simply("check_calendar_visibility", scene)


def _simply(tool: str, scene: Scene) -> Reply:
    return Reply(calls=(Wanted(tool),)) if scene.tools.has(tool) else unavailable("do that")


def _between(meaning: Meaning, hours: dict[Part, tuple[int, int]]) -> Arguments:
    """Return the arguments for a span: several days, a day, a part of one, or from an hour on."""
    when = meaning.when
    if when is None:
        return _span(*meaning.days) if meaning.days is not None else {}
    if when.part is not None:
        first, last = hours[when.part]
        midnight = datetime.combine(when.day, time())
        return _span(midnight + timedelta(hours=first), midnight + timedelta(hours=last))
    if when.start is None:
        return _span(when.day, when.day + timedelta(days=1))
    length = timedelta(minutes=_minutes(meaning)) or _HOUR
    return _span(when.start, when.end or when.start + length)


def _span(start: date, end: date) -> Arguments:
    return {"date_from": start.isoformat(), "date_before": end.isoformat()}


def _ending(meaning: Meaning, when: When) -> Arguments:
    if when.end is not None:
        return {"event_to": _as_dated(when, when.end)}
    minutes = _minutes(meaning)
    return {"duration_minutes": minutes} if minutes else {}


def _as_dated(when: When, moment: datetime | None) -> str:
    """Return the day, the moment, or, where no day was said, the time alone."""
    if moment is None:
        return when.day.isoformat()
    return moment.isoformat() if when.dated else f"{moment:%H:%M}"


def _said_time(when: When) -> datetime | None:
    """Return the moment, unless only a part of the day was said."""
    return when.start if when.part is None else None


def _minutes(meaning: Meaning) -> int:
    if meaning.length is not None:
        return round(meaning.length.total_seconds() / 60)
    return int(meaning.slots.get("minutes", "0")) or minutes_in_name(meaning.slots)


def _say(when: When, today: date) -> str:
    moment = _said_time(when)
    clock = f"at {say_time(moment)}" if moment is not None else ""
    day = say_day(when.day, today) if when.dated else ""
    return f"{day} {clock}".strip()


HANDLERS: Final[dict[str, Callable[[Meaning, Scene], Reply]]] = {
    "create_calendar_event": create_event,
    "get_calendar_events": get_events,
    "find_free_slot": find_time,
    "update_calendar_event": update_event,
    "delete_calendar_event": delete_event,
    "sync_google_calendar_events": sync,
    "test_google_calendar": tell_connection,
    "check_calendar_visibility": tell_visibility,
}
LOOSE: Final = ("create_calendar_event", "update_calendar_event", "delete_calendar_event")
"""Intents whose templates also fit a mere title, such as "book a flight"."""
