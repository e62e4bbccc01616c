import asyncio

import pytest
from mcp_types import CallToolResult
from sqlalchemy import text

from convonet.contracts.assistant import ToolState
from convonet.contracts.caller import Caller
from convonet.db.engine import Sessions, create_engine, sessionmaker, transaction
from convonet.errors import Unavailable
from convonet.tools.authority import TrustedHost
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.host import ToolHost, own_servers
from tests.db.people import add_user, caller
from tests.tools.calls import tool_call

TOOLS = {
    "get_todos",
    "create_todo",
    "complete_todo",
    "update_todo",
    "delete_todo",
    "get_reminders",
    "create_reminder",
    "update_reminder",
    "snooze_reminder",
    "delete_reminder",
    "create_calendar_event",
    "get_calendar_events",
    "update_calendar_event",
    "delete_calendar_event",
    "find_free_slot",
    "check_calendar_visibility",
    "sync_google_calendar_events",
    "test_google_calendar",
    "create_team",
    "get_teams",
    "get_team_members",
    "create_team_todo",
    "add_team_member",
    "remove_team_member",
    "change_member_role",
    "rename_team",
    "delete_team",
    "search_users",
    "undo_last_change",
}


@pytest.fixture
async def ada(sessions: Sessions) -> Caller:
    return await caller(sessions, await add_user(sessions))


def test_every_tool_is_told_to_the_model(host: ToolHost) -> None:
    specs = {spec.name: spec for spec in host.specs()}
    assert set(specs) == TOOLS
    assert {name for name, spec in specs.items() if spec.read_only} == {
        "get_todos",
        "get_reminders",
        "get_calendar_events",
        "get_teams",
        "get_team_members",
        "search_users",
        "find_free_slot",
        "check_calendar_visibility",
        "sync_google_calendar_events",
        "test_google_calendar",
    }
    for spec in specs.values():
        assert spec.description
        assert spec.input_schema["type"] == "object"
        assert "ctx" not in str(spec.input_schema)


async def test_an_unknown_tool_is_named(host: ToolHost, ada: Caller) -> None:
    result = await host.call(tool_call(ada, "query_db"))
    assert result.state is ToolState.UNKNOWN_TOOL
    assert "get_todos" in result.text


async def test_a_database_that_is_away_is_raised_for_another_attempt(
    ada: Caller, unused_tcp_port: int
) -> None:
    engine = create_engine(f"postgresql://u:p@127.0.0.1:{unused_tcp_port}/d")
    async with ToolHost(own_servers(sessionmaker(engine))) as host:
        for name in ("get_todos", "undo_last_change"):
            with pytest.raises(Unavailable):
                await host.call(tool_call(ada, name))
    await engine.dispose()


async def test_a_tool_that_takes_too_long_times_out_and_changes_nothing(
    sessions: Sessions, ada: Caller
) -> None:
    async def wait_for_nothing(work: Work) -> tuple[Answer, None]:
        await work.session.execute(text("SELECT 1"))
        await asyncio.Event().wait()
        raise AssertionError

    server = ToolServer("slow")
    desk = Desk(sessions, TrustedHost())

    @server.tool()
    async def slow(ctx: ToolContext) -> CallToolResult:
        """Wait for nothing."""
        return await desk.change(ctx, wait_for_nothing)

    request = tool_call(ada, "slow")
    async with ToolHost([server], timeout_s=0.2) as host:
        assert (await host.call(request)).state is ToolState.TIMED_OUT
    async with transaction(sessions) as session:
        query = text("SELECT count(*) FROM tool_effects WHERE idempotency_key = :key")
        assert await session.scalar(query, {"key": request.idempotency_key}) == 0


async def test_a_tool_that_crashes_fails_without_telling_secrets(
    ada: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    server = ToolServer("broken")

    @server.tool()
    async def broken(ctx: ToolContext) -> CallToolResult:
        """Crash."""
        raise RuntimeError("the password is swordfish")

    async with ToolHost([server]) as host:
        result = await host.call(tool_call(ada, "broken"))
    assert result.state is ToolState.FAILED
    assert result.text == "broken failed because of an error on our side."
    assert "the tool broken crashed" in caplog.text
