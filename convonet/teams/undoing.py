"""How changes to teams and their members are remembered, and taken back by the same rules."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db import teams
from convonet.db.models import Role, Team
from convonet.errors import Conflict, NotFound
from convonet.teams import membership
from convonet.teams.permissions import Action, require


class MemberUndo(BaseModel):
    """A change to who is in a team, and as what; None is: not in it."""

    kind: Literal["member"] = "member"
    team_id: UUID
    user_id: UUID
    before: Role | None
    after: Role | None

    async def revert(self, session: AsyncSession, actor_id: UUID) -> str:
        """Take it back for the actor; return the member's name.

        Raises:
            NotFound, Denied, Conflict: as for any other change, or it was changed again since.
        """
        await teams.standing(session, actor_id, self.team_id, lock=True)
        if await teams.role_of(session, self.team_id, self.user_id) != self.after:
            raise Conflict("That member's role has been changed again since, so I left it.")
        place = (session, actor_id, self.team_id, self.user_id)
        there = await teams.member(session, self.team_id, self.user_id)
        if self.before is None:
            await membership.remove_member(*place)
        elif self.after is None:
            await membership.add_member(*place, self.before)
            there = await teams.member(session, self.team_id, self.user_id)
        else:
            await membership.change_role(*place, self.before)
        return there.name if there else ""


class TeamUndo(BaseModel):
    """A change to a team itself."""

    kind: Literal["team"] = "team"
    id: UUID
    action: Literal["created", "changed", "deleted"]
    before: tuple[str, str | None] = ("", None)
    """Name and description, of a team that was renamed."""
    after: tuple[str, str | None] = ("", None)

    async def revert(self, session: AsyncSession, actor_id: UUID) -> str:
        """Take it back for the actor; return the team's name.

        Raises:
            NotFound, Denied: as for any other change.
            Conflict: others have come into the team, or it was changed again since.
        """
        if self.action == "deleted":
            return (await self._bring_back(session, actor_id)).name
        team = (await teams.standing(session, actor_id, self.id, lock=True)).team
        if self.action == "created":
            _, members = await teams.list_members(session, self.id, limit=1)
            if members > 1:
                raise Conflict(f"Others are in {team.name} by now. Delete the team instead.")
            return (await membership.delete_team(session, actor_id, self.id)).name
        if (team.name, team.description) != self.after:
            raise Conflict("That team has been changed again since, so I left it as it is.")
        name, description = self.before
        changed = await membership.rename_team(
            session, actor_id, self.id, name=name, description=description or ""
        )
        return changed.name

    async def _bring_back(self, session: AsyncSession, actor_id: UUID) -> Team:
        query = select(Team).where(Team.id == self.id, Team.is_active.is_(False))
        team = await session.scalar(query.with_for_update(key_share=True))
        role = await teams.role_of(session, self.id, actor_id)
        if team is None or role is None:
            raise NotFound(teams.NO_SUCH_TEAM)
        require(role, Action.DELETE_TEAM, team.name)
        team.is_active = True
        await session.flush()
        return team
