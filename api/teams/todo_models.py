"""Todos of a team as the API takes and gives them."""

from datetime import UTC, datetime
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from api.teams.models import WITHOUT_NUL, Body, Description
from convonet.db.models import Level, Todo
from convonet.db.todos import Names

_YEARS: Final = range(1970, 2200)


def _sensible(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError("the year is out of range")
    return moment.astimezone(UTC)


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=WITHOUT_NUL),
    Field(examples=["Review the quarterly report"]),
]
DueDate = Annotated[
    AwareDatetime,
    AfterValidator(_sensible),
    Field(description="With an offset.", examples=["2026-03-14T15:00:00+01:00"]),
]


class NewTeamTodo(Body):
    """A todo for a team."""

    title: Title
    description: Description | None = None
    priority: Level = "medium"
    due_date: DueDate | None = None
    assignee_id: UUID | None = Field(default=None, description="A member of the team.")
    is_private: bool = Field(default=False, description="Only you and the assignee see it.")


class TodoChanges(Body):
    """What is to change; what is absent stays, and what is null is taken away where it can be."""

    title: Title | None = None
    description: Description | None = None
    priority: Level | None = None
    due_date: DueDate | None = None
    completed: bool | None = None
    assignee_id: UUID | None = Field(default=None, description="A member of the team.")


class TodoAnswer(BaseModel):
    """A todo of a team."""

    id: UUID
    title: str = Field(examples=["Review the quarterly report"])
    description: str | None
    priority: Level
    completed: bool
    completed_at: datetime | None
    due_date: datetime | None
    creator_id: UUID
    assignee_id: UUID | None
    assignee: str | None = Field(examples=["Ada Lovelace"])
    is_private: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, todo: Todo, names: Names) -> Self:
        """Return the todo as an answer."""
        columns = {name: getattr(todo, name) for name in cls.model_fields if name != "assignee"}
        assignee = names.people.get(todo.assignee_id) if todo.assignee_id else None
        return cls.model_validate({**columns, "assignee": assignee})


class TodosAnswer(BaseModel):
    """Some of a team's todos, the most important and soonest due first."""

    total: int
    todos: list[TodoAnswer]
