import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import uvicorn

from convonet.contracts.assistant import ToolState
from convonet.contracts.caller import Caller
from convonet.db.engine import Sessions
from convonet.tools.external import ExternalServer
from convonet.tools.host import ToolHost, own_servers
from convonet.tools.mcp_config import ExternalConfig
from convonet.tools.serve import OneToken, http_app
from tests.db.people import add_user
from tests.tools.calls import Client, spoken

SCRIPT = str(Path(__file__).with_name("external_server.py"))
NOBODY = Caller(user_id=uuid4(), name="Nobody")
TIMEOUT_S = 3.0
"""For a server that never answers, and enough for one that does on a busy machine."""


def external(name: str = "other", *args: str) -> ExternalServer:
    config = ExternalConfig(
        command=sys.executable, args=("-S", SCRIPT, *args), env={"GREETING": "you said"}
    )
    return ExternalServer(name, config, first_wait_s=0.01)


@asynccontextmanager
async def hosting(
    sessions: Sessions, *servers: ExternalServer, timeout_s: float = 8
) -> AsyncGenerator[Client]:
    async with ToolHost(own_servers(sessions), servers, timeout_s) as host:
        yield Client(host, NOBODY)


async def test_an_external_tool_is_offered_and_called(sessions: Sessions) -> None:
    server = external()
    async with hosting(sessions, server) as client:
        assert await server.ready()
        assert "echo" in {spec.name for spec in client.host.specs()}
        result = await client.call("echo", words="hello")
        assert (result.state, spoken(result)) == (ToolState.SUCCEEDED, "you said: hello")


async def test_a_name_of_ours_stays_ours(sessions: Sessions) -> None:
    server = external()
    async with hosting(sessions, server) as client:
        await server.ready()
        assert await client.says("get_todos") == "You have no open todos."
        assert await client.says("other__get_todos") == "somebody else's todos"


async def test_two_servers_with_the_same_tools_are_told_apart(sessions: Sessions) -> None:
    first, second = external("first"), external("second")
    async with hosting(sessions, first, second) as client:
        await first.ready()
        await second.ready()
        names = {spec.name for spec in client.host.specs()}
        assert {"first__echo", "second__echo"} <= names
        assert "echo" not in names
        assert await client.says("second__echo", words="hi") == "you said: hi"


async def test_a_server_is_reached_over_http_with_its_headers(sessions: Sessions) -> None:
    user_id, token = await add_user(sessions), "a token"
    app = http_app("todos", sessions, OneToken(token, user_id), "127.0.0.1")
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        headers = {"Authorization": f"Bearer {token}"}
        remote = ExternalServer("remote", ExternalConfig(url=url, headers=headers))
        async with hosting(sessions, remote) as client:
            assert await remote.ready()
            assert await client.says("remote__create_todo", title="Far away")
            assert await client.says("remote__get_todos") == "You have 1 open todo: Far away."
        server.should_exit = True
        await serving


async def test_a_call_waits_for_a_server_that_is_being_connected_to(sessions: Sessions) -> None:
    async with hosting(sessions, external()) as client:
        assert await client.says("echo", words="early") == "you said: early"


async def test_a_tool_that_fails_is_a_failed_result(sessions: Sessions) -> None:
    server = external()
    async with hosting(sessions, server) as client:
        await server.ready()
        assert await client.refuses("fail") == "the wiki is read-only"


async def test_a_server_that_dies_costs_one_result_and_comes_back(sessions: Sessions) -> None:
    server = external()
    async with hosting(sessions, server) as client:
        await server.ready()
        assert await client.refuses("die") == "other stopped answering."
        assert await server.ready()
        assert await client.says("echo", words="again") == "you said: again"


async def test_a_server_that_hangs_costs_one_result_and_is_started_anew(
    sessions: Sessions,
) -> None:
    server = external()
    async with hosting(sessions, server, timeout_s=TIMEOUT_S) as client:
        await server.ready()
        assert (await client.call("hang")).state is ToolState.TIMED_OUT
        assert await server.ready()
        assert await client.says("echo", words="again") == "you said: again"


async def test_a_slow_tool_does_not_cost_the_connection(sessions: Sessions) -> None:
    server = external()
    async with hosting(sessions, server, timeout_s=TIMEOUT_S) as client:
        await server.ready()
        assert (await client.call("slow")).state is ToolState.TIMED_OUT
        assert await client.says("echo", words="still here") == "you said: still here"


@pytest.mark.parametrize(
    "config",
    [
        ExternalConfig(command="/nonexistent/mcp-server"),
        ExternalConfig(command=sys.executable, args=("-c", "raise SystemExit(3)")),
        ExternalConfig(url="http://127.0.0.1:9/mcp"),
    ],
)
async def test_a_server_that_cannot_be_reached_holds_nobody_up(
    sessions: Sessions, config: ExternalConfig, caplog: pytest.LogCaptureFixture
) -> None:
    server = ExternalServer("absent", config)
    async with hosting(sessions, server) as client:
        assert not await server.ready()
        assert (await client.call("echo")).state is ToolState.UNKNOWN_TOOL
        assert await client.says("get_todos") == "You have no open todos."
    assert "the MCP server absent is away" in caplog.text


async def test_a_server_that_never_answers_holds_nobody_up(sessions: Sessions) -> None:
    async with hosting(sessions, external("mute", "--mute")) as client:
        assert await client.says("get_todos") == "You have no open todos."
