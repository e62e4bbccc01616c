"""Sign in by password, go on by refresh token, sign out."""

import asyncio

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.signed_in import person, with_role
from convonet.accounts import tokens
from convonet.accounts.allowances import LOGINS_OF_ACCOUNT, LOGINS_OF_ADDRESS, login_counts
from convonet.accounts.refusals import RoleRequired
from convonet.redis.client import Redis
from convonet.redis.tries import Tries
from tests.api.accounts import PASSWORD, Somebody, change_user, code_of, sign_in
from tests.api.client import new_address
from tests.api.edge import SECRET, Backing, serving, settings_of


async def test_one_signs_in_by_address_or_username_in_any_case(ada: Somebody) -> None:
    for name in (ada.email.upper(), f" {ada.name.upper()} "):
        answer = await ada.elsewhere().login(name=name)
        assert answer.status_code == 200
        assert answer.json()["user"]["id"] == str(ada.user_id)
        assert answer.json()["user"]["last_login_at"] is not None
        assert answer.headers["Cache-Control"] == "no-store"


async def test_nobody_learns_who_has_an_account(ada: Somebody, backing: Backing) -> None:
    stranger, gone = Somebody(ada.http), await Somebody(ada.http).settle(backing)
    await change_user(backing, gone.user_id, is_active=False)
    answers = [
        await ada.elsewhere().login("not the password"),
        await stranger.login(),
        await gone.elsewhere().login(),
    ]
    assert {code_of(answer) for answer in answers} == {(401, "wrong_credentials")}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


async def test_an_account_is_locked_for_a_while_wherever_one_asks(ada: Somebody) -> None:
    for _ in range(LOGINS_OF_ACCOUNT[0].most):
        answer = await ada.elsewhere().login("not the password")
        assert answer.status_code == 401
    refused = await ada.elsewhere().login()
    assert code_of(refused) == (429, "too_many_tries")
    assert 0 < int(refused.headers["Retry-After"]) <= LOGINS_OF_ACCOUNT[0].window_s


async def test_a_name_that_nobody_has_is_locked_alike(
    http: httpx.AsyncClient, redis: Redis
) -> None:
    nobody = Somebody(http)
    for _ in range(LOGINS_OF_ACCOUNT[0].most - 1):
        await Tries(redis).take(login_counts(new_address(), nobody.email))
    assert (await nobody.elsewhere().login()).status_code == 401
    assert code_of(await nobody.elsewhere().login(name=nobody.email.upper())) == (
        429,
        "too_many_tries",
    )


async def test_an_address_that_tries_many_accounts_is_locked(ada: Somebody, redis: Redis) -> None:
    for number in range(LOGINS_OF_ADDRESS[0].most):
        await Tries(redis).take(login_counts(ada.counted_as, f"{ada.name}{number}"))
    assert code_of(await ada.login()) == (429, "too_many_tries")
    assert (await ada.elsewhere().login()).status_code == 200


async def test_right_passwords_use_up_nothing(ada: Somebody, redis: Redis) -> None:
    counts = login_counts(ada.counted_as, ada.email)
    for _ in range(LOGINS_OF_ACCOUNT[0].most - 1):
        await Tries(redis).take(counts)
    for _ in range(2):
        assert (await ada.login()).status_code == 200


async def test_proving_a_password_again_is_limited_too(ada: Somebody) -> None:
    for _ in range(LOGINS_OF_ACCOUNT[0].most):
        answer = await ada.change_password("not the password", "another password")
        assert code_of(answer) == (403, "wrong_password")
    answer = await ada.change_password(PASSWORD, "another password")
    assert code_of(answer) == (429, "too_many_tries")


async def test_a_refresh_token_is_exchanged_for_new_tokens(ada: Somebody) -> None:
    before = (ada.access_token, ada.refresh_token)
    assert (await ada.refresh()).status_code == 200
    assert len({*before, ada.access_token, ada.refresh_token}) == 4
    assert (await ada.profile()).status_code == 200
    assert (await ada.refresh()).status_code == 200


async def test_a_refresh_token_that_comes_again_ends_the_sign_in_for_everybody(
    ada: Somebody, backing: Backing
) -> None:
    elsewhere = ada.elsewhere()
    elsewhere.access_token, elsewhere.refresh_token = await sign_in(backing, ada.user_id)
    stolen = ada.refresh_token
    await ada.refresh()
    await ada.refresh()
    assert code_of(await ada.refresh(stolen)) == (401, "sign_in_ended")
    assert code_of(await ada.refresh()) == (401, "sign_in_ended")
    assert code_of(await ada.profile()) == (401, "sign_in_ended")
    assert (await elsewhere.refresh()).status_code == 200


async def test_a_page_loaded_again_before_its_answer_came_stays_signed_in(ada: Somebody) -> None:
    sent = ada.refresh_token
    await ada.refresh()
    assert (await ada.refresh(sent)).status_code == 200
    assert (await ada.refresh()).status_code == 200


