"""A call on the models of this machine: real speech, heard, answered and spoken here."""

import json
import subprocess
import sys
from typing import Final, cast

from benchmarks.programs import ROOT
from benchmarks.results import Offline
from benchmarks.sides.convonet import RunningConvonet

_SAID: Final = (
    "What is on my list?",
    "Create a high priority to-do to call the dentist tomorrow morning.",
    "What time is it?",
    "What is on my list?",
)
_LIMIT_S: Final = 180.0


def offline_call(up: RunningConvonet) -> Offline:
    """Place a call by `convonet call` and return how long each answer took.

    Raises:
        subprocess.CalledProcessError: an utterance had no answer.
    """
    command = [sys.executable, "-m", "convonet", "call", "--json", "--url", up.url]
    for text in _SAID:
        command += ["--say", text]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, capture_output=True, text=True, timeout=_LIMIT_S, check=True
    )
    events = [cast("dict[str, object]", json.loads(line)) for line in done.stdout.splitlines()]
    (outcome,) = (event for event in events if "reply_ms" in event)
    return Offline(
        reply_ms=cast("list[int]", outcome["reply_ms"]),
        turns=[
            cast("dict[str, int]", event["timings_ms"]) for event in events if "timings_ms" in event
        ],
    )
