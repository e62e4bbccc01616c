"""The MCP server `changes`: what was done can be taken back."""

from typing import Annotated, Final

from mcp_types import CallToolResult
from pydantic import BaseModel, Discriminator, TypeAdapter
from sqlalchemy import func

from convonet.db.effects import newest_undoable
from convonet.db.models import Reminder, Todo
from convonet.db.todos import require_may_change, require_visible
from convonet.db.undo import Row, Undo, kind_of, revert
from convonet.errors import NotFound
from convonet.teams.permissions import article
from convonet.teams.undoing import MemberUndo, TeamUndo
from convonet.tools.annotations import CHANGES
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.spoken import excerpt

_UNDOS: Final = TypeAdapter[Undo | MemberUndo | TeamUndo](
    Annotated[Undo | MemberUndo | TeamUndo, Discriminator("kind")]
)
_SAYS: Final = {
    "created": "I've taken that back: the {kind} {name!r} is gone again.",
    "changed": "I've taken that back: the {kind} {name!r} is as it was before.",
    "deleted": "I've taken that back: the {kind} {name!r} is there again.",
}


class UndoneChange(BaseModel):
    """The change that was taken back."""

    tool: str
    kind: str
    id: str
    name: str


def changes_server(desk: Desk) -> ToolServer:
    """Return the server; every call goes through `desk`."""
    server = ToolServer("changes", instructions="Takes back what other tools have changed.")

    @server.tool(annotations=CHANGES)
    async def undo_last_change(ctx: ToolContext) -> Annotated[CallToolResult, UndoneChange]:
        """Take back the newest change made for the caller by a tool, in this call or just before.

        Call it again to take back the one before that.
        """
        return await desk.change(ctx, _undo)

    return server


async def _undo(work: Work) -> tuple[Answer, Undo | None]:
    effect = await newest_undoable(work.session, work.user_id, work.call_id)
    if effect is None:
        raise NotFound("There is nothing to take back.")
    undo = _UNDOS.validate_python(effect.undo)
    if not isinstance(undo, Undo):
        name = await undo.revert(work.session, work.user_id)
        effect.undone_at = func.now()
        return _answer_team(effect.tool, undo, name), None
    if undo.kind == "todo":
        await require_visible(work.session, work.user_id, undo.id)
    row = await revert(work.session, undo)
    await _require_still_allowed(work, row)
    effect.undone_at = func.now()
    name = row.reminder_text if isinstance(row, Reminder) else row.title
    data = UndoneChange(tool=effect.tool, kind=kind_of(row), id=str(row.id), name=name)
    answer = Answer(
        text=_SAYS[undo.action].format(kind=undo.kind, name=name),
        summary=f"Undone: {excerpt(name)}",
        data=data.model_dump(),
    )
    return answer, None


def _answer_team(tool: str, undo: MemberUndo | TeamUndo, name: str) -> Answer:
    if isinstance(undo, TeamUndo):
        id_, text = undo.id, _SAYS[undo.action].format(kind="team", name=name)
    else:
        again = f"{article(undo.before)} {undo.before} again" if undo.before else "out again"
        id_, text = undo.user_id, f"I've taken that back: {name} is {again}."
    data = UndoneChange(tool=tool, kind=undo.kind, id=str(id_), name=name)
    return Answer(text=text, summary=f"Undone: {excerpt(name)}", data=data.model_dump())


async def _require_still_allowed(work: Work, row: Row) -> None:
    """Somebody who has left the team since, or only views it now, changes nothing there."""
    if isinstance(row, Todo):
        await require_may_change(work.session, work.user_id, row.team_id)
