"""What a member sees in a team's calendar: its todos that are due, and their own events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Subquery, Uuid, func, literal, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.calendar import Period, overlapping
from convonet.db.models import CalendarEvent, Todo


@dataclass(frozen=True, slots=True)
class Entry:
    """A todo that is due, which begins and ends at once, or an event."""

    kind: Literal["todo", "event"]
    id: UUID
    title: str
    starts: datetime
    ends: datetime
    assignee_id: UUID | None
    completed: bool


async def team_calendar(
    session: AsyncSession, user_id: UUID, team_id: UUID, within: Period, limit: int, offset: int
) -> tuple[list[Entry], int]:
    """Return up to `limit` entries `within`, the earliest first, behind `offset` others.

    And how many there are; behind the last one none are told to be there. That the user is in the
    team is for the caller to check. Other members' events are theirs alone: anybody may be put
    into a team without being asked.
    """
    entries = _entries(user_id, team_id, within)
    query = (
        select(entries, func.count().over())
        .order_by(entries.c.starts, entries.c.ends, entries.c.id)
        .limit(limit)
        .offset(offset)
    )
    rows = (await session.execute(query)).all()
    return [Entry(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def _entries(user_id: UUID, team_id: UUID, within: Period) -> Subquery:
    seen = or_(Todo.is_private.is_(False), Todo.creator_id == user_id, Todo.assignee_id == user_id)
    todos = select(
        literal("todo").label("kind"),
        Todo.id,
        Todo.title,
        Todo.due_date.label("starts"),
        Todo.due_date.label("ends"),
        Todo.assignee_id,
        Todo.completed,
    ).where(
        Todo.team_id == team_id, Todo.due_date >= within.start, Todo.due_date < within.end, seen
    )
    events = select(
        literal("event"),
        CalendarEvent.id,
        CalendarEvent.title,
        CalendarEvent.event_from,
        CalendarEvent.event_to,
        null().cast(Uuid()),
        literal(False),
    ).where(CalendarEvent.user_id == user_id, *overlapping(within))
    return union_all(todos, events).subquery()
