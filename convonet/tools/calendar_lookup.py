"""Finds the event that a caller means."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from convonet.db.calendar import (
    Period,
    changeable_event,
    event_candidates,
    events_within,
    period_of,
)
from convonet.db.models import CalendarEvent
from convonet.errors import Conflict, Invalid, NotFound
from convonet.tools.calendar_times import as_clock, as_day, whole_days
from convonet.tools.calendar_words import label, speak_span
from convonet.tools.desk import Work
from convonet.tools.matching import as_id, normal, pick
from convonet.tools.times import parse_when, speak_moment, speak_time

_AT_MOST = 3
_NEXT = ("next", "next event", "next meeting", "next appointment", "next one")


async def find_event(work: Work, said: str | None, when: str | None = None) -> CalendarEvent:
    """Return the event with this id, or whose title is closest to what was said; locked.

    Events to come first; one that is over only when none to come is meant. `when`, a day, a time
    or both, narrows it down, and is enough where only one event is then.

    Raises:
        NotFound: there is none; the message names what is nearest.
        Conflict: several may be meant; the message names them with their times.
        Invalid: neither a name nor a time was given, or the time is none.
    """
    event_id = as_id(said) if said else None
    if said and normal(said) in _NEXT:
        event_id = await _next(work)
    if event_id is None:
        event_id = await _id_by_title(work, said, when) if said else await _id_by_time(work, when)
    return await changeable_event(work.session, work.user_id, event_id)


async def _next(work: Work) -> UUID:
    to_come = await event_candidates(work.session, work.user_id, work.now, upcoming=True)
    begins = [event for event in to_come if event.event_from >= work.now]
    if not begins:
        raise NotFound("You have no events to come.")
    return begins[0].id


async def _id_by_title(work: Work, said: str, when: str | None) -> UUID:
    to_come = await event_candidates(work.session, work.user_id, work.now, upcoming=True)
    try:
        return _pick(work, said, to_come, when).id
    except NotFound as not_to_come:
        over = await event_candidates(work.session, work.user_id, work.now, upcoming=False)
        try:
            return _pick(work, said, over, when).id
        except NotFound:
            raise not_to_come from None


def _pick(
    work: Work, said: str, events: Sequence[CalendarEvent], when: str | None
) -> CalendarEvent:
    for event in events:
        # One of those that "which one?" has named.
        if normal(said) == normal(label(event, work)):
            return event
    then = [event for event in events if when is None or _is_then(work, event, when)]
    try:
        return pick(said, then, _title, "event", lambda event: label(event, work))
    except NotFound:
        if when is None:
            raise
    other = pick(said, events, _title, "event", lambda event: label(event, work))
    raise NotFound(
        f"I couldn't find {said.strip()!r} {_spoken(work, when)}. Did you mean \""
        f'{label(other, work)}"?'
    )


async def _id_by_time(work: Work, when: str | None) -> UUID:
    if when is None:
        raise Invalid("Which event do you mean? Ask for its title.")
    day = as_day(when)
    if day is not None:
        near = await events_within(work.session, work.user_id, whole_days(day, day, work.zone))
    else:
        near = await event_candidates(work.session, work.user_id, work.now, upcoming=True)
    then = [event for event in near if _is_then(work, event, when)]
    if not then:
        raise NotFound(f"You have no event {_spoken(work, when)}.")
    if len(then) > 1:
        names = " or ".join(f'"{label(event, work)}"' for event in then[:_AT_MOST])
        raise Conflict(f"There are {len(then)} events {_spoken(work, when)}: {names}. Which one?")
    return then[0].id


def _title(event: CalendarEvent) -> str:
    return event.title


def _is_then(work: Work, event: CalendarEvent, when: str) -> bool:
    if (day := as_day(when)) is not None:
        return period_of(event).overlaps(whole_days(day, day, work.zone))
    if (clock := as_clock(when)) is not None:
        return event.event_from.astimezone(work.zone).time() == clock
    moment = _moment(work, when)
    return event.event_from <= moment < event.event_to


def _spoken(work: Work, when: str) -> str:
    if (day := as_day(when)) is not None:
        return speak_span(whole_days(day, day, work.zone), work)
    if (clock := as_clock(when)) is not None:
        return f"at {speak_time(datetime.combine(work.now.date(), clock))}"
    return speak_moment(_moment(work, when), work.now, work.zone)


def _moment(work: Work, when: str) -> datetime:
    return parse_when(when, work.zone, without_time=time())


def conflicts_of(events: Sequence[CalendarEvent], event: CalendarEvent) -> list[CalendarEvent]:
    """Return the other events that overlap this one."""
    own: Period = period_of(event)
    return [other for other in events if other.id != event.id and period_of(other).overlaps(own)]
