import os
from collections.abc import Generator

import psutil
import pytest

from convonet.embedded.program import MARK
from convonet.startup import STAND_BY
from tests.embedded.instance import Instance, eventually

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Generator[Instance]:
    instance = Instance(tmp_path_factory.mktemp("standby") / "home")
    yield instance
    instance.end()


def spares(instance: Instance) -> dict[str, int]:
    """The processes that stand by, by the program they stand by for."""
    at_work = set(instance.pids.values())
    waiting = [p for p in instance.leftovers if p.pid not in at_work]
    environments = {process.pid: _environment(process) for process in waiting}
    return {env[MARK].split()[0]: pid for pid, env in environments.items() if STAND_BY in env}


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}  # It has just ended.


@pytest.mark.parametrize("process", ["api", "voice-worker", "conversation-worker"])
def test_a_spare_takes_the_place_of_a_killed_process(instance: Instance, process: str) -> None:
    instance.up()
    eventually(lambda: process in spares(instance))
    spare = spares(instance)[process]
    instance.kill(process)
    eventually(lambda: instance.pid(process) == spare)
    eventually(lambda: process in spares(instance))
    assert spares(instance)[process] != spare
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    eventually(lambda: os.getpriority(os.PRIO_PROCESS, spare) == ours)


def test_spares_go_with_their_supervisor_and_the_next_has_its_own(instance: Instance) -> None:
    instance.up()
    eventually(lambda: len(spares(instance)) == 3)
    before, waiting = instance.pids, spares(instance)
    instance.kill("supervisor")
    instance.up()
    after = instance.pids
    assert {name for name in before if after[name] != before[name]} == {"supervisor"}
    eventually(lambda: not any(psutil.pid_exists(pid) for pid in waiting.values()))
    eventually(lambda: len(spares(instance)) == 3)


def test_stopping_ends_the_spares_too(instance: Instance) -> None:
    instance.up()
    eventually(lambda: len(spares(instance)) == 3)
    assert instance.interrupt() == 0
    assert instance.leftovers == []
