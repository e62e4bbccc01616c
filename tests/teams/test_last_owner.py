"""Whatever people do to a team, one after the other or at once, it keeps an owner."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from convonet.db.engine import Sessions, transaction
from convonet.db.models import ROLES, Membership, Role, User
from convonet.errors import ConvonetError, Unavailable
from convonet.teams import membership
from convonet.teams.refusals import LastOwner
from tests.db.people import add_team, add_user

PEOPLE = 4
who = st.integers(min_value=0, max_value=PEOPLE - 1)
STEPS = st.one_of(
    st.tuples(st.just("add"), who, who, st.sampled_from(ROLES)),
    st.tuples(st.just("remove"), who, who, st.just("member")),
    st.tuples(st.just("change"), who, who, st.sampled_from(ROLES)),
)
Step = tuple[str, int, int, Role]


@pytest.fixture(scope="module")
async def people(sessions: Sessions) -> list[UUID]:
    return [await add_user(sessions, f"P{number}") for number in range(PEOPLE)]


async def take(sessions: Sessions, team_id: UUID, people: list[UUID], step: Step) -> bool:
    """Do one thing; tell whether it was allowed."""
    kind, actor, target, role = step
    place = (people[actor], team_id, people[target])
    try:
        async with transaction(sessions) as session:
            if kind == "add":
                await membership.add_member(session, *place, role)
            elif kind == "remove":
                await membership.remove_member(session, *place)
            else:
                await membership.change_role(session, *place, role)
    except Unavailable:  # a busy machine: nothing was changed
        return await take(sessions, team_id, people, step)
    except ConvonetError:
        return False
    return True


async def owners(sessions: Sessions, team_id: UUID) -> int:
    query = select(func.count()).where(Membership.team_id == team_id, Membership.role == "owner")
    async with transaction(sessions) as session:
        return await session.scalar(query) or 0


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
async def test_any_sequence_of_changes_leaves_an_owner(
    sessions: Sessions, people: list[UUID], steps: list[Step]
) -> None:
    team_id = await add_team(
        sessions, "Team", {people[0]: "owner", people[1]: "owner", people[2]: "admin"}
    )
    for step in steps:
        await take(sessions, team_id, people, step)
        assert await owners(sessions, team_id) >= 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=2, max_size=6))
async def test_any_changes_at_once_leave_an_owner(
    sessions: Sessions, people: list[UUID], steps: list[Step]
) -> None:
    everybody: dict[UUID, Role] = dict.fromkeys(people, "owner")
    team_id = await add_team(sessions, "Team", everybody)
    await asyncio.gather(*(take(sessions, team_id, people, step) for step in steps))
    assert await owners(sessions, team_id) >= 1


async def test_of_owners_who_all_leave_at_once_one_stays(
    sessions: Sessions, people: list[UUID]
) -> None:
    everybody: dict[UUID, Role] = dict.fromkeys(people, "owner")
    team_id = await add_team(sessions, "Team", everybody)
    leaving: list[Step] = [("remove", number, number, "member") for number in range(PEOPLE)]
    left = await asyncio.gather(*(take(sessions, team_id, people, step) for step in leaving))
    assert sorted(left) == [False, True, True, True]
    assert await owners(sessions, team_id) == 1


@pytest.mark.parametrize("other", ["gone", "inactive"])
async def test_the_last_owner_who_may_sign_in_can_do_nothing_but_stay(
    sessions: Sessions, other: str
) -> None:
    ada, ben = await add_user(sessions, "Ada"), await add_user(sessions, "Ben")
    team_id = await add_team(sessions, "Team", {ada: "owner", ben: "owner"})
    async with transaction(sessions) as session:
        if other == "gone":
            await membership.remove_member(session, ben, team_id, ben)
        else:
            await session.execute(update(User).where(User.id == ben).values(is_active=False))
    with pytest.raises(LastOwner, match="Make somebody else an owner first"):
        async with transaction(sessions) as session:
            await membership.remove_member(session, ada, team_id, ada)
    with pytest.raises(LastOwner):
        async with transaction(sessions) as session:
            await membership.change_role(session, ada, team_id, ada, "admin")
