"""The MCP server `teams`."""

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import BaseModel, Field, StringConstraints

from convonet.db import teams
from convonet.db.users import display_name
from convonet.spoken_names import as_email
from convonet.teams import membership
from convonet.teams.undoing import TeamUndo
from convonet.tools.annotations import CHANGES, DESTROYS, READS, Limit
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.matching import near
from convonet.tools.team_members import add_members
from convonet.tools.team_words import (
    ManyMembers,
    ManyPeople,
    ManyTeams,
    OneTeam,
    answer_members,
    answer_people,
    answer_team,
    answer_teams,
)
from convonet.tools.todo_creating import (
    Date,
    Description,
    NewTodo,
    Person,
    Priority,
    TeamName,
    Title,
)
from convonet.tools.todo_lookup import find_team
from convonet.tools.todo_words import OneTodo

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    Field(description="What the team is called, without the word team: 'hackathon'."),
]


def teams_server(desk: Desk) -> ToolServer:
    """Return the server; every call goes through `desk`."""
    server = ToolServer("teams", instructions="The teams of the signed-in caller.")
    _add_reading(server, desk)
    _add_searching(server, desk)
    _add_creating(server, desk)
    _add_changing(server, desk)
    add_members(server, desk)
    return server


def _add_reading(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=READS)
    async def get_teams(
        ctx: ToolContext, limit: Limit = 20
    ) -> Annotated[CallToolResult, ManyTeams]:
        """List the teams the caller is in, and as what."""

        async def do(work: Work) -> Answer:
            lines, total = await teams.list_teams(work.session, work.user_id, limit=limit)
            return answer_teams(lines, total)

        return await desk.read(ctx, do)

    @server.tool(annotations=READS)
    async def get_team_members(
        ctx: ToolContext, team: TeamName, limit: Limit = 50
    ) -> Annotated[CallToolResult, ManyMembers]:
        """List who is in a team of the caller's, and as what."""

        async def do(work: Work) -> Answer:
            place = await find_team(work, team)
            found, total = await teams.list_members(work.session, place.team_id, limit=limit)
            return answer_members(place.name, found, total)

        return await desk.read(ctx, do)


def _add_searching(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=READS)
    async def search_users(
        ctx: ToolContext,
        query: Annotated[
            str,
            Field(min_length=1, max_length=320, description="A name, or an exact e-mail address."),
        ],
        limit: Limit = 10,
    ) -> Annotated[CallToolResult, ManyPeople]:
        """Find people: by name those who share a team with the caller, others by exact address."""

        async def do(work: Work) -> Answer:
            email = as_email(query)
            if email is not None:
                found = await teams.person_by_email(work.session, email)
                return answer_people(query, [found] if found else [])
            known = await teams.teammates(work.session, work.user_id)
            return answer_people(query, near(query, known, display_name)[:limit])

        return await desk.read(ctx, do)


def _add_creating(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def create_team(
        ctx: ToolContext, name: Name, description: Description | None = None
    ) -> Annotated[CallToolResult, OneTeam]:
        """Make a new team. The caller becomes its owner."""

        async def do(work: Work) -> tuple[Answer, BaseModel | None]:
            team = await membership.create_team(work.session, work.user_id, name, description)
            text = f"I've created the team {team.name}. You are its owner."
            answer = answer_team(team, "owner", 1, text, "New team")
            return answer, TeamUndo(id=team.id, action="created")

        return await desk.change(ctx, do)

    @server.tool(annotations=CHANGES)
    async def create_team_todo(  # noqa: PLR0913
        ctx: ToolContext,
        *,
        team: TeamName,
        title: Annotated[Title, Field(description="What is to be done, short.")],
        description: Description | None = None,
        priority: Priority = "medium",
        due_date: Date | None = None,
        assignee: Person | None = None,
        is_private: Annotated[
            bool, Field(description="Only for its creator and assignee to see.")
        ] = False,
    ) -> Annotated[CallToolResult, OneTodo]:
        """Add a todo for one of the caller's teams, and say who of it is to do it."""
        wanted = NewTodo(title, description, priority, due_date, team, assignee, is_private)
        return await desk.change(ctx, wanted.create)


def _add_changing(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def rename_team(
        ctx: ToolContext,
        team: TeamName,
        new_name: Name | None = None,
        description: Annotated[Description, Field(description="Empty removes it.")] | None = None,
    ) -> Annotated[CallToolResult, OneTeam]:
        """Give a team another name, or say what it is for. Only what is given is changed."""

        async def do(work: Work) -> tuple[Answer, BaseModel | None]:
            place = await find_team(work, team)
            found = await teams.standing(work.session, work.user_id, place.team_id, lock=True)
            before = (found.team.name, found.team.description)
            renamed = await membership.rename_team(
                work.session, work.user_id, place.team_id, name=new_name, description=description
            )
            after = (renamed.name, renamed.description)
            _, members = await teams.list_members(work.session, renamed.id, limit=1)
            text = f"I've changed the team {before[0]}. It is called {renamed.name} now."
            if before[0] == renamed.name:
                text = f"I've changed what the team {renamed.name} is for."
            undo = TeamUndo(id=renamed.id, action="changed", before=before, after=after)
            return answer_team(renamed, found.role, members, text, "Changed"), undo

        return await desk.change(ctx, do)

    @server.tool(annotations=DESTROYS)
    async def delete_team(ctx: ToolContext, team: TeamName) -> Annotated[CallToolResult, OneTeam]:
        """Delete a team with its todos, for everybody in it."""

        async def do(work: Work) -> tuple[Answer, BaseModel | None]:
            place = await find_team(work, team)
            _, members = await teams.list_members(work.session, place.team_id, limit=1)
            gone = await membership.delete_team(work.session, work.user_id, place.team_id)
            text = f"I've deleted the team {gone.name} with its todos."
            answer = answer_team(gone, "owner", members, text, "Deleted")
            return answer, TeamUndo(id=gone.id, action="deleted")

        return await desk.change(ctx, do)
