import json
import subprocess
import sys
from pathlib import Path

from tests.embedded.instance import Instance


def examine(instance: Instance, *options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    command = [sys.executable, "-m", "convonet", "doctor", "--json", *options]
    done = subprocess.run(  # noqa: S603
        command,
        env=instance.env,
        cwd=instance.home.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    findings = json.loads(done.stdout)["findings"]
    return done.returncode, {one["name"]: (one["state"], one["mend"]) for one in findings}


def test_machine_that_can_run_everything_is_healthy(tmp_path: Path) -> None:
    code, found = examine(Instance(tmp_path / "home"), "--only", "home", "--only", "speech")
    assert code == 0
    assert found["disk"] == ("ok", "")
    assert found["en_US-joe-medium.onnx"] == ("ok", "")


def test_malformed_setting_is_named(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.env["CONVONET_PORT"] = "eighty"
    code, found = examine(instance)
    assert code == 1
    assert found["settings"][0] == "fail"


def test_server_that_does_not_answer_fails_with_what_to_do(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.env |= {
        "DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none",
        "REDIS_URL": "redis://:secret@127.0.0.1:1/0",
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    code, found = examine(instance, "--only", "database", "--only", "redis")
    assert code == 1
    assert {state for state, _ in found.values()} == {"fail"}
    assert all("convonet up" in mend for _, mend in found.values())
