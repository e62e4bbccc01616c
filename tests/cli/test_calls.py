import asyncio
import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from convonet.cli.calls import calls
from convonet.cli.calls_view import STAGES
from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState, Turn
from convonet.contracts.conversation import (
    Channel,
    CloseCall,
    ConversationInput,
    OpenConversation,
    Providers,
    SaveTurn,
)
from convonet.contracts.voice import Timings
from convonet.db.conversations import close_conversation, open_conversation, save_turn
from convonet.db.engine import Sessions, create_engine, sessionmaker, transaction
from convonet.db.migrate import upgrade
from convonet.db.models import User
from convonet.embedded.servers import Wanted, servers
from convonet.errors import NotFound
from convonet.ids import conversation_workflow, new_call_id
from convonet.settings import settings
from tests.db.people import add_user, caller

BEGAN = f"{datetime(2026, 11, 22, 10, tzinfo=UTC).astimezone():%Y-%m-%d %H:%M:%S}"
AT = f"{datetime(2026, 11, 22, 10, 0, 3, tzinfo=UTC).astimezone():%H:%M:%S}"
OURS = ("DATABASE_URL", "REDIS_URL", "TEMPORAL_ADDRESS", "CONVONET_HOME")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def command(*words: str, database_url: str) -> Ended:
    """Run `convonet calls` in this process, as far as its errors."""
    env = {"DATABASE_URL": database_url, "COLUMNS": "200"}
    settings.cache_clear()
    try:
        done = await asyncio.to_thread(CliRunner().invoke, calls, words, env=env)
    finally:
        settings.cache_clear()
    if done.exception is not None:
        raise done.exception
    return Ended(done.exit_code, done.stdout, done.stderr)


async def convonet(*words: str, cwd: Path, **env: str) -> Ended:
    """Run it as a person does."""
    around = {name: value for name, value in os.environ.items() if name not in OURS}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "convonet", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env={**around, "CONVONET_HOME": str(cwd / "home"), **env},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


def _turn(turn_id: str, said: str, steps: tuple[Step, ...], **more: Any) -> Turn:
    at = "2026-11-22T10:00:03+00:00"
    return Turn(turn_id=turn_id, said=said, steps=steps, at=at, **more)


def _step(text: str, *states: ToolState) -> Step:
    return Step(
        text=text,
        calls=tuple(ToolCall(id=state, name="create_todo", arguments={}) for state in states),
        results=tuple(
            ToolResult(call_id=state, state=state, text="-", summary=f"Added [{state}]")
            for state in states
        ),
    )


TURNS = (
    _turn(
        "t1",
        "add a todo [high]",
        (
            _step("One moment.", ToolState.SUCCEEDED, ToolState.TIMED_OUT),
            Step(text="I've added it."),
        ),
        heard="One moment. I've added it.",
    ),
    _turn(
        "t2", "what next?", (Step(text="First this, then that."),), heard="First", typed=True
    ).model_copy(update={"interrupted": True}),
    _turn(
        "t3",
        "bye",
        (Step(text="", calls=(ToolCall(id="c", name="end_call", arguments={}),)),),
    ),
)
TIMINGS = {"endpointing": 300, "stt": 0, "llm_first_token": 40, "durability": 20, "total": 700}


async def held(sessions: Sessions, user: str = "Ada") -> tuple[str, str]:
    """Write down a call of a new user; return its id and their e-mail address."""
    call_id, user_id = new_call_id(), await add_user(sessions, user)
    opening = ConversationInput(
        call_id=call_id,
        caller=await caller(sessions, user_id),
        channel=Channel.BROWSER,
        started_at="2026-11-22T10:00:00Z",
        providers=Providers(stt="Whisper", llm="offline", tts="Joe"),
    )
    workflow_id = conversation_workflow(call_id)
    async with transaction(sessions) as session:
        await open_conversation(
            session, OpenConversation(workflow_id=workflow_id, conversation=opening)
        )
        for ordinal, turn in enumerate(TURNS):
            timings = {} if ordinal else TIMINGS
            await save_turn(
                session,
                SaveTurn(call_id=call_id, ordinal=ordinal, turn=turn, timings_ms=timings),
            )
        await close_conversation(session, CloseCall(call_id=call_id, reason="goodbye"))
        found = await session.get_one(User, user_id)
    return call_id, found.email


@pytest.fixture(scope="session")
async def sessions(engine: AsyncEngine) -> Sessions:
    return sessionmaker(engine)


