from collections.abc import Generator

import psutil
import pytest

from convonet.embedded.probe import http
from tests.embedded.instance import Instance, eventually
from tests.eventually import eventually as until

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Generator[Instance]:
    """One home for all tests here; each test starts it when the one before has stopped it."""
    instance = Instance(tmp_path_factory.mktemp("up") / "home")
    yield instance
    instance.end()


async def test_one_command_starts_everything_and_says_where(instance: Instance) -> None:
    instance.up()
    assert all(psutil.pid_exists(pid) for pid in instance.pids.values())
    page = f"http://127.0.0.1:{instance.env['CONVONET_PORT']}"
    assert f"{page}/" in instance.said
    assert "PIN 1234" in instance.said

    async def ready() -> bool:
        return (await http("127.0.0.1", int(instance.env["CONVONET_PORT"]), "/readyz"))[0] == 200

    await until(ready)


@pytest.mark.parametrize("process", ["api", "conversation-worker", "postgres", "valkey"])
def test_killed_process_is_started_again(instance: Instance, process: str) -> None:
    instance.up()
    before = instance.pids
    instance.kill(process)
    eventually(lambda: instance.pid(process) != before[process])
    after = instance.pids
    assert {name for name in before if after[name] != before[name]} == {process}


def test_second_start_on_the_same_home_says_who_has_it(instance: Instance) -> None:
    instance.up()
    line = instance.refused()
    assert "already runs" in line
    assert str(instance.pid("supervisor")) in line


def test_next_supervisor_adopts_what_a_killed_one_left(instance: Instance) -> None:
    instance.up()
    before = instance.pids
    instance.kill("supervisor")
    instance.up()
    after = instance.pids
    assert {name for name in before if after[name] != before[name]} == {"supervisor"}
    instance.kill("valkey")
    eventually(lambda: instance.pid("valkey") != before["valkey"])


def test_changed_setting_ends_survivors_it_concerns(instance: Instance) -> None:
    instance.up()
    before = instance.pids
    instance.kill("supervisor")
    instance.env["CONVONET_LOG_LEVEL"] = "WARNING"
    instance.up()
    after = instance.pids
    assert after["api"] != before["api"]
    assert after["postgres"] == before["postgres"]


def test_ctrl_c_leaves_no_process_and_keeps_the_data(instance: Instance) -> None:
    instance.up()
    secrets = (instance.home / "secrets").read_bytes()
    assert instance.interrupt() == 0
    assert instance.leftovers == []
    assert list((instance.home / "run").iterdir()) == []
    assert (instance.home / "postgres" / "data" / "PG_VERSION").exists()
    assert (instance.home / "secrets").read_bytes() == secrets
