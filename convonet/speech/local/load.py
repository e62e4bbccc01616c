"""Load the offline engines: at once for the caller, in the background for the machine."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from convonet.errors import ProviderRefused
from convonet.settings import Settings
from convonet.speech.local import models
from convonet.speech.local.decoder import decoders_at_once
from convonet.speech.local.g2p import Pronouncer
from convonet.speech.local.loading import Loading
from convonet.speech.local.piper import PiperVoice
from convonet.speech.local.recognizer import LocalSpeechToText
from convonet.speech.local.turn_model import TurnModel
from convonet.speech.local.vad import WINDOW, VoiceActivity
from convonet.speech.local.voice import LocalTextToSpeech
from convonet.speech.local.whisper import Whisper
from convonet.speech.ports import INPUT_RATE, Engines

_LOG = logging.getLogger(__name__)
_WARM_UP = "Hello, how can I help?"
_HERE = "(on this machine)"


def load_engines(settings: Settings) -> Engines:
    """Return the offline engines at once; their models load in threads, the VAD first.

    Whoever uses an engine before its models are there waits for them, and is told then
    (`ProviderRefused`) when one is missing or broken.
    """
    return Engines(load_stt(settings), load_tts(settings))


def load_stt(settings: Settings) -> LocalSpeechToText:
    """Return the offline ear alone."""
    threads = _threads("load-ear", 3)
    path = settings.convonet_whisper_path
    name = path.name if path else settings.convonet_whisper_model
    stt = LocalSpeechToText(
        f"Whisper {name} {_HERE}",
        Loading(_load_vad, threads),
        Loading(load_turn_model, threads),
        Loading(_whisper_loader(settings), threads),
    )
    threads.shutdown(wait=False)
    return stt


def load_tts(settings: Settings) -> LocalTextToSpeech:
    """Return the offline voice alone."""
    threads = _threads("load-voice", 1)
    path = settings.convonet_voice_path
    name = path.stem if path else "Joe"
    tts = LocalTextToSpeech(f"{name} {_HERE}", Loading(_voice_loader(path), threads))
    threads.shutdown(wait=False)
    return tts


async def warm(engines: Engines) -> None:
    """Wait until the local engines among `engines` are ready to work at full speed.

    Raises:
        ProviderRefused: a model is missing or broken.
    """
    for engine in (engines.stt, engines.tts):
        if isinstance(engine, LocalSpeechToText | LocalTextToSpeech):
            await engine.warm()


def _threads(name: str, count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, name)


def _load_vad() -> VoiceActivity:
    vad = VoiceActivity(models.VAD.checked())
    vad.ear().judge(np.zeros((1, WINDOW), dtype=np.float32))
    return vad


def load_turn_model(file: models.ModelFile = models.TURN) -> TurnModel | None:
    """Return the turn model, or None (and a warning) when there is no good one."""
    try:
        model = TurnModel(file.checked())
    except ProviderRefused as error:
        _LOG.warning("Without a turn model, turns end by silence alone: %s", error)
        return None
    model.finished(np.zeros(INPUT_RATE, dtype=np.float32))
    return model


def _whisper_loader(settings: Settings) -> Callable[[], Whisper]:
    def load() -> Whisper:
        files = models.whisper_files(
            settings.convonet_whisper_model, settings.convonet_whisper_path
        )
        whisper = Whisper(files, workers=decoders_at_once() + 1)
        whisper.transcribe(np.zeros(INPUT_RATE, dtype=np.float32))
        return whisper

    return load


def _voice_loader(path: Path | None) -> Callable[[], PiperVoice]:
    def load() -> PiperVoice:
        voice = PiperVoice(path or models.VOICE.checked(), Pronouncer())
        voice.render(_WARM_UP)
        return voice

    return load
