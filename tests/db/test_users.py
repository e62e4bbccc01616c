import secrets

import pytest
from sqlalchemy.exc import IntegrityError

from convonet.contracts.caller import Caller
from convonet.contracts.caller import Team as CallerTeam
from convonet.db.engine import Sessions, transaction
from convonet.db.models import Team, User
from convonet.db.pins import hash_pin
from convonet.db.users import find_by_name, find_by_pin, find_caller, touch_login
from convonet.errors import Invalid
from tests.db.people import add_team, add_user


def some_pin_hash() -> str:
    return hash_pin(secrets.token_hex(16), "1234")


def test_a_pin_hashes_alike_only_under_the_same_secret() -> None:
    assert hash_pin("a" * 32, "1234") == hash_pin("a" * 32, "1234")
    assert hash_pin("a" * 32, "1234") != hash_pin("b" * 32, "1234")
    assert hash_pin("a" * 32, "1234") != hash_pin("a" * 32, "01234")


@pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "1234\n", "١٢٣٤"])
def test_only_four_to_six_digits_are_a_pin(pin: str) -> None:
    with pytest.raises(Invalid) as refused:
        hash_pin("a" * 32, pin)
    assert not pin.strip() or pin.strip() not in str(refused.value)


async def test_a_pin_finds_its_user_with_the_active_teams(sessions: Sessions) -> None:
    pin = some_pin_hash()
    user_id = await add_user(sessions, "Ada", time_zone="Europe/Berlin", pin_hash=pin)
    design = await add_team(sessions, "Design", {user_id: "viewer"})
    closed = await add_team(sessions, "Closed", {user_id: "owner"})
    await add_team(sessions, "Others", {})
    async with transaction(sessions) as session:
        team = await session.get_one(Team, closed)
        team.is_active = False
    async with transaction(sessions) as session:
        found = await find_by_pin(session, pin)
    assert found == Caller(
        user_id=user_id,
        name="Ada",
        time_zone="Europe/Berlin",
        teams=(CallerTeam(id=design, name="Design"),),
    )


async def test_an_inactive_user_is_not_found(sessions: Sessions) -> None:
    pin = some_pin_hash()
    user_id = await add_user(sessions, pin_hash=pin, active=False)
    async with transaction(sessions) as session:
        assert await find_by_pin(session, pin) is None
        assert await find_caller(session, user_id) is None


async def test_nobody_without_a_pin_is_found_by_one(sessions: Sessions) -> None:
    await add_user(sessions)
    async with transaction(sessions) as session:
        assert await find_by_pin(session, some_pin_hash()) is None


async def test_two_users_cannot_have_the_same_pin(sessions: Sessions) -> None:
    pin = some_pin_hash()
    await add_user(sessions, pin_hash=pin)
    with pytest.raises(IntegrityError):
        await add_user(sessions, pin_hash=pin)


async def test_signing_in_is_noted(sessions: Sessions) -> None:
    user_id = await add_user(sessions)
    async with transaction(sessions) as session:
        await touch_login(session, user_id)
    async with transaction(sessions) as session:
        user = await session.get_one(User, user_id)
        assert user.last_login_at is not None
        assert user.last_login_at.tzinfo is not None


async def test_a_user_is_found_by_name_in_any_case(sessions: Sessions) -> None:
    user_id = await add_user(sessions, "Ada")
    async with transaction(sessions) as session:
        user = await session.get_one(User, user_id)
        for name in (user.email.upper(), user.username.upper()):
            found = await find_by_name(session, name)
            assert found is not None
            assert found.user_id == user_id
        assert await find_by_name(session, "nobody") is None
