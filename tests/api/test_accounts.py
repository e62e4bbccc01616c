from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
import jwt
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.db.engine import sessionmaker
from tests.api.accounts import Somebody
from tests.api.edge import SECRET, Edge
from tests.db.people import add_team


@pytest.fixture
async def http(edge: Edge) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=edge.http_url, timeout=60) as http:
        yield http


@pytest.fixture
async def ada(http: httpx.AsyncClient) -> Somebody:
    ada = Somebody(http)
    assert (await ada.register(first_name="Ada", last_name="Lovelace")).status_code == 201
    return ada


async def test_who_registers_is_signed_in_and_has_a_profile(http: httpx.AsyncClient) -> None:
    ada = Somebody(http)
    answer = await ada.register(first_name=" Ada ", time_zone="Europe/Berlin")
    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 1800
    profile = (await ada.ask("GET", "profile")).json()
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
    assert access["type"] == "access"
    assert refresh["type"] == "refresh"
    for claims, lifetime in ((access, 30 * 60), (refresh, 7 * 24 * 3600)):
        assert UUID(claims["user_id"])
        assert claims["email"] == ada.email
        assert claims["roles"] == ["user"]
        assert claims["team_id"] is None
        assert claims["exp"] - claims["iat"] == lifetime


async def test_teams_and_their_roles_are_in_the_profile_and_the_first_in_the_token(
    ada: Somebody, engine: AsyncEngine
) -> None:
    user_id = UUID((await ada.ask("GET", "profile")).json()["id"])
    first = await add_team(sessionmaker(engine), "Zebra", {user_id: "viewer"})
    second = await add_team(sessionmaker(engine), "Antelope", {user_id: "owner"})
    answer = await ada.login()
    assert [(team["id"], team["role"]) for team in answer.json()["user"]["teams"]] == [
        (str(second), "owner"),
        (str(first), "viewer"),
    ]
    claims = jwt.decode(ada.access_token, SECRET, algorithms=["HS256"])
    assert claims["team_id"] == str(first)
