"""`/api/teams`: teams, who is in them, and as what."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import documented
from api.deps import AppState
from api.signed_in import TOKEN_REFUSALS, SignedIn
from api.teams.access import InTeam
from api.teams.models import (
    Limit,
    MemberAnswer,
    MembersAnswer,
    NewMember,
    NewRole,
    NewTeam,
    Offset,
    TeamAnswer,
    TeamChanges,
    TeamsAnswer,
)
from convonet.db import teams
from convonet.db.engine import transaction
from convonet.db.models import Membership, Role, Team
from convonet.db.teams import TeamLine
from convonet.errors import Denied, NotFound
from convonet.teams import membership
from convonet.teams.permissions import adding
from convonet.teams.refusals import (
    AlreadyMember,
    LastOwner,
    NoSuchAccount,
    NoSuchMember,
    TeamNameTaken,
)

router = APIRouter(prefix="/api/teams", tags=["teams"])

_IN_TEAM = (*TOKEN_REFUSALS, NotFound)


@router.get("/", responses=documented(*TOKEN_REFUSALS))
async def list_teams(
    state: AppState, who: SignedIn, limit: Limit = 50, offset: Offset = 0
) -> TeamsAnswer:
    """List the teams you are in."""
    async with transaction(state["db"]) as session:
        lines, total = await teams.list_teams(session, who.user_id, limit=limit, offset=offset)
    return TeamsAnswer(total=total, teams=[TeamAnswer.of(line) for line in lines])


@router.post(
    "/", status_code=HTTPStatus.CREATED, responses=documented(*TOKEN_REFUSALS, TeamNameTaken)
)
async def create_team(body: NewTeam, state: AppState, who: SignedIn) -> TeamAnswer:
    """Make a team; you become its owner."""
    async with transaction(state["db"]) as session:
        team = await membership.create_team(session, who.user_id, body.name, body.description)
    return TeamAnswer.of(TeamLine(team, "owner", 1))


@router.get("/{team_id}", responses=documented(*_IN_TEAM))
async def show_team(state: AppState, found: InTeam) -> TeamAnswer:
    """Show a team you are in."""
    async with transaction(state["db"]) as session:
        return await _answer(session, found.team, found.role)


@router.patch("/{team_id}", responses=documented(*_IN_TEAM, Denied, TeamNameTaken))
async def change_team(
    team_id: UUID, body: TeamChanges, state: AppState, who: SignedIn
) -> TeamAnswer:
    """Rename a team, or say what it is for."""
    async with transaction(state["db"]) as session:
        team = await membership.rename_team(
            session, who.user_id, team_id, name=body.name, description=body.description
        )
        found = await teams.standing(session, who.user_id, team_id)
        return await _answer(session, team, found.role)


@router.delete(
    "/{team_id}", status_code=HTTPStatus.NO_CONTENT, responses=documented(*_IN_TEAM, Denied)
)
async def delete_team(team_id: UUID, state: AppState, who: SignedIn) -> None:
    """Delete a team with its todos, for everybody in it."""
    async with transaction(state["db"]) as session:
        await membership.delete_team(session, who.user_id, team_id)


@router.get("/{team_id}/members", responses=documented(*_IN_TEAM))
async def list_members(
    state: AppState, found: InTeam, limit: Limit = 50, offset: Offset = 0
) -> MembersAnswer:
    """List who is in a team."""
    async with transaction(state["db"]) as session:
        members, total = await teams.list_members(
            session, found.team.id, limit=limit, offset=offset
        )
    return MembersAnswer(total=total, members=[MemberAnswer.of(one) for one in members])


@router.post(
    "/{team_id}/members",
    status_code=HTTPStatus.CREATED,
    responses=documented(*_IN_TEAM, Denied, NoSuchAccount, AlreadyMember),
)
async def add_member(
    team_id: UUID, body: NewMember, state: AppState, who: SignedIn
) -> MemberAnswer:
    """Add somebody who has an account; there are no invitations for people who have none yet."""
    async with transaction(state["db"]) as session:
        # Asked first: whoever may not add anybody does not learn who has an account either.
        await membership.permitted(session, who.user_id, team_id, adding(body.role), lock=True)
        user_id = await _account(session, who.user_id, body)
        place = await membership.add_member(session, who.user_id, team_id, user_id, body.role)
        return await _member(session, place)


@router.delete(
    "/{team_id}/members/{user_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(*_IN_TEAM, Denied, NoSuchMember, LastOwner),
)
async def remove_member(team_id: UUID, user_id: UUID, state: AppState, who: SignedIn) -> None:
    """Remove somebody from a team, or leave it yourself."""
    async with transaction(state["db"]) as session:
        await membership.remove_member(session, who.user_id, team_id, user_id)


@router.put(
    "/{team_id}/members/{user_id}/role",
    responses=documented(*_IN_TEAM, Denied, NoSuchMember, LastOwner),
)
async def change_role(
    team_id: UUID, user_id: UUID, body: NewRole, state: AppState, who: SignedIn
) -> MemberAnswer:
    """Make a member owner, admin, member or viewer."""
    async with transaction(state["db"]) as session:
        place = await membership.change_role(session, who.user_id, team_id, user_id, body.role)
        return await _member(session, place)


async def _answer(session: AsyncSession, team: Team, role: Role) -> TeamAnswer:
    _, members = await teams.list_members(session, team.id, limit=1)
    return TeamAnswer.of(TeamLine(team, role, members))


async def _account(session: AsyncSession, user_id: UUID, wanted: NewMember) -> UUID:
    """Return whose account is meant, of those the user may know of."""
    if wanted.email is not None:
        user = await teams.person_by_email(session, wanted.email)
        if user is not None:
            return user.id
    elif wanted.user_id is not None and await teams.knows(session, user_id, wanted.user_id):
        return wanted.user_id
    raise NoSuchAccount("There is no such account. People need one before they can be added.")


async def _member(session: AsyncSession, place: Membership) -> MemberAnswer:
    found = await teams.member(session, place.team_id, place.user_id)
    if found is None:
        raise NoSuchMember("They are not in that team any more.")
    return MemberAnswer.of(found)
