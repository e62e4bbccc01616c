"""`convonet worker`: one worker process."""

from enum import StrEnum

import uvloop

import workers


class Kind(StrEnum):
    """What a worker process does."""

    VOICE = "voice"
    CONVERSATION = "conversation"


def worker(kind: Kind) -> None:
    """Run media sessions (voice) or workflows and their activities (conversation)."""
    uvloop.run(workers.run(kind.value))
