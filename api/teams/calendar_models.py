"""A team's calendar as the API gives it."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from convonet.db.team_calendar import Entry

_YEARS: Final = range(1970, 2200)


def _sensible(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError("the year is out of range")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]
From = Annotated[
    Moment | None,
    Query(description="With an offset; now unless given.", examples=["2026-03-09T00:00:00+01:00"]),
]
Before = Annotated[
    Moment | None,
    Query(
        description="With an offset; 30 days after `date_from` unless given, at most 366.",
        examples=["2026-03-16T00:00:00+01:00"],
    ),
]


class EntryAnswer(BaseModel):
    """A todo of the team that is due, or an event of yours."""

    kind: Literal["todo", "event"]
    id: UUID
    title: str = Field(examples=["Review the quarterly report"])
    starts: datetime
    ends: datetime = Field(description="Of a todo the same as `starts`.")
    assignee_id: UUID | None = Field(description="Who is to do the todo.")
    completed: bool

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Return the entry as an answer."""
        return cls.model_validate(entry, from_attributes=True)


class CalendarAnswer(BaseModel):
    """Some of what there is between two moments, the earliest first."""

    date_from: datetime
    date_before: datetime
    total: int
    entries: list[EntryAnswer]
