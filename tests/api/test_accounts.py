from uuid import UUID

import httpx
import jwt
import pytest

from convonet.accounts.allowances import REGISTRATIONS_OF_ADDRESS, registration_counts
from convonet.db.engine import sessionmaker
from convonet.redis.client import Redis
from convonet.redis.tries import Tries
from tests.api.accounts import PASSWORD, Somebody, code_of
from tests.api.edge import SECRET, Backing
from tests.db.people import add_team

WEAK = ["short", "password", "PassWord1", "12345678", "aaaaaaaaaa", "abcabcabcabc", "        "]
NOT_VALID: list[dict[str, object]] = [
    {"email": "no address"},
    {"email": "a@b"},
    {"email": "nul\0@example.com"},
    {"email": "lone\ud800@example.com"},
    {"email": f"{'x' * 60}@{'y' * 250}.com"},
    {"username": "a"},
    {"username": "with space"},
    {"username": "with@sign"},
    {"username": "trailing-"},
    {"password": "x" * 257},
    {"password": None},
    {"password": "lone surrogate \ud800"},
    {"first_name": "line\nbreak"},
    {"last_name": "x" * 101},
    {"time_zone": "Europe/Atlantis"},
    {"time_zone": "../../etc/passwd"},
    {"roles": ["admin"]},
]


async def test_who_registers_is_signed_in_and_has_a_profile(http: httpx.AsyncClient) -> None:
    ada = Somebody(http)
    answer = await ada.register(first_name=" Ada ", time_zone="Europe/Berlin")
    assert answer.status_code == 201
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 1800
    profile = (await ada.profile()).json()
    assert answer.json()["user"] == profile
    assert profile["name"] == "Ada"
    assert profile["email"] == ada.email
    assert profile["time_zone"] == "Europe/Berlin"
    assert profile["roles"] == ["user"]
    assert profile["teams"] == []
    assert profile["voice_pin_set"] is False


async def test_tokens_say_what_other_programs_expect(ada: Somebody) -> None:
    access = jwt.decode(ada.access_token, SECRET, algorithms=["HS256"])
    refresh = jwt.decode(ada.refresh_token, SECRET, algorithms=["HS256"])
    assert (access["type"], refresh["type"]) == ("access", "refresh")
    for claims, lifetime in ((access, 30 * 60), (refresh, 7 * 24 * 3600)):
        assert claims["user_id"] == str(ada.user_id)
        assert claims["email"] == ada.email
        assert claims["roles"] == ["user"]
        assert claims["team_id"] is None
        assert claims["exp"] - claims["iat"] == lifetime


async def test_teams_and_their_roles_are_in_the_profile_and_the_first_in_the_token(
    ada: Somebody, backing: Backing
) -> None:
    sessions = sessionmaker(backing.engine)
    first = await add_team(sessions, "Zebra", {ada.user_id: "viewer"})
    second = await add_team(sessions, "Antelope", {ada.user_id: "owner"})
    answer = await ada.refresh()
    assert [(team["id"], team["role"]) for team in answer.json()["user"]["teams"]] == [
        (str(second), "owner"),
        (str(first), "viewer"),
    ]
    claims = jwt.decode(ada.access_token, SECRET, algorithms=["HS256"])
    assert UUID(claims["team_id"]) == first


async def test_who_has_a_name_already_is_not_said(ada: Somebody, http: httpx.AsyncClient) -> None:
    newcomer = Somebody(http)
    same_address = await newcomer.register(email=ada.email.upper())
    same_name = await newcomer.register(username=ada.name.upper())
    assert code_of(same_address) == (409, "name_taken")
    assert same_address.json() == same_name.json()


@pytest.mark.parametrize("password", WEAK)
async def test_a_password_that_many_have_is_refused(http: httpx.AsyncClient, password: str) -> None:
    answer = await Somebody(http).register(password=password)
    assert answer.status_code == 422
    assert answer.json()["code"] in {"weak_password", "invalid"}


async def test_a_password_may_not_be_ones_own_name(http: httpx.AsyncClient) -> None:
    ada = Somebody(http)
    for password in (ada.email, ada.name, ada.name[::-1], ada.email.upper()):
        assert code_of(await ada.register(password=password)) == (422, "weak_password")


@pytest.mark.parametrize("wrong", NOT_VALID, ids="-".join)
async def test_what_makes_no_sense_is_refused_before_anything_is_done(
    http: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    answer = await Somebody(http).register(**wrong)
    assert code_of(answer) == (422, "invalid")
    assert [fault["at"].split(".")[:2] for fault in answer.json()["faults"]] == [
        ["body", *wrong.keys()]
    ]
    assert PASSWORD not in answer.text


async def test_what_is_given_of_a_profile_changes_and_nothing_else(ada: Somebody) -> None:
    before = (await ada.profile()).json()
    answer = await ada.change(first_name="Ada", time_zone="Asia/Tokyo", username=None)
    assert answer.json() == {
        **before,
        "first_name": "Ada",
        "name": "Ada",
        "time_zone": "Asia/Tokyo",
    }
    assert (await ada.profile()).json() == answer.json()
    assert (await ada.change()).json() == answer.json()


async def test_the_address_changes_with_the_password_only(ada: Somebody) -> None:
    new = f"new.{ada.email}"
    assert code_of(await ada.change(email=new)) == (403, "wrong_password")
    wrong = await ada.change(email=new, current_password="not the password")
    assert code_of(wrong) == (403, "wrong_password")
    assert (await ada.change(email=ada.email)).status_code == 200
    right = await ada.change(email=new, current_password=PASSWORD)
    assert right.json()["email"] == new


async def test_nobody_gets_the_name_of_somebody_else(ada: Somebody, bob: Somebody) -> None:
    assert code_of(await bob.change(username=ada.name.upper())) == (409, "name_taken")
    taken = await bob.change(email=ada.email.upper(), current_password=PASSWORD, first_name="Bo")
    assert code_of(taken) == (409, "name_taken")
    assert (await bob.profile()).json()["first_name"] == "Ada"


async def test_names_cannot_be_looked_up_by_asking_for_them(ada: Somebody) -> None:
    answers = [await ada.change(username=f"{ada.name}-{number}") for number in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert code_of(answers[20]) == (429, "too_many_tries")
    assert 0 < int(answers[20].headers["Retry-After"]) <= 24 * 3600


async def test_registrations_from_an_address_are_limited(
    http: httpx.AsyncClient, redis: Redis
) -> None:
    crowd = Somebody(http)
    for _ in range(REGISTRATIONS_OF_ADDRESS[0].most):
        await Tries(redis).take(registration_counts(crowd.counted_as))
    refused = await crowd.register()
    assert code_of(refused) == (429, "too_many_tries")
    assert 0 < int(refused.headers["Retry-After"]) <= REGISTRATIONS_OF_ADDRESS[0].window_s
