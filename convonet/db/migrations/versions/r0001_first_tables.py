"""The first tables: people, tasks, calls."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_LEVELS: Final = "IN ('low', 'medium', 'high', 'urgent')"


def upgrade() -> None:
    """Apply."""
    _create_people()
    _create_tasks()
    _create_calls()


def downgrade() -> None:
    """Take back."""
    for table in (
        "call_recordings_convonet",
        "tool_effects",
        "turns",
        "conversations",
        "calendar_events_convonet",
        "reminders_convonet",
        "todos_convonet",
        "team_memberships_convonet",
        "teams_convonet",
        "users_convonet",
    ):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "users_convonet",
        _id(),
        _text("email"),
        _text("username"),
        _text("password_hash"),
        _text("first_name", server_default=""),
        _text("last_name", server_default=""),
        _flag("is_active", default=True),
        _flag("is_verified"),
        _time("last_login_at", nullable=True),
        _text("voice_pin_hash", nullable=True),
        _text("time_zone", server_default="UTC"),
        *_dated(),
        _not_blank("email", 320),
        _not_blank("username", 100),
        sa.CheckConstraint("voice_pin_hash ~ '^[0-9a-f]{64}$'", name="voice_pin_hash"),
        sa.UniqueConstraint("voice_pin_hash"),
    )
    for column in ("email", "username"):
        op.create_index(
            f"uq_users_convonet_{column}",
            "users_convonet",
            [sa.literal_column(f"lower({column})")],
            unique=True,
        )
    op.create_table(
        "teams_convonet",
        _id(),
        _text("name"),
        _text("description", nullable=True),
        _flag("is_active", default=True),
        *_dated(),
        _not_blank("name", 200),
    )
    op.create_table(
        "team_memberships_convonet",
        _id(),
        _of("team_id", "teams_convonet.id"),
        _of("user_id", "users_convonet.id"),
        _text("role", server_default="member"),
        _time("joined_at", server_default=sa.func.now()),
        _time("updated_at", server_default=sa.func.now()),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member', 'viewer')", name="role"),
        sa.UniqueConstraint("team_id", "user_id"),
    )
    _index("team_memberships_convonet", "user_id")


def _create_tasks() -> None:
    op.create_table(
        "todos_convonet",
        _id(),
        _text("title"),
        _text("description", nullable=True),
        _flag("completed"),
        _time("completed_at", nullable=True),
        _text("priority", server_default="medium"),
        _time("due_date", nullable=True),
        _of("creator_id", "users_convonet.id"),
        _of("assignee_id", "users_convonet.id", "SET NULL"),
        _of("team_id", "teams_convonet.id", nullable=True),
        _flag("is_private"),
        _text("google_calendar_event_id", nullable=True),
        *_dated(),
        _not_blank("title", 500),
        sa.CheckConstraint(f"priority {_LEVELS}", name="priority"),
    )
    for column in ("creator_id", "assignee_id", "team_id"):
        _index("todos_convonet", column, "completed", "due_date")
    op.create_table(
        "reminders_convonet",
        _id(),
        _of("user_id", "users_convonet.id"),
        _text("reminder_text"),
        _text("importance", server_default="medium"),
        _time("reminder_date"),
        _text("google_calendar_event_id", nullable=True),
        *_dated(),
        _not_blank("reminder_text", 500),
        sa.CheckConstraint(f"importance {_LEVELS}", name="importance"),
    )
    _index("reminders_convonet", "user_id", "reminder_date")
    _index("reminders_convonet", "reminder_date")
    op.create_table(
        "calendar_events_convonet",
        _id(),
        _of("user_id", "users_convonet.id"),
        _text("title"),
        _text("description", nullable=True),
        _time("event_from"),
        _time("event_to"),
        _text("google_calendar_event_id", nullable=True),
        *_dated(),
        _not_blank("title", 500),
        sa.CheckConstraint("event_to > event_from", name="event_to"),
    )
    _index("calendar_events_convonet", "user_id", "event_from")


def _create_calls() -> None:
    op.create_table(
        "conversations",
        sa.Column("call_id", sa.Text(), primary_key=True),
        _text("workflow_id"),
        _of("user_id", "users_convonet.id", "SET NULL"),
        _text("channel"),
        _time("started_at"),
        _time("ended_at", nullable=True),
        _text("end_reason", nullable=True),
        sa.Column("providers", JSONB(), nullable=False),
        sa.CheckConstraint("channel IN ('browser', 'phone')", name="channel"),
        sa.UniqueConstraint("workflow_id"),
    )
    _index("conversations", "user_id", "started_at")
    _index("conversations", "started_at")
    op.create_table(
        "turns",
        sa.Column(
            "call_id",
            sa.Text(),
            sa.ForeignKey("conversations.call_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("ordinal", sa.Integer(), primary_key=True, autoincrement=False),
        _text("turn_id"),
        _text("said"),
        _flag("typed"),
        _text("generated"),
        _text("heard", nullable=True),
        _flag("interrupted"),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("timings", JSONB(), nullable=False),
        _time("at", nullable=True),
        sa.CheckConstraint("ordinal >= 0", name="ordinal"),
        sa.UniqueConstraint("call_id", "turn_id"),
    )
    op.create_table(
        "tool_effects",
        sa.Column("idempotency_key", sa.Text(), primary_key=True),
        _text("call_id", nullable=True),
        _text("turn_id", nullable=True),
        _of("user_id", "users_convonet.id"),
        _text("tool"),
        sa.Column("arguments", JSONB(), nullable=False),
        sa.Column("result", JSONB(), nullable=True),
        sa.Column("undo", JSONB(), nullable=True),
        _time("undone_at", nullable=True),
        _time("created_at", server_default=sa.func.now()),
    )
    _index("tool_effects", "user_id", "created_at")
    _index("tool_effects", "call_id")
    op.create_table(
        "call_recordings_convonet",
        _id(),
        _text("call_sid"),
        _of("user_id", "users_convonet.id", "SET NULL"),
        _text("from_number", nullable=True),
        _text("to_number", nullable=True),
        _text("recording_path", nullable=True),
        _text("transcription", nullable=True),
        _text("status", server_default="in_progress"),
        *_dated(),
        sa.UniqueConstraint("call_sid"),
    )
    _index("call_recordings_convonet", "user_id")


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("gen_random_uuid()"))


def _text(
    name: str, *, nullable: bool = False, server_default: str | None = None
) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=server_default)


def _flag(name: str, *, default: bool = False) -> sa.Column[bool]:
    return sa.Column(
        name, sa.Boolean(), nullable=False, server_default=sa.true() if default else sa.false()
    )


def _time(
    name: str, *, nullable: bool = False, server_default: sa.FunctionElement[datetime] | None = None
) -> sa.Column[object]:
    type_ = sa.DateTime(timezone=True)
    return sa.Column(name, type_, nullable=nullable, server_default=server_default)


def _dated() -> tuple[sa.Column[object], ...]:
    return tuple(_time(name, server_default=sa.func.now()) for name in ("created_at", "updated_at"))


def _of(
    name: str, column: str, ondelete: str = "CASCADE", *, nullable: bool = False
) -> sa.Column[object]:
    key = sa.ForeignKey(column, ondelete=ondelete)
    return sa.Column(name, sa.Uuid(), key, nullable=nullable or ondelete == "SET NULL")


def _not_blank(column: str, longest: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"btrim({column}) <> '' AND char_length({column}) <= {longest}", name=column
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
