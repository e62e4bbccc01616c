"""Deepgram Flux as `SpeechToText`: one model that hears words and knows when a turn is over."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from deepgram import AsyncDeepgramClient

from convonet.speech.deepgram.clock import AudioClock
from convonet.speech.deepgram.connection import opened
from convonet.speech.deepgram.flux_turns import FluxTurns
from convonet.speech.deepgram.keyterms import keyterms
from convonet.speech.deepgram.listening import MODEL_SETTING, Ear, Patience, ear
from convonet.speech.ports import INPUT_RATE, Hints


@dataclass(frozen=True)
class TurnTaking:
    """When Flux takes a turn to be over."""

    threshold: float = 0.7
    """Confidence, 0.5 to 0.9, from which a turn has ended."""
    eager_threshold: float | None = None
    """Confidence, 0.3 to `threshold`, from which it has likely ended; None: no eager ends."""
    timeout_ms: int = 5_000
    """Silence, 500 to 10,000 ms, that ends a turn whatever the confidence."""


class FluxSpeechToText:
    """Deepgram's v2 listen; makes one socket per call."""

    def __init__(
        self,
        client: AsyncDeepgramClient,
        model: str = "flux-general-en",
        *,
        turn_taking: TurnTaking | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._model = model
        self._turn_taking = turn_taking or TurnTaking()
        self._patience = patience or Patience()

    @property
    def name(self) -> str:
        """Who it is, for people."""
        return f"Deepgram {self._model}"

    @asynccontextmanager
    async def listen(self, hints: Hints) -> AsyncGenerator[Ear]:
        """Open a call's ear; see `SpeechToText.listen`."""
        socket = self._client.listen.v2.connect(
            model=self._model,
            encoding="linear16",
            sample_rate=INPUT_RATE,
            eot_threshold=self._turn_taking.threshold,
            eager_eot_threshold=self._turn_taking.eager_threshold,
            eot_timeout_ms=self._turn_taking.timeout_ms,
            keyterm=keyterms(hints),
        )
        clock = AudioClock()
        async with (
            opened(socket, model_setting=MODEL_SETTING) as wire,
            # v2 has no KeepAlive message: silence is what keeps it awake.
            ear(wire, FluxTurns(clock), clock, keep_alive=None, patience=self._patience) as session,
        ):
            yield session
