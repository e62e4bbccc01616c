"""Events as the model reads them and as a voice says them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import BaseModel

from convonet.db.calendar import Period, period_of
from convonet.db.models import CalendarEvent
from convonet.tools.calendar_times import days_of
from convonet.tools.desk import Answer, Work
from convonet.tools.spoken import count, enumerated, excerpt
from convonet.tools.times import iso_local, speak_day, speak_moment, speak_time

_NOON = 12


class EventView(BaseModel):
    """An event, its times in the caller's time zone."""

    id: str
    title: str
    description: str | None
    event_from: str
    event_to: str
    all_day: bool


class OneEvent(BaseModel):
    """The event a tool has worked on, and what else the caller has at that time."""

    event: EventView
    conflicts: list[EventView]


class ManyEvents(BaseModel):
    """Some of the events there are between two moments."""

    total: int
    date_from: str
    date_before: str
    events: list[EventView]


def view(event: CalendarEvent, work: Work) -> EventView:
    """Return what the model may know of an event."""
    return EventView(
        id=str(event.id),
        title=event.title,
        description=event.description,
        event_from=iso_local(event.event_from, work.zone),
        event_to=iso_local(event.event_to, work.zone),
        all_day=days_of(period_of(event), work.zone) is not None,
    )


def label(event: CalendarEvent, work: Work) -> str:
    """Return the title with its time, as two events of one title are told apart."""
    if (days := days_of(period_of(event), work.zone)) is not None:
        return f"{event.title} {speak_day(days[0], _today(work))}"
    return f"{event.title} {speak_moment(event.event_from, work.now, work.zone)}"


def when(event: CalendarEvent, work: Work) -> str:
    """Return "tomorrow from 2 to 3 PM", "all day on Friday"."""
    return speak_period(period_of(event), work)


def speak_period(period: Period, work: Work, *, on_day: date | None = None) -> str:
    """Return the period as said in passing; the day `on_day` goes without saying."""
    today = _today(work)
    if (days := days_of(period, work.zone)) is not None:
        if days[0] == days[1]:
            return "all day" if days[0] == on_day else f"all day {speak_day(days[0], today)}"
        return f"all day {_from_to(days, today)}"
    start, end = period.start.astimezone(work.zone), period.end.astimezone(work.zone)
    if start.date() != (end - timedelta(seconds=1)).date():
        until = speak_moment(period.end, work.now, work.zone)
        return f"{speak_day(start.date(), today)} at {speak_time(start)} until {until}"
    hours = f"from {_first_time(start, end)} to {speak_time(end)}"
    return hours if start.date() == on_day else f"{speak_day(start.date(), today)} {hours}"


def speak_span(span: Period, work: Work) -> str:
    """Return a span that was asked about: "tomorrow", "from tomorrow to Friday"."""
    days = days_of(span, work.zone)
    if days is None:
        return speak_period(span, work)
    first, last = days
    return speak_day(first, _today(work)) if first == last else _from_to(days, _today(work))


def one_day(span: Period, work: Work) -> date | None:
    """Return the day the span lies in, when it is one."""
    first = span.start.astimezone(work.zone)
    last = (span.end - timedelta(seconds=1)).astimezone(work.zone)
    return first.date() if first.date() == last.date() else None


def listed(events: Sequence[CalendarEvent], total: int, work: Work, on_day: date | None) -> str:
    """Return "Stand-up, from 9 to 9:15 AM; and Lunch, from noon to 1 PM"."""
    spoken = [
        f"{event.title}, {speak_period(period_of(event), work, on_day=on_day)}" for event in events
    ]
    return enumerated(spoken, total)


def conflict_clause(conflicts: Sequence[CalendarEvent], work: Work, event: CalendarEvent) -> str:
    """Return " You already have Lunch then, from noon to 1 PM.", or nothing."""
    if not conflicts:
        return ""
    on_day = one_day(period_of(event), work)
    if len(conflicts) == 1:
        other = conflicts[0]
        hours = speak_period(period_of(other), work, on_day=on_day)
        return f" But you already have {other.title} then, {hours}."
    names = listed(conflicts, len(conflicts), work, on_day)
    return f" But you already have {len(conflicts)} events then: {names}."


def answer_one(
    work: Work,
    event: CalendarEvent,
    text: str,
    summary: str,
    conflicts: Sequence[CalendarEvent] = (),
) -> Answer:
    """Return the answer of a tool that has worked on one event."""
    data = OneEvent(event=view(event, work), conflicts=[view(other, work) for other in conflicts])
    return Answer(
        text=text + conflict_clause(conflicts, work, event),
        summary=f"{summary}: {excerpt(event.title)}",
        data=data.model_dump(mode="json"),
    )


def answer_many(
    work: Work, events: Sequence[CalendarEvent], total: int, span: Period, where: str
) -> Answer:
    """Return the answer of a tool that lists events; `where` is the span in words."""
    data = ManyEvents(
        total=total,
        date_from=iso_local(span.start, work.zone),
        date_before=iso_local(span.end, work.zone),
        events=[view(event, work) for event in events],
    )
    have = "had" if span.end <= work.now else "have"
    if events:
        names = listed(events, total, work, one_day(span, work))
        text = f"You {have} {count(total, 'event')} {where}: {names}."
    else:
        text = f"You {have} no events {where}."
    return Answer(text=text, summary=count(total, "event"), data=data.model_dump(mode="json"))


def _from_to(days: tuple[date, date], today: date) -> str:
    first, last = (speak_day(day, today).removeprefix("on ") for day in days)
    return f"from {first} to {last}"


def _first_time(start: datetime, end: datetime) -> str:
    """Return "2" of "2 to 3 PM": what both have in common is said once."""
    spoken = speak_time(start)
    half = spoken[-3:]
    same = half in (" AM", " PM") and speak_time(end).endswith(half)
    return spoken.removesuffix(half) if same and start.date() == end.date() else spoken


def _today(work: Work) -> date:
    return work.now.astimezone(work.zone).date()
