"""Teams and their members as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.accounts.models import Email
from convonet.db.models import Role
from convonet.db.teams import Member, TeamLine

WITHOUT_NUL: Final = r"^[^\x00]*$"
"""PostgreSQL takes every character but this one."""

TeamName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
    Field(examples=["hackathon"]),
]
Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=5_000, pattern=WITHOUT_NUL),
    Field(examples=["Everything for the hackathon in March"]),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="How many to leave out first.")]


class Body(BaseModel):
    """What a request brings; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewTeam(Body):
    """A team to be made; whoever makes it becomes its owner."""

    name: TeamName
    description: Description | None = None


class TeamChanges(Body):
    """What is to change; what is absent or null stays. An empty description removes it."""

    name: TeamName | None = None
    description: Description | None = None


class NewMember(Body):
    """Somebody with an account: by id if they share a team with you, or by exact address."""

    email: Email | None = Field(default=None, examples=["ada@example.com"])
    user_id: UUID | None = None
    role: Role = "member"

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.email is None) == (self.user_id is None):
            raise ValueError("give either email or user_id")
        return self


class NewRole(Body):
    """What a member is to be."""

    role: Role = Field(examples=["admin"])


class TeamAnswer(BaseModel):
    """A team you are in."""

    id: UUID
    name: str = Field(examples=["hackathon"])
    description: str | None
    your_role: Role = Field(examples=["owner"])
    members: int = Field(examples=[3])
    created_at: datetime

    @classmethod
    def of(cls, line: TeamLine) -> Self:
        """Return the team as an answer."""
        team = line.team
        return cls(
            id=team.id,
            name=team.name,
            description=team.description,
            your_role=line.role,
            members=line.members,
            created_at=team.created_at,
        )


class TeamsAnswer(BaseModel):
    """Some of the teams you are in, by name."""

    total: int
    teams: list[TeamAnswer]


class MemberAnswer(BaseModel):
    """Somebody in a team."""

    user_id: UUID
    name: str = Field(examples=["Ada Lovelace"])
    email: str = Field(examples=["ada@example.com"])
    role: Role = Field(examples=["member"])
    joined_at: datetime

    @classmethod
    def of(cls, member: Member) -> Self:
        """Return the member as an answer."""
        return cls(
            user_id=member.user_id,
            name=member.name,
            email=member.email,
            role=member.role,
            joined_at=member.joined_at,
        )


class MembersAnswer(BaseModel):
    """Some of the members of a team, owners first."""

    total: int
    members: list[MemberAnswer]
