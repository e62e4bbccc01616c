from convonet.db import accounts
from convonet.db.accounts import Credentials
from convonet.db.engine import Sessions, transaction
from tests.db.people import add_team, add_user


async def test_who_looked_at_a_password_that_has_changed_since_is_not_noted(
    sessions: Sessions,
) -> None:
    user_id = await add_user(sessions)
    async with transaction(sessions) as session:
        seen = await accounts.credentials_of(session, user_id)
        assert seen is not None
        assert seen == Credentials(user_id, "-")
        assert await accounts.change_account(session, user_id, {"password_hash": "another"})
        assert not await accounts.note_sign_in(session, seen, "-")
        assert await accounts.note_sign_in(session, Credentials(user_id, "another"), "fresh")
        assert await accounts.credentials_of(session, user_id) == Credentials(user_id, "fresh")
        account = await accounts.find_account(session, user_id)
    assert account is not None
    assert account.last_login_at is not None


async def test_a_value_of_somebody_else_changes_nothing_and_lets_the_work_go_on(
    sessions: Sessions,
) -> None:
    ada, bob = await add_user(sessions), await add_user(sessions)
    async with transaction(sessions) as session:
        of_ada = await accounts.find_account(session, ada)
        assert of_ada is not None
        wanted = {"username": of_ada.username.upper(), "first_name": "Bob"}
        assert not await accounts.change_account(session, bob, wanted)
        assert await accounts.change_account(session, bob, {"last_name": "Builder"})
        of_bob = await accounts.find_account(session, bob)
    assert of_bob is not None
    assert of_bob.name == "Ada Builder"


async def test_an_account_shows_active_teams_by_name_and_knows_the_first(
    sessions: Sessions,
) -> None:
    ada = await add_user(sessions)
    first = await add_team(sessions, "Zebra", {ada: "viewer"})
    await add_team(sessions, "Antelope", {ada: "owner"})
    async with transaction(sessions) as session:
        account = await accounts.find_account(session, ada)
    assert account is not None
    assert [(team.name, team.role) for team in account.teams] == [
        ("Antelope", "owner"),
        ("Zebra", "viewer"),
    ]
    assert account.first_team == first


async def test_who_is_not_active_has_no_account(sessions: Sessions) -> None:
    user_id = await add_user(sessions, active=False)
    async with transaction(sessions) as session:
        assert await accounts.find_account(session, user_id) is None
        assert await accounts.credentials_of(session, user_id) is None
