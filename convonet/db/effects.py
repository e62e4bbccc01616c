"""What tools have changed: each change is made at most once, and the newest can be taken back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.models import ToolEffect
from convonet.db.models.table import Json
from convonet.errors import Conflict

_RECENT: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants to change something, by which tool, and under which key."""

    idempotency_key: str
    user_id: UUID
    tool: str
    arguments: Json
    call_id: str | None = None
    turn_id: str | None = None


async def claim(session: AsyncSession, wanted: Claim) -> Json | None:
    """Reserve the key until the transaction ends; return what was answered under it before.

    None means: nobody has, so make the change now and `settle` it in this same transaction. A
    second one with the same key waits here for the first to commit or give up.

    Raises:
        Conflict: the key belongs to somebody else.
    """
    statement = insert(ToolEffect).values(
        idempotency_key=wanted.idempotency_key,
        user_id=wanted.user_id,
        tool=wanted.tool,
        arguments=wanted.arguments,
        call_id=wanted.call_id,
        turn_id=wanted.turn_id,
    )
    mine = await session.scalar(
        statement.on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(
            ToolEffect.idempotency_key
        )
    )
    if mine is not None:
        return None
    earlier = await session.get_one(ToolEffect, wanted.idempotency_key)
    if earlier.user_id != wanted.user_id or earlier.result is None:
        raise Conflict("this idempotency key is taken")
    return earlier.result


async def settle(session: AsyncSession, key: str, result: Json, undo: Json | None) -> None:
    """Note what came of a claimed change, and how to take it back."""
    await session.execute(
        update(ToolEffect).where(ToolEffect.idempotency_key == key).values(result=result, undo=undo)
    )


async def newest_undoable(
    session: AsyncSession, user_id: UUID, call_id: str | None
) -> ToolEffect | None:
    """Return, locked, the user's newest change that can be and was not taken back.

    Only changes of this call, or of the last ten minutes.
    """
    # Two undos at once must take back two different changes, one after the other.
    await session.execute(select(func.pg_advisory_xact_lock(user_id.int & 0x7FFF_FFFF_FFFF_FFFF)))
    query = (
        select(ToolEffect)
        .where(
            ToolEffect.user_id == user_id,
            ToolEffect.undo.is_not(None),
            ToolEffect.undone_at.is_(None),
            or_(
                ToolEffect.created_at > func.now() - _RECENT,
                ToolEffect.call_id == call_id if call_id is not None else false(),
            ),
        )
        .order_by(ToolEffect.created_at.desc())
        .limit(1)
        .with_for_update()
    )
    return await session.scalar(query)
