"""Every process of ours is told to stop during a call; the caller hears every word once."""

import asyncio
import os
import signal

import pytest
from temporalio.api.failure.v1 import Failure

from tests.calls.placing import LIMIT_S, Placed
from tests.calls.test_kills import STORY
from tests.deploys.conftest import Deployed
from tests.embedded.instance import eventually
from tests.providers.anthropic_replies import Reply

pytestmark = pytest.mark.timeout(600)


async def heard_more(call: Placed) -> None:
    """Wait until more of the answer has been heard, or all of it."""
    so_far = call.line.loudspeaker.played_ms().get("t1", 0)

    def more() -> bool:
        over = bool(call.seen("turn", turn_id="t1"))
        return over or call.line.loudspeaker.played_ms().get("t1", 0) > so_far + 300

    assert await call.line.wait_for(more, LIMIT_S)


async def replaced(deployed: Deployed, process: str) -> None:
    """Have a process stopped, and wait until another one is in its place."""
    old = deployed.instance.pid(process)
    os.kill(old, signal.SIGTERM)
    await asyncio.to_thread(eventually, lambda: deployed.instance.pid(process) != old)


def given_up(failure: Failure) -> bool:
    """Whether its worker said so, instead of being missed."""
    return failure.HasField("application_failure_info") or failure.HasField("server_failure_info")


async def test_every_process_is_replaced_in_the_middle_of_an_answer(deployed: Deployed) -> None:
    providers = deployed.providers
    async with deployed.ground.call() as call:
        loudspeaker = call.line.loudspeaker
        with providers.answering(" ".join(STORY)):
            await call.type("tell me a story")
            for process in ("voice-worker", "conversation-worker", "api"):
                await heard_more(call)
                await replaced(deployed, process)
            await call.heard_out("t1")
        described = await deployed.workflow(call).describe()
        (media,) = [
            one
            for one in described.raw_description.pending_activities
            if one.activity_type.name == "run_media_session"
        ]
        with providers.answering("Good night."):
            await call.type("thank you")
            await call.heard_out("t2")
    assert call.replies("t1") == STORY
    assert call.replies("t2") == ["Good night."]
    announced = sum(message["ms"] for message in call.seen("audio", turn_id="t1"))
    assert loudspeaker.played_ms()["t1"] == announced
    assert call.line.ended == "hangup"
    assert media.attempt > 1
    assert given_up(media.last_failure), media.last_failure


async def test_what_a_stopped_worker_has_not_finished_is_done_by_the_next(
    deployed: Deployed,
) -> None:
    claude = deployed.providers.claude
    claude.stalled.clear()
    claude.replies.append(Reply("Never heard.", then="stall"))
    async with deployed.ground.call() as call:
        await call.type("add a todo to start again")
        await asyncio.wait_for(claude.stalled.wait(), LIMIT_S)
        await replaced(deployed, "conversation-worker")
        await call.heard_out("t1")
    assert call.replies("t1")[-1] == "I've added a todo: start again."
    rows = await deployed.ground.rows("select 1 from todos_convonet where title = 'start again'")
    assert len(rows) == 1
    history = await deployed.workflow(call).fetch_history()
    starts = [event.activity_task_started_event_attributes for event in history.events]
    thoughts = {
        event.event_id
        for event in history.events
        if event.activity_task_scheduled_event_attributes.activity_type.name == "take_turn"
    }
    failures = [start.last_failure for start in starts if start.scheduled_event_id in thoughts]
    assert given_up(failures[0]), failures[0]
