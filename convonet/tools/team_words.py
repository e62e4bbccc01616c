"""Teams and people as the model reads them and as a voice says them."""

from collections.abc import Sequence

from pydantic import BaseModel

from convonet.db.models import Role, Team, User
from convonet.db.teams import Member, TeamLine
from convonet.db.users import display_name
from convonet.teams.permissions import article
from convonet.tools.desk import Answer
from convonet.tools.spoken import count, enumerated


class TeamView(BaseModel):
    """A team, and what the caller is in it."""

    id: str
    name: str
    description: str | None
    your_role: Role
    members: int


class OneTeam(BaseModel):
    """The team a tool has worked on."""

    team: TeamView


class ManyTeams(BaseModel):
    """Some of the teams the caller is in."""

    total: int
    teams: list[TeamView]


class PersonView(BaseModel):
    """Somebody the caller may know of."""

    id: str
    name: str
    email: str


class ManyPeople(BaseModel):
    """People who were found."""

    total: int
    people: list[PersonView]


class MemberView(PersonView):
    """Somebody in a team, and as what."""

    role: Role


class OneMember(BaseModel):
    """The member a tool has worked on."""

    team: str
    member: MemberView


class ManyMembers(BaseModel):
    """Some of the members of a team."""

    team: str
    total: int
    members: list[MemberView]


def answer_team(team: Team, role: Role, members: int, text: str, summary: str) -> Answer:
    """Return the answer of a tool that has worked on one team."""
    data = OneTeam(team=_team(TeamLine(team, role, members)))
    return Answer(text=text, summary=f"{summary}: {team.name}", data=data.model_dump())


def answer_teams(lines: Sequence[TeamLine], total: int) -> Answer:
    """Return the answer of a tool that lists the caller's teams."""
    data = ManyTeams(total=total, teams=[_team(line) for line in lines])
    text = "You are not in any team yet."
    if lines:
        spoken = [f"{line.team.name}, as {article(line.role)} {line.role}" for line in lines]
        text = f"You are in {count(total, 'team')}: {enumerated(spoken, total)}."
    return Answer(text=text, summary=count(total, "team"), data=data.model_dump())


def answer_member(team: str, member: Member, text: str, summary: str) -> Answer:
    """Return the answer of a tool that has worked on one member of a team."""
    data = OneMember(team=team, member=_member(member))
    return Answer(text=text, summary=f"{summary}: {member.name}", data=data.model_dump())


def answer_members(team: str, members: Sequence[Member], total: int) -> Answer:
    """Return the answer of a tool that lists the members of a team."""
    data = ManyMembers(team=team, total=total, members=[_member(one) for one in members])
    spoken = [f"{one.name}, {one.role}" for one in members]
    return Answer(
        text=f"{team} has {count(total, 'member')}: {enumerated(spoken, total)}.",
        summary=f"{team}: {count(total, 'member')}",
        data=data.model_dump(),
    )


def answer_people(said: str, found: Sequence[User]) -> Answer:
    """Return the answer of a tool that looks for people."""
    people = [PersonView(id=str(one.id), name=display_name(one), email=one.email) for one in found]
    text = f"I found nobody called {said!r} in your teams."
    if people:
        spoken = enumerated([f"{one.name}, {one.email}" for one in people], len(people))
        who = "1 person" if len(people) == 1 else f"{len(people)} people"
        text = f"I found {who}: {spoken}."
    data = ManyPeople(total=len(people), people=people)
    return Answer(text=text, summary=f"{len(people)} found", data=data.model_dump())


def _team(line: TeamLine) -> TeamView:
    return TeamView(
        id=str(line.team.id),
        name=line.team.name,
        description=line.team.description,
        your_role=line.role,
        members=line.members,
    )


def _member(member: Member) -> MemberView:
    return MemberView(
        id=str(member.user_id), name=member.name, email=member.email, role=member.role
    )
