import os
import subprocess
import sys
from pathlib import Path

from convonet.embedded import ports


def test_the_api_logs_what_happens_to_it(tmp_path: Path) -> None:
    env = os.environ | {
        "CONVONET_HOME": str(tmp_path),
        "CONVONET_PORT": str(ports.free(["api"])["api"]),
        "DATABASE_URL": "postgresql://127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "JWT_SECRET": "a secret of tests, as long as it has to be",
    }
    command = [sys.executable, "-m", "convonet", "api"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as api:  # noqa: S603
        try:
            assert api.stderr
            assert any(" INFO " in line and "startup complete" in line for line in api.stderr)
        finally:
            api.terminate()
