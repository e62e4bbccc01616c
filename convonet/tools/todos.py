"""The MCP server `todos`."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from mcp_types import CallToolResult
from pydantic import Field

from convonet.db.models import Level, Todo
from convonet.db.todos import TodoFilter, list_todos
from convonet.db.undo import Undo, snapshot
from convonet.tools.annotations import CHANGES, DESTROYS, READS, Limit
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.todo_creating import (
    Date,
    Description,
    NewTodo,
    Person,
    Priority,
    TeamName,
    Title,
    due,
)
from convonet.tools.todo_lookup import find_assignee, find_team, find_todo
from convonet.tools.todo_words import ManyTodos, OneTodo, answer_many, answer_one, due_clause

Which = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        description="Which todo: its title as the caller said it (need not be exact), or its id.",
    ),
]


def todos_server(desk: Desk) -> ToolServer:
    """Return the server; every call goes through `desk`."""
    server = ToolServer("todos", instructions="Todos of the signed-in caller and their teams.")
    _add_reading(server, desk)
    _add_creating(server, desk)
    _add_completing(server, desk)
    _add_updating(server, desk)
    _add_deleting(server, desk)
    return server


def _add_reading(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=READS)
    async def get_todos(  # noqa: PLR0913
        ctx: ToolContext,
        *,
        status: Annotated[
            Literal["open", "completed", "all"], Field(description="Open ones unless asked.")
        ] = "open",
        priority: Priority | None = None,
        due_from: Date | None = None,
        due_before: Date | None = None,
        team: TeamName | None = None,
        limit: Limit = 20,
    ) -> Annotated[CallToolResult, ManyTodos]:
        """List the caller's todos, the most important and soonest due first.

        `due_from` and `due_before` narrow it down to todos due in a span of time.
        """

        async def do(work: Work) -> Answer:
            place = await find_team(work, team) if team else None
            wanted = TodoFilter(
                status=status,
                priority=priority,
                due_from=due(work, due_from, of_a_day="start"),
                due_before=due(work, due_before, of_a_day="start"),
                team_id=place.team_id if place else None,
            )
            todos, total = await list_todos(work.session, work.user_id, wanted, limit)
            return await answer_many(work, todos, total, wanted, place.name if place else None)

        return await desk.read(ctx, do)


def _add_creating(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def create_todo(  # noqa: PLR0913
        ctx: ToolContext,
        *,
        title: Annotated[
            Title, Field(description="What is to be done, short: 'Review the quarterly report'.")
        ],
        description: Description | None = None,
        priority: Priority = "medium",
        due_date: Date | None = None,
        team: TeamName | None = None,
        assignee: Person | None = None,
        is_private: Annotated[
            bool, Field(description="In a team: only for its creator and assignee to see.")
        ] = False,
    ) -> Annotated[CallToolResult, OneTodo]:
        """Add a todo for the caller, or for one of their teams."""
        wanted = NewTodo(title, description, priority, due_date, team, assignee, is_private)
        return await desk.change(ctx, wanted.create)


def _add_completing(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def complete_todo(ctx: ToolContext, title: Which) -> Annotated[CallToolResult, OneTodo]:
        """Mark a todo as completed."""

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            todo = await find_todo(work, title)
            if todo.completed:
                text = f"That one was already completed: {todo.title}."
                return await answer_one(work, todo, text, "Already completed"), None
            before = snapshot(todo)
            _complete(work, todo, completed=True)
            await work.session.flush()
            text = f"I've marked it as completed: {todo.title}."
            return await answer_one(work, todo, text, "Completed"), Undo.changed(todo, before)

        return await desk.change(ctx, do)


def _add_updating(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def update_todo(  # noqa: PLR0913
        ctx: ToolContext,
        *,
        title: Which,
        new_title: Title | None = None,
        description: Description | None = None,
        priority: Priority | None = None,
        due_date: Annotated[str, Field(description="As in create_todo; 'none' removes it.")]
        | None = None,
        completed: Annotated[bool, Field(description="False opens it again.")] | None = None,
        assignee: Person | None = None,
    ) -> Annotated[CallToolResult, OneTodo]:
        """Change a todo. Only what is given is changed."""
        wanted = _Wanted(new_title, description, priority, due_date, completed, assignee)

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            todo = await find_todo(work, title)
            before = snapshot(todo)
            await _apply(work, todo, wanted)
            undo = Undo.changed(todo, before)
            return await answer_one(work, todo, _changed(todo, undo, work), "Changed"), undo

        return await desk.change(ctx, do)


def _add_deleting(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=DESTROYS)
    async def delete_todo(ctx: ToolContext, title: Which) -> Annotated[CallToolResult, OneTodo]:
        """Delete a todo for good. To mark it as done, use complete_todo instead."""

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            todo = await find_todo(work, title)
            undo = Undo.deleted(todo)
            answer = await answer_one(
                work, todo, f"I've deleted the todo: {todo.title}.", "Deleted"
            )
            await work.session.delete(todo)
            await work.session.flush()
            return answer, undo

        return await desk.change(ctx, do)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be changed about a todo; None leaves it as it is."""

    title: str | None
    description: str | None
    priority: Level | None
    due_date: str | None
    completed: bool | None
    assignee: str | None


async def _apply(work: Work, todo: Todo, wanted: _Wanted) -> None:
    for column in ("title", "description", "priority"):
        if (value := getattr(wanted, column)) is not None:
            setattr(todo, column, value)
    if wanted.due_date:
        clear = wanted.due_date.strip().casefold() == "none"
        todo.due_date = None if clear else due(work, wanted.due_date)
    if wanted.completed is not None and wanted.completed != todo.completed:
        _complete(work, todo, completed=wanted.completed)
    if wanted.assignee:
        todo.assignee_id = await _assignee(work, todo, wanted.assignee)
    await work.session.flush()


def _complete(work: Work, todo: Todo, *, completed: bool) -> None:
    todo.completed = completed
    todo.completed_at = work.now if completed else None


async def _assignee(work: Work, todo: Todo, said: str) -> UUID:
    place = await find_team(work, str(todo.team_id)) if todo.team_id else None
    return await find_assignee(work, said, place)


def _changed(todo: Todo, undo: Undo | None, work: Work) -> str:
    if undo is None:
        return f"It was already like that: {todo.title}."
    now = [words for column, words in _changes(todo, work).items() if column in undo.after]
    return f"I've changed the todo: {'; '.join([todo.title, *now])}."


def _changes(todo: Todo, work: Work) -> dict[str, str]:
    due = due_clause(todo, work).removeprefix(", ") or "no longer due on a date"
    return {
        "priority": f"now {todo.priority} priority",
        "due_date": f"now {due}" if todo.due_date else due,
        "completed": "completed" if todo.completed else "open again",
        "assignee_id": "assigned",
        "description": "with a new description",
    }
