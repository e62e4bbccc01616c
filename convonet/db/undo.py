"""How a change to a row is remembered, and taken back."""

from datetime import datetime
from typing import Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, JsonValue
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.models import CalendarEvent, Reminder, Todo
from convonet.db.models.table import Json
from convonet.errors import Conflict

Row = Todo | Reminder | CalendarEvent
Kind = Literal["todo", "reminder", "event"]

_KINDS: Final[dict[Kind, type[Row]]] = {
    "todo": Todo,
    "reminder": Reminder,
    "event": CalendarEvent,
}
_NOT_COMPARED: Final = ("created_at", "updated_at")


class Undo(BaseModel):
    """A change as `tool_effects.undo` holds it."""

    kind: Kind
    id: UUID
    action: Literal["created", "changed", "deleted"]
    before: Json = {}
    """The columns as they were: all of a deleted row's, only the changed ones otherwise."""
    after: Json = {}

    @classmethod
    def created(cls, row: Row) -> Self:
        """Remember that `row` is new."""
        return cls(kind=kind_of(row), id=row.id, action="created")

    @classmethod
    def deleted(cls, row: Row) -> Self:
        """Remember `row`, which is about to go."""
        return cls(kind=kind_of(row), id=row.id, action="deleted", before=snapshot(row))

    @classmethod
    def changed(cls, row: Row, before: Json) -> Self | None:
        """Remember what differs from `before` (a `snapshot`); None when nothing does."""
        after = {key: value for key, value in snapshot(row).items() if before[key] != value}
        for key in _NOT_COMPARED:
            after.pop(key, None)
        if not after:
            return None
        old = {key: before[key] for key in after}
        return cls(kind=kind_of(row), id=row.id, action="changed", before=old, after=after)


def kind_of(row: Row) -> Kind:
    """Return what people call such a row."""
    return next(kind for kind, table in _KINDS.items() if isinstance(row, table))


def snapshot(row: Row) -> Json:
    """Return the row's columns as JSON."""
    return {column: _to_json(getattr(row, column)) for column in _columns(type(row))}


async def revert(session: AsyncSession, undo: Undo) -> Row:
    """Take the change back; return the row as it is now (or was, when it is gone again).

    Does not ask who may: that is up to the caller of this function.

    Raises:
        Conflict: somebody has changed or deleted it since.
    """
    if undo.action == "deleted":
        return await _restore(session, undo)
    row = await session.get(_KINDS[undo.kind], undo.id, with_for_update=True)
    if row is None:
        raise Conflict(f"That {undo.kind} has been deleted since.")
    if undo.action == "created":
        await session.delete(row)
        await session.flush()
        return row
    now = snapshot(row)
    if any(now[key] != value for key, value in undo.after.items()):
        raise Conflict(f"That {undo.kind} has been changed again since, so I left it as it is.")
    _assign(row, undo.before)
    await session.flush()
    return row


async def _restore(session: AsyncSession, undo: Undo) -> Row:
    row = _KINDS[undo.kind]()
    _assign(row, undo.before)
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise Conflict(f"That {undo.kind} can't be brought back any more.") from error
    return row


def _columns(table: type[Row]) -> dict[str, type]:
    return {column.key: column.type.python_type for column in inspect(table).columns}


def _assign(row: Row, values: Json) -> None:
    types = _columns(type(row))
    for key, value in values.items():
        setattr(row, key, _from_json(value, types[key]))


def _to_json(value: object) -> JsonValue:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, (str, bool)):
        return value
    raise TypeError(f"a column holds a {type(value).__name__}")


def _from_json(value: JsonValue, type_: type) -> object:
    if not isinstance(value, str):
        return value
    if type_ is datetime:
        return datetime.fromisoformat(value)
    return UUID(value) if type_ is UUID else value
