"""`convonet worker`: one worker process."""

import asyncio
from enum import StrEnum

import workers


class Kind(StrEnum):
    """What a worker process does."""

    VOICE = "voice"
    CONVERSATION = "conversation"


def worker(kind: Kind) -> None:
    """Run media sessions (voice) or workflows and their activities (conversation)."""
    asyncio.run(workers.run(kind.value))
