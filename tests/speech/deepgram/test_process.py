"""The protocol-level Deepgram as a process of its own, as benchmarks use it."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from convonet.speech.deepgram.engines import deepgram_engines
from convonet.speech.ports import EndOfTurn, Hints
from tests.speech.deepgram.sounds import feed, quiet, settings_for, tone, until_end_of_turn


@asynccontextmanager
async def process(*options: str) -> AsyncGenerator[str]:
    """Run it with these options; gives its base URL."""
    command = [sys.executable, "-m", "tests.providers.deepgram", *options]
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert running.stdout is not None
    try:
        async with asyncio.timeout(90):
            yield (await running.stdout.readline()).decode().strip()
            running.terminate()
            assert await running.wait() == 0
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def test_every_call_hears_the_sentences_in_a_circle_and_is_spoken_to() -> None:
    options = ("--say", "create a todo", "--say", "goodbye", "--speed", "50", "--end-ms", "200")
    async with process(*options, "--first-audio-ms", "10") as base_url:
        engines = deepgram_engines(settings_for(base_url))
        for _ in range(2):
            async with engines.stt.listen(Hints()) as ear, engines.tts.speak(24_000) as voice:
                events = ear.events()
                for expected in ("create a todo", "goodbye", "create a todo"):
                    await feed(ear, tone(400) + quiet(300))
                    heard = await until_end_of_turn(events)
                    assert isinstance(heard[-1], EndOfTurn)
                    assert heard[-1].text == expected
                assert [pcm async for pcm in voice.synthesize("Done.")]
