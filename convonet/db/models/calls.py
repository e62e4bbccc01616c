"""What was said and done: conversations, their turns, what tools changed, recordings."""

from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from convonet.contracts.conversation import Channel
from convonet.db.models.people import User
from convonet.db.models.table import Dated, Id, Json, Now, Table, one_of


class Conversation(Table):
    """Everything from hello to goodbye: one row per conversation workflow."""

    __tablename__ = "conversations"

    call_id: Mapped[str] = mapped_column(primary_key=True)
    workflow_id: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id, ondelete="SET NULL"))
    channel: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    providers: Mapped[Json] = mapped_column(JSONB)

    __table_args__ = (
        one_of("channel", Channel),
        UniqueConstraint("workflow_id"),
        Index(None, "user_id", "started_at"),
        Index(None, "started_at"),
    )


class SpokenTurn(Table):
    """What the caller said and what came of it, in the order of the call."""

    __tablename__ = "turns"

    call_id: Mapped[str] = mapped_column(
        ForeignKey(Conversation.call_id, ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn_id: Mapped[str]
    said: Mapped[str]
    typed: Mapped[bool] = mapped_column(server_default=false())
    generated: Mapped[str]
    """Every word the assistant made, heard or not."""
    heard: Mapped[str | None]
    """The part that was really played; null while it is not known."""
    interrupted: Mapped[bool] = mapped_column(server_default=false())
    steps: Mapped[list[JsonValue]] = mapped_column(JSONB)
    """`contracts.assistant.Step`s: words, tool calls and the state each call ended in."""
    timings: Mapped[dict[str, int]] = mapped_column(JSONB)
    """ms by stage, as in `contracts.voice.Timings`."""
    at: Mapped[datetime | None]
    """When the caller had finished."""

    __table_args__ = (
        UniqueConstraint("call_id", "turn_id"),
        CheckConstraint("ordinal >= 0", name="ordinal"),
    )


class ToolEffect(Table):
    """A change a tool has made, written with the change: its key can never act twice."""

    __tablename__ = "tool_effects"

    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str | None]
    """No foreign key: a tool may be called from outside any conversation."""
    turn_id: Mapped[str | None]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    tool: Mapped[str]
    arguments: Mapped[Json] = mapped_column(JSONB)
    result: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """What the tool answered; a repeat answers the same."""
    undo: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """The rows as they were before; null when there is nothing to take back."""
    undone_at: Mapped[datetime | None]
    created_at: Mapped[Now]

    __table_args__ = (Index(None, "user_id", "created_at"), Index(None, "call_id"))


class CallRecording(Dated, Table):
    """A recorded telephone call."""

    __tablename__ = "call_recordings_convonet"

    id: Mapped[Id]
    call_sid: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(User.id, ondelete="SET NULL"), index=True
    )
    from_number: Mapped[str | None]
    to_number: Mapped[str | None]
    recording_path: Mapped[str | None]
    transcription: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="in_progress", server_default="in_progress")

    __table_args__ = (UniqueConstraint("call_sid"),)
