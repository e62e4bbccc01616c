import asyncio

import pytest

from activities.media import MediaActivities
from convonet.contracts.conversation import RunMediaSession
from tests.activities.attempts import attempt
from tests.assistant.conversations import ANN

REQUEST = RunMediaSession(call_id="call", caller=ANN, generation=2, output_sample_rate=24_000)


async def test_a_media_session_knows_which_attempt_it_is() -> None:
    runs: list[tuple[RunMediaSession, int]] = []

    async def run(request: RunMediaSession, number: int) -> None:
        runs.append((request, number))

    await attempt(3, MediaActivities(run).run_media_session, REQUEST)
    assert runs == [(REQUEST, 3)]


async def test_a_media_session_ends_with_its_activity() -> None:
    began = asyncio.Event()

    async def run(_request: RunMediaSession, _number: int) -> None:
        began.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(attempt(1, MediaActivities(run).run_media_session, REQUEST))
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
