"""Makes users and teams that nobody else in the test run knows."""

import secrets
from itertools import count
from uuid import UUID, uuid4

from convonet.contracts.caller import Caller
from convonet.db.engine import Sessions, transaction
from convonet.db.models import Membership, Role, Team, User
from convonet.db.users import find_caller

_PINS = count(secrets.randbelow(800_000) + 100_000)


def new_pin() -> str:
    """A voice PIN that nobody else in the test run has."""
    return str(next(_PINS))


async def add_user(
    sessions: Sessions,
    name: str = "Ada",
    *,
    time_zone: str = "UTC",
    pin_hash: str | None = None,
    active: bool = True,
) -> UUID:
    unique = uuid4().hex
    user = User(
        email=f"{unique}@example.com",
        username=unique,
        password_hash="-",
        first_name=name,
        time_zone=time_zone,
        voice_pin_hash=pin_hash,
        is_active=active,
    )
    async with transaction(sessions) as session:
        session.add(user)
    return user.id


async def add_team(sessions: Sessions, name: str, members: dict[UUID, Role]) -> UUID:
    team = Team(name=name)
    async with transaction(sessions) as session:
        session.add(team)
        await session.flush()
        for user_id, role in members.items():
            session.add(Membership(team_id=team.id, user_id=user_id, role=role))
    return team.id


async def caller(sessions: Sessions, user_id: UUID) -> Caller:
    async with transaction(sessions) as session:
        found = await find_caller(session, user_id)
    assert found is not None
    return found
