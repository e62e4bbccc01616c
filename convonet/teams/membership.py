"""Changes to teams and their members, each by somebody who may; a team always has an owner."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db import teams
from convonet.db.models import Membership, Role, Team
from convonet.db.teams import Standing
from convonet.teams.permissions import Action, adding, article, changing, removing, require
from convonet.teams.refusals import (
    AlreadyMember,
    LastOwner,
    NoSuchAccount,
    NoSuchMember,
    TeamNameTaken,
)


async def create_team(
    session: AsyncSession, user_id: UUID, name: str, description: str | None = None
) -> Team:
    """Make a team with the user as its owner.

    Raises:
        TeamNameTaken: the user is in a team of that name; no ear could tell the two apart.
    """
    await _require_new_name(session, user_id, name)
    team = Team(name=name, description=description)
    session.add(team)
    await session.flush()
    session.add(Membership(team_id=team.id, user_id=user_id, role="owner"))
    await session.flush()
    return team


async def permitted(
    session: AsyncSession, user_id: UUID, team_id: UUID, action: Action, *, lock: bool = False
) -> Standing:
    """Return the user's standing in the team, after checking that they may do this there.

    Raises:
        NotFound: there is no such team for the user.
        Denied: their role does not allow it.
    """
    found = await teams.standing(session, user_id, team_id, lock=lock)
    require(found.role, action, found.team.name)
    return found


async def rename_team(
    session: AsyncSession,
    user_id: UUID,
    team_id: UUID,
    *,
    name: str | None = None,
    description: str | None = None,
) -> Team:
    """Give the team another name or description; None leaves it. Return the team.

    Raises:
        NotFound, Denied: see `permitted`.
        TeamNameTaken: the user is in another team of that name.
    """
    team = (await permitted(session, user_id, team_id, Action.RENAME_TEAM, lock=True)).team
    if name is not None and name.casefold() != team.name.casefold():
        await _require_new_name(session, user_id, name)
    team.name = name or team.name
    team.description = team.description if description is None else description or None
    await session.flush()
    return team


async def delete_team(session: AsyncSession, user_id: UUID, team_id: UUID) -> Team:
    """Put the team away: nobody sees it or its todos any more. Return it.

    Raises:
        NotFound, Denied: see `permitted`.
    """
    team = (await permitted(session, user_id, team_id, Action.DELETE_TEAM, lock=True)).team
    team.is_active = False
    await session.flush()
    return team


async def add_member(
    session: AsyncSession, actor_id: UUID, team_id: UUID, user_id: UUID, role: Role
) -> Membership:
    """Add somebody who has an account to the team.

    Raises:
        NotFound: there is no such team for the actor.
        NoSuchAccount: nobody who may sign in has this id.
        Denied: the actor's role does not allow it.
        AlreadyMember: the message says as what.
    """
    found = await permitted(session, actor_id, team_id, adding(role), lock=True)
    user = await teams.active_user(session, user_id)
    if user is None:
        raise NoSuchAccount("There is no such account.")
    there = await teams.role_of(session, team_id, user_id)
    if there is not None:
        raise AlreadyMember(f"They are already in {found.team.name}, as {article(there)} {there}.")
    place = Membership(team_id=team_id, user_id=user_id, role=role)
    session.add(place)
    await session.flush()
    return place


async def remove_member(
    session: AsyncSession, actor_id: UUID, team_id: UUID, user_id: UUID
) -> Membership:
    """Remove somebody from the team, or leave it oneself; return the place that is gone.

    Raises:
        NotFound: there is no such team for the actor.
        NoSuchMember: there is nobody like that in it.
        Denied: the actor's role does not allow it.
        LastOwner: the team would be left without an owner.
    """
    found = await teams.standing(session, actor_id, team_id, lock=True)
    place, role = await _place(session, found, user_id)
    action = Action.LEAVE if user_id == actor_id else removing(role)
    require(found.role, action, found.team.name)
    await session.delete(place)
    await session.flush()
    await require_owner(session, found.team)
    return place


async def change_role(
    session: AsyncSession, actor_id: UUID, team_id: UUID, user_id: UUID, role: Role
) -> Membership:
    """Give a member another role; return their place.

    Raises:
        NotFound: there is no such team for the actor.
        NoSuchMember: there is nobody like that in it.
        Denied: the actor's role does not allow it.
        LastOwner: the team would be left without an owner.
    """
    found = await teams.standing(session, actor_id, team_id, lock=True)
    place, old = await _place(session, found, user_id)
    require(found.role, changing(old, role), found.team.name)
    if place.role != role:
        place.role = role
        await session.flush()
        await require_owner(session, found.team)
    return place


async def require_owner(session: AsyncSession, team: Team) -> None:
    """Check, behind a change and under the team's lock, that an owner who may sign in is left.

    Raises:
        LastOwner: there is none; raised, it undoes the transaction and so the change.
    """
    if not await teams.has_active_owner(session, team.id):
        raise LastOwner(
            f"{team.name} would be left without an owner. Make somebody else an owner first."
        )


async def _require_new_name(session: AsyncSession, user_id: UUID, name: str) -> None:
    if (team := await teams.team_named(session, user_id, name)) is not None:
        raise TeamNameTaken(f"You are already in a team called {team.name}.")


async def _place(session: AsyncSession, found: Standing, user_id: UUID) -> tuple[Membership, Role]:
    place = await teams.membership(session, found.team.id, user_id)
    role = await teams.role_of(session, found.team.id, user_id)
    if place is None or role is None:
        raise NoSuchMember(f"There is nobody like that in {found.team.name}.")
    return place, role
