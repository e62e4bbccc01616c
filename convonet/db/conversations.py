"""Queries about conversations. Callers own the session and its transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.contracts.assistant import Step, Turn
from convonet.contracts.conversation import CloseCall, OpenConversation, Providers, SaveTurn
from convonet.db.models import Conversation, SpokenTurn, User
from convonet.db.users import display_name
from convonet.errors import NotFound, Unavailable

_STEPS: Final = TypeAdapter(tuple[Step, ...])
_FOREIGN_KEY_VIOLATION: Final = "23503"


@dataclass(frozen=True, slots=True)
class CallSummary:
    """A conversation as one line of a list."""

    call_id: str
    workflow_id: str
    caller_name: str
    """Empty when the account is gone."""
    channel: str
    providers: Providers
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    turns: int


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn as it was written down."""

    ordinal: int
    turn_id: str
    said: str
    typed: bool
    generated: str
    heard: str | None
    interrupted: bool
    steps: tuple[Step, ...]
    timings_ms: dict[str, int]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A conversation with all its turns, in order."""

    summary: CallSummary
    turns: tuple[TurnRecord, ...]


async def open_conversation(session: AsyncSession, request: OpenConversation) -> None:
    """Write down that a conversation has begun. Safe to repeat: the first one stands.

    An account that was deleted meanwhile leaves a conversation without an owner.
    """
    conversation = request.conversation
    caller = select(User.id).where(User.id == conversation.caller.user_id).scalar_subquery()
    statement = insert(Conversation).values(
        call_id=conversation.call_id,
        workflow_id=request.workflow_id,
        user_id=caller,
        channel=conversation.channel.value,
        started_at=datetime.fromisoformat(conversation.started_at),
        providers=conversation.providers.model_dump(),
    )
    await session.execute(statement.on_conflict_do_nothing(index_elements=["call_id"]))


async def save_turn(session: AsyncSession, request: SaveTurn) -> None:
    """Write down a turn as it is known now; a later save of the same ordinal adds to it.

    Raises:
        Unavailable: the conversation itself is not written down yet.
    """
    turn = _storable(request.turn)
    statement = insert(SpokenTurn).values(
        call_id=request.call_id,
        ordinal=request.ordinal,
        turn_id=turn.turn_id,
        said=turn.said,
        typed=turn.typed,
        generated=" ".join(step.text for step in turn.steps if step.text),
        heard=turn.heard,
        interrupted=turn.interrupted,
        steps=_STEPS.dump_python(turn.steps, mode="json"),
        timings=request.timings_ms,
        at=datetime.fromisoformat(turn.at) if turn.at else None,
    )
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["call_id", "ordinal"],
        set_={
            "said": new.said,
            "typed": new.typed,
            "generated": new.generated,
            "heard": func.coalesce(new.heard, SpokenTurn.heard),
            "interrupted": new.interrupted,
            "steps": new.steps,
            "timings": SpokenTurn.timings.op("||")(new.timings),
            "at": func.coalesce(new.at, SpokenTurn.at),
        },
    )
    try:
        await session.execute(statement)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == _FOREIGN_KEY_VIOLATION:
            raise Unavailable("the conversation is not written down yet") from error
        raise


def _storable(turn: Turn) -> Turn:
    """Return a turn without NUL characters: PostgreSQL takes them in neither text nor JSON."""
    return Turn.model_validate(_without_nul(turn.model_dump(mode="json")))


def _without_nul(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {name.replace("\0", ""): _without_nul(item) for name, item in value.items()}
    return value


async def close_conversation(session: AsyncSession, request: CloseCall) -> None:
    """Write down that a conversation has ended. Safe to repeat: the first end stands.

    Raises:
        Unavailable: the conversation itself is not written down yet.
    """
    statement = (
        update(Conversation)
        .where(Conversation.call_id == request.call_id)
        .values(
            ended_at=func.coalesce(Conversation.ended_at, func.now()),
            end_reason=func.coalesce(Conversation.end_reason, request.reason),
        )
        .returning(Conversation.call_id)
    )
    if await session.scalar(statement) is None:
        raise Unavailable("the conversation is not written down yet")


async def list_calls(
    session: AsyncSession, user_id: UUID | None, limit: int, before: datetime | None
) -> list[CallSummary]:
    """Return up to `limit` conversations begun before `before`, newest first.

    Everybody's when `user_id` is None.
    """
    query = _summaries().order_by(Conversation.started_at.desc(), Conversation.call_id)
    if user_id is not None:
        query = query.where(Conversation.user_id == user_id)
    if before is not None:
        query = query.where(Conversation.started_at < before)
    rows = await session.execute(query.limit(limit))
    return [_summary(conversation, user, turns) for conversation, user, turns in rows]


async def show_call(session: AsyncSession, call_id: str) -> CallRecord:
    """Return a conversation with every turn.

    Raises:
        NotFound: there is no such call.
    """
    found = await session.execute(_summaries().where(Conversation.call_id == call_id))
    row = found.one_or_none()
    if row is None:
        raise NotFound(f"there is no call {call_id}")
    query = select(SpokenTurn).where(SpokenTurn.call_id == call_id).order_by(SpokenTurn.ordinal)
    turns = tuple(_turn(turn) for turn in await session.scalars(query))
    return CallRecord(summary=_summary(*row), turns=turns)


def _summaries() -> Select[Conversation, User, int]:
    turns = select(func.count()).where(SpokenTurn.call_id == Conversation.call_id).scalar_subquery()
    return select(Conversation, User, turns).outerjoin(User, User.id == Conversation.user_id)


def _summary(conversation: Conversation, user: User | None, turns: int) -> CallSummary:
    return CallSummary(
        call_id=conversation.call_id,
        workflow_id=conversation.workflow_id,
        caller_name=display_name(user) if user else "",
        channel=conversation.channel,
        providers=Providers.model_validate(conversation.providers, extra="ignore"),
        started_at=conversation.started_at,
        ended_at=conversation.ended_at,
        end_reason=conversation.end_reason,
        turns=turns,
    )


def _turn(turn: SpokenTurn) -> TurnRecord:
    return TurnRecord(
        ordinal=turn.ordinal,
        turn_id=turn.turn_id,
        said=turn.said,
        typed=turn.typed,
        generated=turn.generated,
        heard=turn.heard,
        interrupted=turn.interrupted,
        steps=_STEPS.validate_python(turn.steps, extra="ignore"),
        timings_ms=turn.timings,
        at=turn.at,
    )
