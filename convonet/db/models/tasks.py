"""What people want done, and when: todos, reminders, calendar events."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from convonet.db.models.people import Team, User
from convonet.db.models.table import Dated, Id, Table, not_blank, one_of

Level = Literal["low", "medium", "high", "urgent"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""How much a todo or a reminder matters, least first."""


class Todo(Dated, Table):
    """Something to be done, by one person or a team."""

    __tablename__ = "todos_convonet"

    id: Mapped[Id]
    title: Mapped[str]
    description: Mapped[str | None]
    completed: Mapped[bool] = mapped_column(default=False, server_default=false())
    completed_at: Mapped[datetime | None]
    priority: Mapped[str] = mapped_column(default="medium", server_default="medium")
    due_date: Mapped[datetime | None]
    creator_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"))
    is_private: Mapped[bool] = mapped_column(default=False, server_default=false())
    """In a team, seen by its creator and assignee only."""
    google_calendar_event_id: Mapped[str | None]

    __table_args__ = (
        not_blank("title", 500),
        one_of("priority", LEVELS),
        Index(None, "creator_id", "completed", "due_date"),
        Index(None, "assignee_id", "completed", "due_date"),
        Index(None, "team_id", "completed", "due_date"),
    )


class Reminder(Dated, Table):
    """Something one person wants to be told at a time."""

    __tablename__ = "reminders_convonet"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    reminder_text: Mapped[str]
    importance: Mapped[str] = mapped_column(default="medium", server_default="medium")
    reminder_date: Mapped[datetime]
    google_calendar_event_id: Mapped[str | None]

    __table_args__ = (
        not_blank("reminder_text", 500),
        one_of("importance", LEVELS),
        Index(None, "user_id", "reminder_date"),
        Index(None, "reminder_date"),
    )


class CalendarEvent(Dated, Table):
    """An appointment of one person."""

    __tablename__ = "calendar_events_convonet"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    title: Mapped[str]
    description: Mapped[str | None]
    event_from: Mapped[datetime]
    event_to: Mapped[datetime]
    google_calendar_event_id: Mapped[str | None]

    __table_args__ = (
        not_blank("title", 500),
        CheckConstraint("event_to > event_from", name="event_to"),
        Index(None, "user_id", "event_from"),
    )
