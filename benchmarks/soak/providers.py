"""The provider servers in a process of their own: `python -m benchmarks.soak.providers`.

Deepgram understands the callers' tones, Claude answers by the script. Prints one line of JSON with
their addresses, then serves until SIGTERM.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Mapping

import uvloop

from benchmarks.delays import END_OF_TURN_MS, FIRST_AUDIO_MS, KEY, SPEECH_SPEED
from benchmarks.soak import script
from benchmarks.soak.tones import Tones
from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_replies import Reply
from tests.providers.deepgram import running
from tests.providers.deepgram_hearing import Event, FluxHearing
from tests.providers.deepgram_script import Script, Utterance


class Unscripted(Script):
    """Nothing is scripted: which words a sound means is heard from the sound."""

    def next_utterance(self, turn: int) -> Utterance | None:
        """Return an utterance of which no word is known yet."""
        del turn
        return Utterance(("",), self.end_ms)


class ToneHearing(FluxHearing):
    """A Flux that knows the callers' tones."""

    def __init__(self, script: Script, sample_rate: int, *, eager: bool) -> None:
        super().__init__(script, sample_rate, eager=eager)
        self._tones = Tones()

    def feed(self, pcm: bytes) -> list[Event]:
        """Return the messages that this audio leads to."""
        self._tones.feed(pcm)
        if self._speech is not None:
            words = " ".join(self._tones.words)
            self._speech.utterance = Utterance((words,), self._speech.utterance.end_ms)
        events = super().feed(pcm)
        if any(event["event"] == "EndOfTurn" for event in events):
            self._tones = Tones()
        return events


async def _serve() -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    hears = Unscripted(
        key=KEY,
        end_ms=END_OF_TURN_MS,
        first_audio_ms=FIRST_AUDIO_MS,
        speed=SPEECH_SPEED,
        flushes_per_minute=1_000,
        hearing=ToneHearing,
    )

    def answer(request: Mapping[str, object]) -> Reply:
        claude.requests.clear()  # Each holds a whole conversation.
        return script.answer(request)

    claude = AnthropicServer(api_key=KEY, otherwise=answer)
    async with claude, running(hears) as deepgram:
        addresses = {"anthropic": claude.base_url, "deepgram": deepgram.base_url}
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    uvloop.run(_serve())
