import asyncio
import os
import subprocess
import sys
from collections.abc import Generator

import pytest

from convonet.embedded import priority

_WAITS = """
import sys, threading
threading.Thread(target=sys.stdin.read).start()
print("there", flush=True)
"""


@pytest.fixture
def child() -> Generator["subprocess.Popen[bytes]"]:
    pipe = subprocess.PIPE
    child = subprocess.Popen([sys.executable, "-c", _WAITS], stdin=pipe, stdout=pipe)  # noqa: S603
    priority.give_way(child.pid)
    with child:
        yield child
        child.kill()


def _priorities(child: "subprocess.Popen[bytes]") -> set[int]:
    threads = os.listdir(f"/proc/{child.pid}/task")
    return {os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in threads}


@pytest.mark.skipif(sys.platform != "linux", reason="nobody gives way there")
async def test_what_gave_way_gets_its_priority_back(child: "subprocess.Popen[bytes]") -> None:
    assert child.stdout is not None
    assert child.stdout.readline() == b"there\n"
    await priority.restore(child.pid)
    assert _priorities(child) == {os.getpriority(os.PRIO_PROCESS, 0)}


async def test_nothing_happens_to_a_process_that_has_gone() -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await child.wait()
    priority.give_way(child.pid)
    await priority.restore(child.pid)
