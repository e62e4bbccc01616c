"""The tool that finds free time."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Final

from mcp_types import CallToolResult
from pydantic import BaseModel, Field

from convonet.db.calendar import Period, events_within, period_of
from convonet.db.models import CalendarEvent
from convonet.errors import Invalid
from convonet.tools.annotations import READS
from convonet.tools.calendar_times import as_day, span_of
from convonet.tools.calendar_words import EventView, listed, one_day, speak_period, view
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.free_time import Hours, free_periods, still_to_come, working_hours
from convonet.tools.spoken import count, enumerated
from convonet.tools.times import iso_local

_HOURS: Final = Hours(time(9), time(18))
_DAYS: Final = 7
"""How many days are looked through when nobody said."""
_DAYS_AT_MOST: Final = 62
_FREE_AT_MOST: Final = 10
_HALF_AN_HOUR: Final = 30
_AN_HOUR: Final = 60


class FreePeriod(BaseModel):
    """Time without any event, in the caller's time zone."""

    free_from: str
    free_to: str


class FreeTime(BaseModel):
    """What is free between two moments, and the events that are in the way."""

    date_from: str
    date_before: str
    duration_minutes: int
    free: list[FreePeriod]
    events: list[EventView]


@dataclass(frozen=True, slots=True)
class _Search:
    """Where free time is looked for, how long it has to be, and what has been found."""

    windows: list[Period]
    shortest: timedelta
    events: list[CalendarEvent]
    free: list[Period]

    @property
    def whole(self) -> Period:
        return Period(self.windows[0].start, self.windows[-1].end)


def add_finding_time(server: ToolServer, desk: Desk) -> None:
    """Add the tool to the server."""

    @server.tool(annotations=READS)
    async def find_free_slot(
        ctx: ToolContext,
        date_from: Annotated[
            str, Field(description="From when on, ISO 8601, the caller's local time.")
        ]
        | None = None,
        date_before: Annotated[
            str, Field(description="Up to when; for one day alone tell the next day here.")
        ]
        | None = None,
        duration_minutes: Annotated[
            int, Field(ge=5, le=24 * 60, description="How long it has to be at least.")
        ] = _HALF_AN_HOUR,
    ) -> Annotated[CallToolResult, FreeTime]:
        """Find when the caller is free, or tell whether they are at a certain time.

        Dates alone mean from 9 AM to 6 PM, of more than two days without weekends; dates with
        times are taken as they are. The next 7 days unless told.
        """

        async def do(work: Work) -> Answer:
            shortest = timedelta(minutes=duration_minutes)
            windows = still_to_come(_windows(work, date_from, date_before, shortest), work.now)
            if not windows:
                raise Invalid("That time has already passed. Ask which time is meant.")
            return _answer(work, await _search(work, windows, shortest))

        return await desk.read(ctx, do)


def _windows(
    work: Work, from_: str | None, before: str | None, shortest: timedelta
) -> list[Period]:
    timed = [text for text in (from_, before) if text and as_day(text) is None]
    if not timed:
        first = as_day(from_ or "") or work.now.astimezone(work.zone).date()
        return _days(work, first, _last(first, from_, before))
    if not before:
        start = span_of(work, from_, None).start
        return [Period(start, start + shortest)]
    return [span_of(work, from_, before)]


def _last(first: date, from_: str | None, before: str | None) -> date:
    if before_day := as_day(before or ""):
        return before_day - timedelta(days=1)
    return first if from_ else first + timedelta(days=_DAYS - 1)


def _days(work: Work, first: date, last: date) -> list[Period]:
    if last < first:
        raise Invalid("That ends before it begins. Ask which days are meant.")
    last = min(last, first + timedelta(days=_DAYS_AT_MOST))
    return working_hours(first, last, _HOURS, work.zone)


async def _search(work: Work, windows: list[Period], shortest: timedelta) -> _Search:
    near = await events_within(
        work.session, work.user_id, Period(windows[0].start, windows[-1].end)
    )
    events = [event for event in near if any(map(period_of(event).overlaps, windows))]
    if len(windows) == 1:
        # Whoever asks for a quarter of an hour does not want half of one.
        shortest = min(shortest, windows[0].end - windows[0].start)
    busy = [period_of(event) for event in events]
    return _Search(windows, shortest, events, free_periods(windows, busy, shortest, _FREE_AT_MOST))


def _answer(work: Work, found: _Search) -> Answer:
    data = FreeTime(
        date_from=iso_local(found.whole.start, work.zone),
        date_before=iso_local(found.whole.end, work.zone),
        duration_minutes=int(found.shortest.total_seconds() // 60),
        free=[
            FreePeriod(
                free_from=iso_local(period.start, work.zone),
                free_to=iso_local(period.end, work.zone),
            )
            for period in found.free
        ],
        events=[view(event, work) for event in found.events],
    )
    return Answer(
        text=_told(work, found),
        summary=count(len(found.free), "free period"),
        data=data.model_dump(mode="json"),
    )


def _told(work: Work, found: _Search) -> str:
    if found.free:
        return f"You're free {enumerated(_one_after_another(work, found.free), len(found.free))}."
    where = _where(work, found)
    length = _spoken(found.shortest)
    if not found.events:
        return f"That much time is not free {where}."
    names = listed(found.events, len(found.events), work, one_day(found.whole, work))
    busy = [period_of(event) for event in found.events]
    if free_periods(found.windows, busy, timedelta(0), 1):
        return f"You have no {length} free {where}. There is {names}."
    return f"You're not free {where}. There is {names}."


def _where(work: Work, found: _Search) -> str:
    if len(found.windows) == 1:
        return speak_period(found.windows[0], work)
    return "in those days"


def _one_after_another(work: Work, periods: list[Period]) -> list[str]:
    """Return the periods in words, a day being named once."""
    spoken: list[str] = []
    day: date | None = None
    for period in periods:
        spoken.append(speak_period(period, work, on_day=day))
        day = one_day(period, work)
    return spoken


def _spoken(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    if minutes == _HALF_AN_HOUR:
        return "half hour"
    if minutes % _AN_HOUR == 0:
        return "hour" if minutes == _AN_HOUR else f"{minutes // _AN_HOUR} hours"
    return f"{minutes} minutes"
