"""The tools of the server `teams` that change who is in a team, and as what."""

from typing import Annotated
from uuid import UUID

from mcp_types import CallToolResult
from pydantic import BaseModel, Field

from convonet.db import teams
from convonet.db.models import Role
from convonet.db.teams import Member
from convonet.db.todos import Place
from convonet.errors import NotFound
from convonet.teams import membership
from convonet.teams.permissions import adding, article
from convonet.teams.undoing import MemberUndo
from convonet.tools.annotations import CHANGES, DESTROYS
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.people import find_member, find_person
from convonet.tools.team_words import OneMember, answer_member
from convonet.tools.todo_creating import TeamName
from convonet.tools.todo_lookup import find_team

Who = Annotated[
    str,
    Field(
        min_length=1,
        max_length=320,
        description="Name or e-mail address as the caller said it, or 'me'.",
    ),
]
AsRole = Annotated[
    Role, Field(description="owner: may do all; admin: members too; viewer: only looks.")
]


def add_members(server: ToolServer, desk: Desk) -> None:
    """Add the tools to the server."""
    _add_adding(server, desk)
    _add_removing(server, desk)
    _add_changing(server, desk)


def _add_adding(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def add_team_member(
        ctx: ToolContext, team: TeamName, person: Who, role: AsRole = "member"
    ) -> Annotated[CallToolResult, OneMember]:
        """Add somebody who has an account to a team of the caller's.

        By name only people who share a team with the caller; others by their e-mail address.
        """

        async def do(work: Work) -> tuple[Answer, BaseModel | None]:
            place = await find_team(work, team)
            # Asked first: whoever may not add anybody does not learn who has an account either.
            await membership.permitted(
                work.session, work.user_id, place.team_id, adding(role), lock=True
            )
            user = await find_person(work, person)
            there = await teams.member(work.session, place.team_id, user.id)
            if there is not None and there.role == role:
                text = f"{_is(there, work)} already in {place.name}, as {article(role)} {role}."
                return answer_member(place.name, there, text, "Already there"), None
            await membership.add_member(work.session, work.user_id, place.team_id, user.id, role)
            added = await _member(work, place.team_id, user.id)
            text = f"I've added {added.name} to {place.name} as {article(role)} {role}."
            undo = MemberUndo(team_id=place.team_id, user_id=user.id, before=None, after=role)
            return answer_member(place.name, added, text, "Added"), undo

        return await desk.change(ctx, do)


def _add_removing(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=DESTROYS)
    async def remove_team_member(
        ctx: ToolContext, team: TeamName, person: Who
    ) -> Annotated[CallToolResult, OneMember]:
        """Remove somebody from a team. With person 'me' the caller leaves it."""

        async def do(work: Work) -> tuple[Answer, BaseModel | None]:
            place = await _locked(work, team)
            gone = await find_member(work, person, place)
            await membership.remove_member(work.session, work.user_id, place.team_id, gone.user_id)
            if gone.user_id == work.user_id:
                # Nobody can let themselves in again, so this cannot be taken back.
                return answer_member(place.name, gone, f"You have left {place.name}.", "Left"), None
            text = f"I've removed {gone.name} from {place.name}."
            undo = MemberUndo(
                team_id=place.team_id, user_id=gone.user_id, before=gone.role, after=None
            )
            return answer_member(place.name, gone, text, "Removed"), undo

        return await desk.change(ctx, do)


def _add_changing(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def change_member_role(
        ctx: ToolContext, team: TeamName, person: Who, role: AsRole
    ) -> Annotated[CallToolResult, OneMember]:
        """Make a member of a team owner, admin, member or viewer."""

        async def do(work: Work) -> tuple[Answer, BaseModel | None]:
            place = await _locked(work, team)
            old = await find_member(work, person, place)
            await membership.change_role(
                work.session, work.user_id, place.team_id, old.user_id, role
            )
            new = await _member(work, place.team_id, old.user_id)
            as_what = f"{article(role)} {role} of {place.name}"
            if old.role == role:
                text = f"{_is(new, work)} already {as_what}."
                return answer_member(place.name, new, text, "Already so"), None
            undo = MemberUndo(
                team_id=place.team_id, user_id=old.user_id, before=old.role, after=role
            )
            return answer_member(place.name, new, f"{_is(new, work)} now {as_what}.", role), undo

        return await desk.change(ctx, do)


async def _locked(work: Work, said: str) -> Place:
    """Return the team that is meant; until the transaction ends its members stay as they are."""
    place = await find_team(work, said)
    await teams.standing(work.session, work.user_id, place.team_id, lock=True)
    return place


async def _member(work: Work, team_id: UUID, user_id: UUID) -> Member:
    found = await teams.member(work.session, team_id, user_id)
    if found is None:
        raise NotFound("They are not in that team any more.")
    return found


def _is(member: Member, work: Work) -> str:
    return "You are" if member.user_id == work.user_id else f"{member.name} is"
