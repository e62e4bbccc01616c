"""Processes that freeze instead of dying, and workers of which there are two."""

import os
import signal

from temporalio.client import WorkflowHandle

from convonet.ids import conversation_workflow
from temporal.client import connect
from tests.calls.placing import Ground
from tests.chaos.addresses import settings_of
from tests.chaos.cells import FROZEN_LIMIT_S, OURS_LIMIT_S, Harm, Moment, Victim
from tests.chaos.harming import Blow, Cell
from tests.chaos.second import WORKERS
from tests.chaos.stages import Stage

FROZEN_S = 5.0
HOLE_S = 1.5


async def holder(ground: Ground, part: Victim, call_id: str) -> int:
    """Return the process that holds a call now: the one of its activity or its workflow."""
    client = await connect(settings_of(ground))
    handle = client.get_workflow_handle(conversation_workflow(call_id))
    identity = await (_hears(handle) if part is Victim.VOICE else _decides(handle))
    return int(identity.partition("@")[0])


async def _hears(handle: WorkflowHandle[object, object]) -> str:
    description = await handle.describe()
    for activity in description.raw_description.pending_activities:
        if activity.activity_type.name == "run_media_session":
            return activity.last_worker_identity
    raise AssertionError("nobody holds the call")


async def _decides(handle: WorkflowHandle[object, object]) -> str:
    history = await handle.fetch_history()
    tasks = [e for e in history.events if e.HasField("workflow_task_started_event_attributes")]
    return tasks[-1].workflow_task_started_event_attributes.identity


def one_of_two() -> list[Cell]:
    """Return cases in which the worker that holds the call dies or freezes; another is there."""

    def kill(stage: Stage, harm: Harm, moment: Moment) -> Blow:
        async def do(call_id: str) -> None:
            os.kill(await holder(stage.ground, harm.part, call_id), signal.SIGKILL)

        async def undo() -> None:
            assert stage.second is not None
            await stage.second.start(harm.part)

        return Blow(stage.ground, harm, moment, do, undo)

    def freeze(stage: Stage, harm: Harm, moment: Moment) -> Blow:
        return _freeze(stage, harm, moment, holds_call=True)

    cells: list[Cell] = []
    for moment in Moment:
        for part in WORKERS:
            cells.append(Cell(Harm(f"{part.value}, one of two", part), moment, kill))
            name = f"{part.value} frozen, one of two"
            frozen = Harm(name, part, FROZEN_LIMIT_S, lasts_s=FROZEN_S)
            cells.append(Cell(frozen, moment, freeze))
    return cells


def alone() -> list[Cell]:
    """Return cases in which the only process of its kind freezes, and thaws."""
    return [_frozen_alone(part, moment) for moment in Moment for part in (Victim.API, *WORKERS)]


def _frozen_alone(part: Victim, moment: Moment) -> Cell:
    # Speech with a longer hole in it is two utterances, as it is to a person on the telephone.
    in_speech = part is Victim.API and moment in (Moment.SPEAKING, Moment.INTERRUPTION)
    lasts_s = HOLE_S if in_speech else FROZEN_S
    name = f"{part.value} frozen"
    return Cell(Harm(name, part, OURS_LIMIT_S, from_back=True, lasts_s=lasts_s), moment, _freeze)


def _freeze(stage: Stage, harm: Harm, moment: Moment, *, holds_call: bool = False) -> Blow:
    frozen: list[int] = []

    async def do(call_id: str) -> None:
        if holds_call:
            frozen.append(await holder(stage.ground, harm.part, call_id))
        else:
            frozen.append(stage.ground.instance.pid(harm.part.value))
        os.kill(frozen[0], signal.SIGSTOP)

    async def undo() -> None:
        os.kill(frozen[0], signal.SIGCONT)

    return Blow(stage.ground, harm, moment, do, undo)
