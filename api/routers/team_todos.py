"""`/api/teams/{team_id}/todos`: what a team wants done."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import documented
from api.deps import AppState
from api.signed_in import TOKEN_REFUSALS, SignedIn
from api.teams.access import InTeam
from api.teams.models import Limit, Offset
from api.teams.todo_models import NewTeamTodo, TodoAnswer, TodoChanges, TodosAnswer
from convonet.db import teams
from convonet.db.engine import transaction
from convonet.db.models import Level, Todo
from convonet.db.todos import TodoFilter, changeable_todo, list_todos, names_on
from convonet.errors import Denied, NotFound
from convonet.teams import membership
from convonet.teams.permissions import Action
from convonet.teams.refusals import NoSuchMember

router = APIRouter(prefix="/api/teams/{team_id}/todos", tags=["teams"])

_IN_TEAM = (*TOKEN_REFUSALS, NotFound)


@router.get("", responses=documented(*_IN_TEAM))
async def list_team_todos(  # noqa: PLR0913
    state: AppState,
    who: SignedIn,
    found: InTeam,
    *,
    status: Literal["open", "completed", "all"] = "open",
    priority: Level | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> TodosAnswer:
    """List the todos of a team, without private ones that others made for others."""
    wanted = TodoFilter(status=status, priority=priority, team_id=found.team.id)
    async with transaction(state["db"]) as session:
        todos, total = await list_todos(session, who.user_id, wanted, limit, offset)
        names = await names_on(session, todos)
    return TodosAnswer(total=total, todos=[TodoAnswer.of(todo, names) for todo in todos])


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(*_IN_TEAM, Denied, NoSuchMember),
)
async def create_team_todo(
    team_id: UUID, body: NewTeamTodo, state: AppState, who: SignedIn
) -> TodoAnswer:
    """Add a todo for a team."""
    async with transaction(state["db"]) as session:
        await membership.permitted(session, who.user_id, team_id, Action.CREATE_TODO)
        if body.assignee_id is not None:
            await _require_member(session, team_id, body.assignee_id)
        todo = Todo(team_id=team_id, creator_id=who.user_id, **body.model_dump())
        session.add(todo)
        await session.flush()
        return await _answer(session, todo)


@router.patch("/{todo_id}", responses=documented(*_IN_TEAM, Denied, NoSuchMember))
async def change_team_todo(
    team_id: UUID, todo_id: UUID, body: TodoChanges, state: AppState, who: SignedIn
) -> TodoAnswer:
    """Change, assign, complete or open a todo of a team."""
    async with transaction(state["db"]) as session:
        todo = await _changeable(session, who.user_id, team_id, todo_id)
        if body.assignee_id is not None:
            await _require_member(session, team_id, body.assignee_id)
        _apply(todo, body)
        await session.flush()
        return await _answer(session, todo)


@router.delete(
    "/{todo_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(*_IN_TEAM, Denied),
)
async def delete_team_todo(team_id: UUID, todo_id: UUID, state: AppState, who: SignedIn) -> None:
    """Delete a todo of a team."""
    async with transaction(state["db"]) as session:
        await session.delete(await _changeable(session, who.user_id, team_id, todo_id))


async def _changeable(session: AsyncSession, user_id: UUID, team_id: UUID, todo_id: UUID) -> Todo:
    await teams.standing(session, user_id, team_id)
    todo = await changeable_todo(session, user_id, todo_id)
    if todo.team_id != team_id:
        raise NotFound("There is no such todo.")
    return todo


async def _require_member(session: AsyncSession, team_id: UUID, user_id: UUID) -> None:
    if await teams.role_of(session, team_id, user_id) is None:
        raise NoSuchMember("There is nobody like that in the team.")


def _apply(todo: Todo, changes: TodoChanges) -> None:
    given = changes.model_dump(include=changes.model_fields_set)
    completed = given.pop("completed", None)
    for column, value in given.items():
        if value is not None or column in ("description", "due_date", "assignee_id"):
            setattr(todo, column, value)
    if completed is not None and completed != todo.completed:
        todo.completed = completed
        todo.completed_at = datetime.now(UTC) if completed else None


async def _answer(session: AsyncSession, todo: Todo) -> TodoAnswer:
    return TodoAnswer.of(todo, await names_on(session, [todo]))
