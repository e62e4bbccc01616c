"""Deepgram nova as `SpeechToText`: for languages and settings Flux does not have."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from deepgram import AsyncDeepgramClient
from deepgram.listen.v1.socket_client import AsyncV1SocketClient

from convonet.speech.deepgram.clock import AudioClock
from convonet.speech.deepgram.connection import opened
from convonet.speech.deepgram.keyterms import keyterms
from convonet.speech.deepgram.listening import MODEL_SETTING, Ear, Patience, ear
from convonet.speech.deepgram.nova_turns import NovaTurns
from convonet.speech.ports import INPUT_RATE, Hints

_PAUSE_MS = 300
"""Silence after which `speech_final` comes."""
_WORD_GAP_MS = 1_000
"""Time without new words after which `UtteranceEnd` comes, in noise too; Deepgram's least."""


class NovaSpeechToText:
    """Deepgram's v1 listen with its own endpointing; makes one socket per call."""

    def __init__(
        self,
        client: AsyncDeepgramClient,
        model: str = "nova-3",
        *,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._model = model
        self._patience = patience or Patience()

    @property
    def name(self) -> str:
        """Who it is, for people."""
        return f"Deepgram {self._model}"

    @asynccontextmanager
    async def listen(self, hints: Hints) -> AsyncGenerator[Ear]:
        """Open a call's ear; see `SpeechToText.listen`."""
        socket = self._client.listen.v1.connect(
            model=self._model,
            encoding="linear16",
            sample_rate=INPUT_RATE,
            interim_results="true",
            smart_format="true",
            endpointing=_PAUSE_MS,
            utterance_end_ms=_WORD_GAP_MS,
            vad_events="true",
            # Only nova-3 knows keyterms; older ones refuse the whole request.
            keyterm=keyterms(hints) if self._model.startswith("nova-3") else None,
        )
        clock = AudioClock()
        turns = NovaTurns(clock)
        async with (
            opened(socket, model_setting=MODEL_SETTING) as wire,
            ear(
                _Finalizing(wire, turns),
                turns,
                clock,
                keep_alive=wire.send_keep_alive,
                patience=self._patience,
            ) as session,
        ):
            yield session


class _Finalizing:
    """A v1 socket that asks for final words when the turns need them."""

    def __init__(self, wire: AsyncV1SocketClient, turns: NovaTurns) -> None:
        self._wire = wire
        self._turns = turns

    async def send_media(self, message: bytes) -> None:
        await self._wire.send_media(message)

    async def __aiter__(self) -> AsyncIterator[object]:
        async for message in self._wire:
            yield message
            if self._turns.finalize_due:
                self._turns.finalize_due = False
                await self._wire.send_finalize()
