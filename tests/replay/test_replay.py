"""Every recorded history must replay under today's workflow code."""

import pytest
from temporalio.client import WorkflowHistory
from temporalio.workflow import NondeterminismError

from tests.replay.other_workflow import HastyConversationWorkflow
from tests.replay.record import HISTORIES
from tests.replay.scenarios import scenarios
from tests.workflows.deployment import replayer

RECORDED = {
    path.stem: WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))
    for path in sorted(HISTORIES.glob("*.json"))
}


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_call_replays(name: str) -> None:
    await replayer().replay_workflow(RECORDED[name])


@pytest.mark.parametrize("name", RECORDED)
async def test_a_stray_change_of_the_workflow_is_caught(name: str) -> None:
    with pytest.raises(NondeterminismError):
        await replayer([HastyConversationWorkflow]).replay_workflow(RECORDED[name])


def test_every_scenario_is_recorded() -> None:
    """Run `make histories` after adding one."""
    assert {scenario.name for scenario in scenarios()} <= set(RECORDED)
