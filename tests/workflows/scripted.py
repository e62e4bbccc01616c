"""Activities that keep to a script, under the names of the real ones."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NoReturn, cast

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import heartbeating
from convonet.contracts.assistant import CallTool, Step, TakeTurn, ToolResult
from convonet.contracts.conversation import (
    Announce,
    CloseCall,
    OpenConversation,
    RunMediaSession,
    SaveTurn,
)
from tests.workflows.script import Held, Lost, Outcome, Script, T


class ScriptedActivities:
    """Plays each call's script."""

    def __init__(self, scripts: Mapping[str, Script]) -> None:
        self._scripts = scripts

    @activity.defn(name="take_turn")
    async def take_turn(self, request: TakeTurn) -> Step:
        script = self._scripts[request.call_id]
        await script.note(lambda: script.asked.append(request))
        return await _come_to(script, script.answer(request))

    @activity.defn(name="call_tool")
    async def call_tool(self, request: CallTool) -> ToolResult:
        script = self._scripts[request.call_id]
        await script.note(lambda: script.called.append(request))
        return await _come_to(script, script.result(request.call))

    @activity.defn(name="announce")
    async def announce(self, request: Announce) -> None:
        script = self._scripts[request.call_id]
        await _break_down(script)
        await script.note(lambda: script.announced.append(request))

    @activity.defn(name="open_conversation")
    async def open_conversation(self, request: OpenConversation) -> None:
        script = self._scripts[request.conversation.call_id]
        await _break_down(script)
        await script.note(lambda: script.opened.append(request))

    @activity.defn(name="save_turn")
    async def save_turn(self, request: SaveTurn) -> None:
        script = self._scripts[request.call_id]
        await _break_down(script)
        await script.note(lambda: script.saved.extend((*request.earlier, request)))

    @activity.defn(name="tell_end")
    async def tell_end(self, request: CloseCall) -> None:
        script = self._scripts[request.call_id]
        await script.note(lambda: script.told.append(request))

    @activity.defn(name="close_conversation")
    async def close_conversation(self, request: CloseCall) -> None:
        script = self._scripts[request.call_id]
        await _break_down(script)
        await script.note(lambda: script.closed.append(request))

    @activity.defn(name="run_media_session")
    async def run_media_session(self, request: RunMediaSession) -> None:
        script = self._scripts[request.call_id]
        await script.note(lambda: script.media_runs.append(request))
        if not script.media_ends:
            # Waiting for its next attempt it can be cancelled, and does not stop virtual time.
            raise ApplicationError("goes on", next_retry_delay=timedelta(days=1))
        await _come_to(script, script.media)


async def _come_to(script: Script, outcome: Outcome[T]) -> T:
    if isinstance(outcome, Lost):
        await _get_lost()
    if not isinstance(outcome, Held):
        return _settled(cast("T | Exception", outcome))
    async with _noting_cancellation(script), heartbeating():
        return _settled(await cast("Held[T]", outcome).released())


def _settled(outcome: T | Exception) -> T:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def _get_lost() -> NoReturn:
    """Let the time for all attempts pass at once, but for a moment, and miss its end."""
    info = activity.info()
    if info.attempt == 1 and info.schedule_to_close_timeout is not None:
        almost = info.schedule_to_close_timeout - timedelta(milliseconds=300)
        raise ApplicationError("lost", next_retry_delay=almost)
    await asyncio.Event().wait()
    raise AssertionError("nobody ends this wait")


async def _break_down(script: Script) -> None:
    """Fail as often as the script says."""
    name = activity.info().activity_type
    if name in script.refused:
        raise ApplicationError(f"{name} will never work", non_retryable=True)
    if script.failures.get(name, 0) > 0:
        await script.note(lambda: script.fail(name))
        raise ApplicationError(f"{name} is out of order")


@asynccontextmanager
async def _noting_cancellation(script: Script) -> AsyncGenerator[None]:
    name = activity.info().activity_type
    try:
        yield
    except asyncio.CancelledError:
        await script.note(lambda: script.abandoned.append(name))
        raise