async def test_of_many_who_refresh_at_once_one_at_most_goes_on(ada: Somebody) -> None:
    twins = [ada.elsewhere() for _ in range(4)]
    await asyncio.gather(*(twin.refresh(ada.refresh_token) for twin in twins))
    again = [await twin.refresh() for twin in twins]
    assert sum(answer.status_code == 200 for answer in again) <= 1
    assert code_of(await ada.profile()) == (401, "sign_in_ended")


async def test_signing_out_ends_the_access_token_too(ada: Somebody) -> None:
    assert (await ada.logout()).status_code == 204
    assert code_of(await ada.profile()) == (401, "sign_in_ended")
    assert code_of(await ada.refresh()) == (401, "sign_in_ended")
    assert (await ada.logout()).status_code == 204


async def test_one_can_sign_out_everywhere(ada: Somebody, backing: Backing) -> None:
    other = ada.elsewhere()
    other.access_token, other.refresh_token = await sign_in(backing, ada.user_id)
    assert (await ada.logout(everywhere=True)).status_code == 204
    assert code_of(await other.profile()) == (401, "sign_in_ended")
    assert code_of(await ada.logout(everywhere=True)) == (401, "sign_in_ended")


async def test_another_password_ends_every_sign_in_but_the_one_it_begins(
    ada: Somebody, backing: Backing
) -> None:
    thief = ada.elsewhere()
    thief.access_token, thief.refresh_token = await sign_in(backing, ada.user_id)
    assert (await ada.change_password(PASSWORD, "another password")).status_code == 200
    assert code_of(await thief.profile()) == (401, "sign_in_ended")
    assert code_of(await thief.refresh()) == (401, "sign_in_ended")
    assert (await ada.profile()).status_code == 200
    assert (await ada.elsewhere().login()).status_code == 401
    assert (await ada.elsewhere().login("another password")).status_code == 200


async def test_who_is_no_longer_active_cannot_go_on(ada: Somebody, backing: Backing) -> None:
    await change_user(backing, ada.user_id, is_active=False)
    assert code_of(await ada.refresh()) == (401, "sign_in_ended")
    assert code_of(await ada.profile()) == (401, "sign_in_ended")


async def test_what_redis_has_lost_does_not_hold(ada: Somebody, redis: Redis) -> None:
    await redis.delete(*await redis.keys(f"sign-in*{ada.user_id}*"))
    assert code_of(await ada.profile()) == (401, "sign_in_ended")
    assert code_of(await ada.refresh()) == (401, "sign_in_ended")


async def test_a_token_is_good_for_its_own_purpose_only(ada: Somebody) -> None:
    access, refresh = ada.access_token, ada.refresh_token
    ada.access_token = refresh
    assert code_of(await ada.profile()) == (401, "invalid_token")
    assert code_of(await ada.refresh(access)) == (401, "invalid_token")


async def test_without_a_token_nobody_is_signed_in(http: httpx.AsyncClient) -> None:
    nobody = Somebody(http)
    refused = await nobody.profile()
    assert code_of(refused) == (401, "not_signed_in")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert code_of(await nobody.set_pin("830274")) == (401, "not_signed_in")


async def test_an_expired_token_is_told_from_a_false_one(ada: Somebody) -> None:
    claims = tokens.read(SECRET, ada.access_token, "access")
    ada.access_token = tokens.sign(SECRET, claims.model_copy(update={"exp": claims.iat - 60}))
    assert code_of(await ada.profile()) == (401, "token_expired")
    ada.access_token = tokens.sign("another secret, as long as it has to be", claims)
    assert code_of(await ada.profile()) == (401, "invalid_token")


async def test_roles_open_what_is_for_them_alone(ada: Somebody, backing: Backing) -> None:
    only_agents = with_role("agent", "admin")
    who = person(tokens.read(SECRET, ada.access_token, "access"))
    with pytest.raises(RoleRequired):
        await only_agents(who)
    await change_user(backing, ada.user_id, roles=["user", "agent"])
    await ada.refresh()
    agent = person(tokens.read(SECRET, ada.access_token, "access"))
    assert await only_agents(agent) == agent


async def test_when_a_part_is_away_the_answer_says_so_and_nothing_is_counted(
    ada: Somebody, backing: Backing, redis: Redis
) -> None:
    for away in (
        {"redis_url": SecretStr("redis://127.0.0.1:1/0")},
        {"database_url": SecretStr("postgresql://127.0.0.1:1/none")},
    ):
        settings = settings_of(backing, **away)
        async with (
            serving(settings, create_app(settings)) as (_, port),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http,
        ):
            here = Somebody(http, ada.name, ada.address, ada.access_token)
            assert code_of(await here.login()) == (503, "unavailable")
            assert code_of(await here.profile()) == (503, "unavailable")
    assert await redis.zcard(f"tries:{{all}}:login:address:{ada.counted_as}") == 0