async def test_a_call_is_shown_turn_by_turn(sessions: Sessions, database_url: str) -> None:
    call_id, _ = await held(sessions)
    shown = await command("show", call_id, database_url=database_url)
    assert (shown.code, shown.err) == (0, "")
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert lines[0] == f"call {call_id}"
    assert lines[1].startswith(f"Ada by browser, {BEGAN}, ")
    assert lines[1].endswith(", ended by goodbye")
    assert "Whisper · offline · Joe" in lines
    first = lines.index(f"turn 1 at {AT}")
    assert lines[first + 1 : first + 8] == [
        "caller add a todo [high]",
        "assistant One moment.",
        "tool create_todo succeeded: Added [succeeded]",
        "tool create_todo timed out: Added [timed_out]",
        "assistant I've added it.",
        "heard all of it",
        "timings 700 ms = endpointing 300, durability 20, llm_first_token 40",
    ]
    second = lines.index(f"turn 2 at {AT}")
    assert lines[second + 1 : second + 4] == [
        "typed what next?",
        "assistant First this, then that.",
        "heard “First”, then interrupted",
    ]
    third = lines.index(f"turn 3 at {AT}")
    assert lines[third + 1 : third + 4] == [
        "caller bye",
        "tool end_call has not ended yet",
        "heard not known yet",
    ]


async def test_a_call_is_shown_whole_as_json(sessions: Sessions, database_url: str) -> None:
    call_id, _ = await held(sessions)
    shown = await command("show", call_id, "--json", database_url=database_url)
    call = shown.json
    assert call["summary"]["call_id"] == call_id
    assert call["summary"]["end_reason"] == "goodbye"
    assert [turn["said"] for turn in call["turns"]] == [turn.said for turn in TURNS]
    results = call["turns"][0]["steps"][0]["results"]
    assert [result["state"] for result in results] == ["succeeded", "timed_out"]
    assert call["turns"][0]["timings_ms"] == TIMINGS
    assert [turn["heard"] for turn in call["turns"]] == [turn.heard for turn in TURNS]
    assert [turn["interrupted"] for turn in call["turns"]] == [False, True, False]


async def test_calls_of_one_user_are_listed(sessions: Sessions, database_url: str) -> None:
    call_id, email = await held(sessions, "Grace")
    await held(sessions, "Somebody else")
    listed = await command("list", "--user", email.upper(), database_url=database_url)
    heading, line = listed.out.splitlines()
    assert heading.split() == ["call", "began", "caller", "length", "turns", "ended"]
    words = line.split()
    assert words[:4] == [call_id, *BEGAN.split(), "Grace"]
    assert words[-2:] == ["3", "goodbye"]


async def test_the_list_stops_at_its_limit(sessions: Sessions, database_url: str) -> None:
    for _ in range(3):
        await held(sessions)
    listed = await command("list", "--limit", "2", "--json", database_url=database_url)
    assert len(listed.json) == 2


async def test_a_user_who_never_called_has_an_empty_list(
    sessions: Sessions, database_url: str
) -> None:
    user_id = await add_user(sessions, "Silent")
    async with transaction(sessions) as session:
        email = (await session.get_one(User, user_id)).email
    listed = await command("list", "--user", email, database_url=database_url)
    assert listed.out.startswith("No calls yet")
    assert listed.code == 0


async def test_a_call_nobody_made_is_said_not_to_be_there(database_url: str) -> None:
    with pytest.raises(NotFound, match="there is no call nothing"):
        await command("show", "nothing", database_url=database_url)


async def test_a_user_nobody_knows_is_said_not_to_be_there(database_url: str) -> None:
    with pytest.raises(NotFound, match="there is no user nobody"):
        await command("list", "--user", "nobody", database_url=database_url)


async def test_where_nothing_has_run_it_says_what_to_start(tmp_path: Path) -> None:
    listed = await convonet("calls", "list", cwd=tmp_path)
    assert listed.code == 1
    assert listed.err.startswith("convonet: nothing has run on")
    assert "convonet up" in listed.err
    assert len(listed.err.splitlines()) == 1


async def test_a_database_that_is_away_is_one_line(tmp_path: Path) -> None:
    url = "postgresql://convonet:no-secret@127.0.0.1:1/convonet"
    listed = await convonet("calls", "list", cwd=tmp_path, DATABASE_URL=url)
    assert listed.code == 1
    assert listed.err.startswith("convonet: the database does not answer")
    assert "no-secret" not in listed.err
    assert len(listed.err.splitlines()) == 1


async def test_the_embedded_database_is_found_by_its_home(tmp_path: Path) -> None:
    home = tmp_path / "instance"
    wanted = Wanted(redis=False, temporal=False, durable=False)
    async with servers(home, wanted) as stack:
        await upgrade(stack.database_url)
        engine = create_engine(stack.database_url, pool_size=1)
        call_id, _ = await held(sessionmaker(engine), uuid4().hex)
        await engine.dispose()
        listed = await convonet("calls", "list", "--json", cwd=tmp_path, CONVONET_HOME=str(home))
    assert [call["call_id"] for call in listed.json] == [call_id]


def test_every_stage_of_a_turn_is_shown() -> None:
    assert {*STAGES, "total"} == Timings.model_fields.keys()
