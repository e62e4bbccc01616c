"""Queries about one user's calendar. Callers own the transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.models import CalendarEvent
from convonet.errors import NotFound

LONGEST: Final = timedelta(days=366)
"""No event is longer: what overlaps a period has begun at most so long before it."""

_AT_MOST: Final = 2_000
"""Events that are looked at for one question."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one moment up to, but not including, another; both with a time zone."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Period") -> bool:
        """Tell whether some moment is in both; periods that only touch have none."""
        return self.start < other.end and other.start < self.end


def period_of(event: CalendarEvent) -> Period:
    """Return when the event takes place."""
    return Period(event.event_from, event.event_to)


async def list_events(
    session: AsyncSession, user_id: UUID, within: Period, limit: int
) -> tuple[list[CalendarEvent], int]:
    """Return up to `limit` events that lie at least partly `within`, and how many there are.

    The earliest first.
    """
    query = (
        select(CalendarEvent, func.count().over())
        .where(CalendarEvent.user_id == user_id, *overlapping(within))
        .order_by(CalendarEvent.event_from, CalendarEvent.event_to, CalendarEvent.id)
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    return [event for event, _ in rows], rows[0][1] if rows else 0


async def events_within(
    session: AsyncSession, user_id: UUID, within: Period
) -> list[CalendarEvent]:
    """Return every event that lies at least partly `within`, the earliest first."""
    return (await list_events(session, user_id, within, _AT_MOST))[0]


async def event_candidates(
    session: AsyncSession, user_id: UUID, now: datetime, *, upcoming: bool
) -> list[CalendarEvent]:
    """Return the events a spoken name may mean, the nearest in time first.

    `upcoming` are those that are not over; otherwise those that are.
    """
    end = CalendarEvent.event_to
    query = (
        select(CalendarEvent)
        .where(CalendarEvent.user_id == user_id, end > now if upcoming else end <= now)
        .order_by(CalendarEvent.event_from if upcoming else CalendarEvent.event_from.desc())
        .limit(_AT_MOST)
    )
    return list(await session.scalars(query))


async def changeable_event(session: AsyncSession, user_id: UUID, event_id: UUID) -> CalendarEvent:
    """Return the event, locked until the transaction ends.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = select(CalendarEvent).where(
        CalendarEvent.id == event_id, CalendarEvent.user_id == user_id
    )
    event = await session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if event is None:
        raise NotFound("There is no such event.")
    return event


async def lock_calendar(session: AsyncSession, user_id: UUID) -> None:
    """Let nobody else place events in this user's calendar until the transaction ends.

    So that of two overlapping events made at the same time, the second is told of the first.
    """
    key = func.hashtextextended(f"calendar:{user_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


def overlapping(within: Period) -> list[ColumnElement[bool]]:
    """Return the conditions under which an event lies at least partly `within`."""
    return [
        CalendarEvent.event_from < within.end,
        CalendarEvent.event_to > within.start,
        # Implied by the above, as no event is longer; bounds what the index has to read.
        CalendarEvent.event_from > within.start - LONGEST - timedelta(seconds=1),
    ]
