"""Routes for members of a team only: whoever is not in it learns not even that it exists."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from api.deps import AppState
from api.signed_in import SignedIn
from convonet.db.engine import transaction
from convonet.db.models import Role
from convonet.db.teams import Standing, standing
from convonet.errors import Denied
from convonet.teams.permissions import article, at_least

Check = Callable[[AppState, SignedIn, UUID], Awaitable[Standing]]


def member_with(least: Role) -> Check:
    """Return a dependency for paths with a `team_id`: a member with at least this role.

    It is for reading. What changes something asks again, in the transaction of the change:
    `convonet.teams.membership.permitted`.

    Raises (the dependency):
        NotFound: there is no such team for the person.
        Denied: they are in it, in a lesser role.
    """

    async def check(state: AppState, who: SignedIn, team_id: UUID) -> Standing:
        async with transaction(state["db"]) as session:
            found = await standing(session, who.user_id, team_id)
        if not at_least(found.role, least):
            raise Denied(f"That takes at least {article(least)} {least} of {found.team.name}.")
        return found

    return check


InTeam = Annotated[Standing, Depends(member_with("viewer"))]
"""The team of the path, and what the person is in it; 404 for everybody else."""
