"""Finds the time between events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from convonet.db.calendar import Period

_QUARTER: Final = timedelta(minutes=15)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of a day that is looked through when no time was named."""

    opens: time
    closes: time


def free_periods(
    windows: Sequence[Period], busy: Sequence[Period], shortest: timedelta, at_most: int
) -> list[Period]:
    """Return the first `at_most` stretches inside the windows that no busy period touches.

    Each is as long as it can be, and at least `shortest`. The windows come in order and do not
    overlap; busy periods may come in any order and overlap each other.
    """
    ordered = sorted(busy)
    gaps = (gap for window in windows for gap in _gaps(window, ordered))
    long_enough = (gap for gap in gaps if gap.end - gap.start >= shortest)
    return list(islice(long_enough, at_most))


def _gaps(window: Period, busy: Sequence[Period]) -> Iterator[Period]:
    free_from = window.start
    for period in busy:
        if not period.overlaps(window):
            continue
        if period.start > free_from:
            yield Period(free_from, period.start)
        free_from = max(free_from, period.end)
    if free_from < window.end:
        yield Period(free_from, window.end)


def working_hours(first: date, last: date, hours: Hours, zone: ZoneInfo) -> list[Period]:
    """Return the hours of every day from `first` to `last`, in UTC.

    Of more than two days, Saturdays and Sundays are left out. Hours that summer time skips
    altogether are no period.
    """
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    if len(days) > 2:  # noqa: PLR2004
        days = [day for day in days if day.weekday() < _SATURDAY]
    periods = [
        Period(_moment(day, hours.opens, zone), _moment(day, hours.closes, zone)) for day in days
    ]
    return [period for period in periods if period.start < period.end]


def still_to_come(windows: Sequence[Period], now: datetime) -> list[Period]:
    """Return what is left of the windows from the next quarter of an hour on."""
    start = _next_quarter(now)
    return [
        Period(max(window.start, start), window.end) for window in windows if window.end > start
    ]


def _next_quarter(now: datetime) -> datetime:
    moment = now.astimezone(UTC)
    past = timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment if not past else moment - past + _QUARTER


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
