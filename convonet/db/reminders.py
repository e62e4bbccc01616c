"""Queries about one user's reminders. Callers own the transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.models import Level, Reminder
from convonet.errors import NotFound

_NAMES_AT_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class ReminderFilter:
    """Which reminders to list; None leaves a question open."""

    status: Literal["upcoming", "past", "all"] = "upcoming"
    importance: Level | None = None
    from_: datetime | None = None
    before: datetime | None = None


async def list_reminders(
    session: AsyncSession, user_id: UUID, wanted: ReminderFilter, now: datetime, limit: int
) -> tuple[list[Reminder], int]:
    """Return up to `limit` reminders and how many there are.

    The soonest first; of past ones alone, the latest first.
    """
    date = Reminder.reminder_date
    query = (
        select(Reminder, func.count().over())
        .where(Reminder.user_id == user_id, *_conditions(wanted, now))
        .order_by(date.desc() if wanted.status == "past" else date, Reminder.created_at)
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    return [reminder for reminder, _ in rows], rows[0][1] if rows else 0


async def reminder_candidates(
    session: AsyncSession, user_id: UUID, now: datetime, *, upcoming: bool
) -> list[Reminder]:
    """Return the reminders a spoken text may mean, the latest first."""
    date = Reminder.reminder_date
    query = (
        select(Reminder)
        .where(Reminder.user_id == user_id, date > now if upcoming else date <= now)
        .order_by(date.desc())
        .limit(_NAMES_AT_MOST)
    )
    return list(await session.scalars(query))


async def changeable_reminder(session: AsyncSession, user_id: UUID, reminder_id: UUID) -> Reminder:
    """Return the reminder, locked until the transaction ends.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = select(Reminder).where(Reminder.id == reminder_id, Reminder.user_id == user_id)
    reminder = await session.scalar(
        query.with_for_update().execution_options(populate_existing=True)
    )
    if reminder is None:
        raise NotFound("There is no such reminder.")
    return reminder


def _conditions(wanted: ReminderFilter, now: datetime) -> list[ColumnElement[bool]]:
    date = Reminder.reminder_date
    conditions: list[ColumnElement[bool]] = []
    if wanted.status != "all":
        conditions.append(date > now if wanted.status == "upcoming" else date <= now)
    if wanted.importance is not None:
        conditions.append(Reminder.importance == wanted.importance)
    if wanted.from_ is not None:
        conditions.append(date >= wanted.from_)
    if wanted.before is not None:
        conditions.append(date < wanted.before)
    return conditions
