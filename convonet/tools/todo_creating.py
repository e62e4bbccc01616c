"""Makes todos, personal ones and a team's, and says what tools take that do."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from convonet.db.models import Level, Todo
from convonet.db.todos import require_may_change
from convonet.db.undo import Undo
from convonet.tools.desk import Answer, Work
from convonet.tools.times import END_OF_DAY, parse_when
from convonet.tools.todo_lookup import find_assignee, find_team
from convonet.tools.todo_words import answer_one, due_clause

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Description = Annotated[str, Field(max_length=5_000)]
Priority = Annotated[Level, Field(description="How much it matters.")]
Date = Annotated[
    str,
    Field(
        description="ISO 8601, the caller's local time: 2026-03-14T15:00, or 2026-03-14 for a day."
    ),
]
TeamName = Annotated[str, Field(description="One of the caller's teams: its name or id.")]
Person = Annotated[
    str, Field(description="Who is to do it: a teammate's name or e-mail address, or 'me'.")
]


@dataclass(frozen=True, slots=True)
class NewTodo:
    """A todo as it was asked for."""

    title: str
    description: str | None
    priority: Level
    due_date: str | None
    team: str | None
    assignee: str | None
    is_private: bool = False

    async def create(self, work: Work) -> tuple[Answer, Undo | None]:
        """Make it.

        Raises:
            NotFound, Conflict: team or assignee are not found, or several are like that.
            Denied: the caller may not make todos there.
        """
        place = await find_team(work, self.team) if self.team else None
        if place:
            await require_may_change(work.session, work.user_id, place.team_id)
        assignee = await find_assignee(work, self.assignee, place) if self.assignee else None
        todo = Todo(
            title=self.title,
            description=self.description,
            priority=self.priority,
            due_date=due(work, self.due_date),
            creator_id=work.user_id,
            team_id=place.team_id if place else None,
            assignee_id=assignee,
            is_private=self.is_private,
        )
        work.session.add(todo)
        await work.session.flush()
        where = f" for {place.name}" if place else ""
        text = f"I've added {_kind(self.priority)}{where}: {todo.title}{due_clause(todo, work)}."
        return await answer_one(work, todo, text, "Added"), Undo.created(todo)


def due(work: Work, text: str | None, of_a_day: Literal["start", "end"] = "end") -> datetime | None:
    """Return the moment; a date without a time means the day's end when due, its start in spans."""
    if not text or not text.strip():
        return None
    without_time = END_OF_DAY if of_a_day == "end" else time()
    return parse_when(text, work.zone, without_time=without_time)


def _kind(priority: Level) -> str:
    """Return "a todo" with its priority, unless that is the ordinary one: nobody asked for it."""
    if priority == "medium":
        return "a todo"
    return f"{'an' if priority == 'urgent' else 'a'} {priority} priority todo"
