"""When an event is to be, as a tool is told it, in the caller's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from convonet.db.calendar import LONGEST, Period, period_of
from convonet.db.models import CalendarEvent
from convonet.errors import Invalid
from convonet.tools.desk import Work
from convonet.tools.times import YEARS, parse_when, speak_moment

USUAL: Final = timedelta(hours=1)
"""How long an event is when nobody said."""

AHEAD: Final = timedelta(days=30)
"""How far is looked ahead when nobody said."""

_MIDNIGHT: Final = time()


def as_day(text: str) -> date | None:
    """Return the day, when `text` is a date without a time.

    Raises:
        Invalid: its year is out of range.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    if day.year not in YEARS:
        raise Invalid(f"the year {day.year} is out of range")
    return day


def as_clock(text: str) -> time | None:
    """Return the time of day, when `text` is a time without a date."""
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the moment; one that summer time skips is as much later as is skipped."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def whole_days(first: date, last: date, zone: ZoneInfo) -> Period:
    """Return the days from `first` to `last`, both whole: 23 or 25 hours where clocks change."""
    return Period(at(first, _MIDNIGHT, zone), at(last + timedelta(days=1), _MIDNIGHT, zone))


def days_of(period: Period, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the first and the last day, when the period is whole days."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    if not _begins_a_day(start) or not _begins_a_day(end):
        return None
    return start.date(), end.date() - timedelta(days=1)


def _begins_a_day(local: datetime) -> bool:
    """Midnight, or where summer time skips midnight, the first moment there is."""
    zone = local.tzinfo
    return local.astimezone(UTC) == datetime.combine(local.date(), _MIDNIGHT, zone).astimezone(UTC)


def period_for(
    work: Work, event_from: str, event_to: str | None, duration: timedelta | None
) -> Period:
    """Return when a new event takes place.

    Two dates are whole days; a time without an end is an hour.

    Raises:
        Invalid: it makes no sense, or is over already; the message says what to ask.
    """
    if (day := as_day(event_from)) is not None:
        if duration is not None or (event_to and as_day(event_to) is None):
            raise Invalid("At what time does it begin? Ask for it.")
        return _checked(work, whole_days(day, as_day(event_to or "") or day, work.zone))
    start = parse_when(event_from, work.zone, without_time=_MIDNIGHT)
    return _checked(work, Period(start, _end(work, start, event_to, duration) or start + USUAL))


def moved(
    work: Work,
    event: CalendarEvent,
    event_from: str | None,
    event_to: str | None,
    duration: timedelta | None,
) -> Period:
    """Return when an event takes place after a change; see `shifted` for "by half an hour".

    A day alone keeps the time of day, a time alone keeps the day, and without a new end the
    event stays as long as it was.

    Raises:
        Invalid: it makes no sense, or is over already; the message says what to ask.
    """
    old = period_of(event)
    if not event_from and not event_to and duration is None:
        return old
    days = days_of(old, work.zone)
    day = as_day(event_from or "")
    if days is not None and day is not None and not event_to and duration is None:
        return _checked(work, whole_days(day, day + (days[1] - days[0]), work.zone))
    start = _start(work, old.start, event_from)
    end = _end(work, start, event_to, duration)
    if end is None:
        # A whole day that is given a time becomes an ordinary event.
        end = start + (USUAL if days is not None else old.end - old.start)
    return _checked(work, Period(start, end))


def shifted(work: Work, event: CalendarEvent, by: timedelta) -> Period:
    """Return when an event takes place that is moved by so much, and stays as long as it is.

    Raises:
        Invalid: it would be over already.
    """
    return _checked(work, Period(event.event_from + by, event.event_to + by))


def span_of(work: Work, from_: str | None, before: str | None) -> Period:
    """Return the span somebody asks about: from now on, for the next 30 days, unless told.

    Raises:
        Invalid: it ends before it begins.
    """
    start, end = _moment(work, from_), _moment(work, before)
    if start is None:
        start = work.now if end is None or end > work.now else end - AHEAD
    if end is None:
        end = start + AHEAD
    if end <= start:
        raise Invalid("That ends before it begins. Ask which days are meant.")
    return Period(start, min(end, start + LONGEST))


def _moment(work: Work, text: str | None) -> datetime | None:
    if not text or not text.strip():
        return None
    return parse_when(text, work.zone, without_time=_MIDNIGHT)


def _start(work: Work, old: datetime, text: str | None) -> datetime:
    if not text:
        return old
    local = old.astimezone(work.zone)
    if (day := as_day(text)) is not None:
        return at(day, local.time(), work.zone)
    if (clock := as_clock(text)) is not None:
        return at(local.date(), clock, work.zone)
    return parse_when(text, work.zone, without_time=_MIDNIGHT)


def _end(
    work: Work, start: datetime, text: str | None, duration: timedelta | None
) -> datetime | None:
    if not text:
        return start + duration if duration is not None else None
    if duration is not None:
        raise Invalid("Tell event_to or duration_minutes, not both.")
    if (day := as_day(text)) is not None:
        return whole_days(day, day, work.zone).end
    if (clock := as_clock(text)) is not None:
        return at(start.astimezone(work.zone).date(), clock, work.zone)
    return parse_when(text, work.zone, without_time=_MIDNIGHT)


def _checked(work: Work, period: Period) -> Period:
    spoken = speak_moment(period.end, work.now, work.zone)
    if period.end <= period.start:
        raise Invalid(f"It would end {spoken}, before it begins. Ask when it should be.")
    if period.end - period.start > LONGEST:
        raise Invalid("An event can be at most a year long. Ask when it ends.")
    if period.end <= work.now:
        raise Invalid(f"That time has already passed: it ended {spoken}. Ask when it should be.")
    return period
