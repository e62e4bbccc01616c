"""Every process of ours is told to stop during a call; the caller hears every word once."""

import asyncio
import os
import signal

import pytest
from temporalio.api.failure.v1 import Failure

from tests.calls.test_kills import STORY
from tests.deploys.conftest import Deployed
from tests.embedded.instance import eventually
from tests.providers.anthropic_replies import Call, Reply

pytestmark = pytest.mark.timeout(600)


async def replaced(deployed: Deployed, process: str) -> None:
    """Have a process stopped, and wait until another one is in its place."""
    old = deployed.instance.pid(process)
    os.kill(old, signal.SIGTERM)
    await asyncio.to_thread(eventually, lambda: deployed.instance.pid(process) != old)


def given_up(failure: Failure) -> bool:
    """Whether its worker said so, instead of being missed."""
    return failure.HasField("application_failure_info") or failure.HasField("server_failure_info")


async def test_every_process_is_replaced_in_the_middle_of_an_answer(deployed: Deployed) -> None:
    async with deployed.ground.call() as call:
        deployed.providers.claude.replies.append(Reply(" ".join(STORY)))
        await call.type("tell me a story")
        loudspeaker = call.line.loudspeaker
        for process in ("voice-worker", "conversation-worker", "api"):
            heard_ms = loudspeaker.played_ms().get("t1", 0)
            await call.line.wait_for(
                lambda so_far=heard_ms: loudspeaker.played_ms().get("t1", 0) > so_far + 300, 90
            )
            await replaced(deployed, process)
        await call.heard_out("t1")
        described = await deployed.workflow(call).describe()
        (media,) = described.raw_description.pending_activities
        deployed.providers.claude.replies.append(Reply("Good night."))
        await call.type("thank you")
        await call.heard_out("t2")
    # A filler may be heard while nobody thinks; of the story every sentence is, once.
    assert [text for text in call.replies("t1") if text in STORY] == STORY
    assert call.replies("t2")[-1] == "Good night."
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
    claude.replies += [
        Reply("Never heard.", then="stall"),
        Reply("", [Call("create_todo", {"title": "after the restart"})]),
        Reply("Added."),
    ]
    async with deployed.ground.call() as call:
        await call.type("add a todo")
        await asyncio.wait_for(claude.stalled.wait(), 90)
        await replaced(deployed, "conversation-worker")
        await call.heard_out("t1")
    assert call.replies("t1")[-1] == "Added."
    rows = await deployed.ground.rows(
        "select 1 from todos_convonet where title = 'after the restart'"
    )
    assert len(rows) == 1
    history = await deployed.workflow(call).fetch_history()
    starts = [event.activity_task_started_event_attributes for event in history.events]
    (failure,) = [start.last_failure for start in starts if start.attempt == 2]
    assert given_up(failure), failure
