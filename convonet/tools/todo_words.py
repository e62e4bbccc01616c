"""Todos as the model reads them and as a voice says them."""

from collections.abc import Sequence

from pydantic import BaseModel

from convonet.db.models import Todo
from convonet.db.todos import Names, TodoFilter, names_on
from convonet.tools.desk import Answer, Work
from convonet.tools.spoken import count, enumerated, excerpt
from convonet.tools.times import iso_local, speak_moment


class TodoView(BaseModel):
    """A todo, dates in the caller's time zone."""

    id: str
    title: str
    description: str | None
    priority: str
    completed: bool
    due_date: str | None
    team: str | None
    assignee: str | None
    is_private: bool


class OneTodo(BaseModel):
    """The todo a tool has worked on."""

    todo: TodoView


class ManyTodos(BaseModel):
    """Some of the todos there are."""

    total: int
    todos: list[TodoView]


def view(todo: Todo, names: Names, work: Work) -> TodoView:
    """Return what the model may know of a todo."""
    return TodoView(
        id=str(todo.id),
        title=todo.title,
        description=todo.description,
        priority=todo.priority,
        completed=todo.completed,
        due_date=iso_local(todo.due_date, work.zone) if todo.due_date else None,
        team=names.teams.get(todo.team_id) if todo.team_id else None,
        assignee=names.people.get(todo.assignee_id) if todo.assignee_id else None,
        is_private=todo.is_private,
    )


async def answer_one(work: Work, todo: Todo, text: str, summary: str) -> Answer:
    """Return the answer of a tool that has worked on one todo."""
    names = await names_on(work.session, [todo])
    data = OneTodo(todo=view(todo, names, work))
    return Answer(
        text=text,
        summary=f"{summary}: {excerpt(todo.title)}",
        data=data.model_dump(mode="json"),
    )


async def answer_many(
    work: Work, todos: Sequence[Todo], total: int, wanted: TodoFilter, team: str | None
) -> Answer:
    """Return the answer of a tool that lists todos."""
    names = await names_on(work.session, todos)
    kind = _kind(wanted)
    where = f" in {team}" if team else ""
    data = ManyTodos(total=total, todos=[view(todo, names, work) for todo in todos])
    summary = count(total, f"{kind}todo")
    if not todos:
        text = f"You have no {kind}todos{where}."
    else:
        listed = enumerated([_listed(todo, work) for todo in todos], total)
        text = f"You have {count(total, f'{kind}todo')}{where}: {listed}."
    return Answer(text=text, summary=summary, data=data.model_dump(mode="json"))


def due_clause(todo: Todo, work: Work) -> str:
    """Return ", due tomorrow at 2 PM", or nothing."""
    return f", due {speak_moment(todo.due_date, work.now, work.zone)}" if todo.due_date else ""


def _kind(wanted: TodoFilter) -> str:
    status = "" if wanted.status == "all" else f"{wanted.status} "
    return status + (f"{wanted.priority} priority " if wanted.priority else "")


def _listed(todo: Todo, work: Work) -> str:
    importance = f", {todo.priority} priority" if todo.priority in ("high", "urgent") else ""
    return f"{todo.title}{importance}{due_clause(todo, work)}"
