import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.server.auth.provider import AccessToken
from mcp_types import RequestParamsMeta, TextContent
from starlette.applications import Starlette

from convonet.db.engine import Sessions, transaction
from convonet.db.models import User
from convonet.errors import NotFound
from convonet.tools.authority import KEY_META, ORIGIN_META
from convonet.tools.serve import OneToken, http_app
from tests.db.people import add_user, caller

CLI = "from convonet.cli.tools import tools; tools()"


class Tokens:
    """Every token is the id of its user."""

    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            return AccessToken(token=token, client_id="test", scopes=[], subject=str(UUID(token)))
        except ValueError:
            return None


@asynccontextmanager
async def requests_to(app: Starlette, token: str | None) -> AsyncGenerator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, headers=headers) as http:
        yield http


@asynccontextmanager
async def signed_in(app: Starlette, user_id: UUID) -> AsyncGenerator[Client]:
    async with requests_to(app, str(user_id)) as http:
        transport = streamable_http_client("http://127.0.0.1:8000/mcp", http_client=http)
        async with Client(transport) as client:
            yield client


async def says(
    client: Client, name: str, meta: RequestParamsMeta | None = None, **args: str
) -> str:
    answer = await client.call_tool(name, dict(args), meta=meta)
    (part,) = answer.content
    assert isinstance(part, TextContent)
    return part.text


async def test_over_http_each_token_acts_for_its_user(sessions: Sessions) -> None:
    ada, eve = await add_user(sessions, "Ada"), await add_user(sessions, "Eve")
    app = http_app("todos", sessions, Tokens(), "127.0.0.1")
    async with (
        app.router.lifespan_context(app),
        signed_in(app, ada) as for_ada,
        signed_in(app, eve) as for_eve,
    ):
        assert await says(for_ada, "create_todo", title="Mine") == ("I've added a todo: Mine.")
        assert await says(for_eve, "get_todos") == "You have no open todos."
        assert await says(for_ada, "get_todos") == "You have 1 open todo: Mine."


async def test_a_client_cannot_say_on_whose_behalf_it_acts(sessions: Sessions) -> None:
    ada, eve = await add_user(sessions, "Ada"), await add_user(sessions, "Eve")
    origin = {
        "caller": (await caller(sessions, ada)).model_dump(mode="json"),
        "idempotency_key": uuid4().hex,
    }
    meta: RequestParamsMeta = {ORIGIN_META: origin}
    app = http_app("todos", sessions, Tokens(), "127.0.0.1")
    async with app.router.lifespan_context(app):
        async with signed_in(app, eve) as client:
            await says(client, "create_todo", meta, title="Eve's")
        async with signed_in(app, ada) as client:
            assert await says(client, "get_todos") == "You have no open todos."


async def test_a_client_may_make_its_repeats_harmless(sessions: Sessions) -> None:
    app = http_app("todos", sessions, Tokens(), "127.0.0.1")
    user_id = await add_user(sessions)
    meta: RequestParamsMeta = {KEY_META: "my-request-1"}
    async with app.router.lifespan_context(app), signed_in(app, user_id) as client:
        for _ in range(2):
            await says(client, "create_todo", meta, title="Once")
        assert await says(client, "get_todos") == "You have 1 open todo: Once."


@pytest.mark.parametrize("token", [None, "wrong", "é"])
async def test_without_a_valid_token_there_is_no_answer(
    sessions: Sessions, token: str | None
) -> None:
    app = http_app("todos", sessions, OneToken("right", uuid4()), "127.0.0.1")
    ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    async with app.router.lifespan_context(app), requests_to(app, None) as http:
        headers = {b"Authorization": f"Bearer {token}".encode()} if token else {}
        answer = await http.post("http://127.0.0.1:8000/mcp", json=ping, headers=headers)
    assert answer.status_code == 401


async def test_a_user_who_is_gone_is_refused(sessions: Sessions) -> None:
    app = http_app("reminders", sessions, Tokens(), "127.0.0.1")
    async with app.router.lifespan_context(app), signed_in(app, uuid4()) as client:
        assert await says(client, "get_reminders") == "this account is not active"


def test_only_our_servers_are_served(sessions: Sessions) -> None:
    with pytest.raises(NotFound, match="todos, reminders, calendar, teams, changes"):
        http_app("passwords", sessions, Tokens(), "127.0.0.1")


async def test_over_stdio_the_server_acts_for_who_started_it(
    sessions: Sessions, database_url: str, redis_url: str, temporal_address: str
) -> None:
    user_id = await add_user(sessions, "Ada")
    async with transaction(sessions) as session:
        email = (await session.get_one(User, user_id)).email
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-c", CLI, "serve", "--name", "todos"],
        env={
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "TEMPORAL_ADDRESS": temporal_address,
            "CONVONET_USER": email,
        },
    )
    async with Client(parameters) as client:
        await says(client, "create_todo", title="By stdio")
        assert await says(client, "get_todos") == "You have 1 open todo: By stdio."
