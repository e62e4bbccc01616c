"""A Piper voice: phonemes to sound, run by ONNX Runtime."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from convonet.errors import ProviderRefused
from convonet.speech.local.g2p import Pronouncer, phoneme_ids
from convonet.speech.local.onnx import Array, open_model

_THREADS = 2
_LOUDEST = 0.9


class _Audio(BaseModel):
    sample_rate: Annotated[int, Field(gt=0)]


class _Inference(BaseModel):
    noise_scale: float = 0.667
    length_scale: float = 1.0


class _Espeak(BaseModel):
    voice: str = "en-us"


class VoiceConfig(BaseModel):
    """What stands beside a voice, in its `.onnx.json`."""

    audio: _Audio
    inference: _Inference = _Inference()
    espeak: _Espeak = _Espeak()
    num_speakers: int = 1
    phoneme_id_map: Mapping[str, tuple[int, ...]]


class PiperVoice:
    """A loaded voice, one per process; `render` may be called by several threads at once."""

    def __init__(self, path: Path, pronouncer: Pronouncer) -> None:
        """Load a voice and its `.onnx.json`.

        Raises:
            ProviderRefused: they are missing, broken, or not an English voice.
        """
        self._config = _read_config(Path(f"{path}.json"))
        self._session = open_model(path, threads=_THREADS)
        self._pronouncer = pronouncer

    @property
    def sample_rate(self) -> int:
        """Hz of what `render` returns."""
        return self._config.audio.sample_rate

    def render(self, text: str) -> NDArray[np.float32]:
        """Return `text` spoken, -1 to 1; empty when there is nothing to say.

        The same text has the same length every time. Takes about a tenth of the sound's own time:
        not for an event loop.
        """
        phonemes = self._pronouncer.phonemes(text)
        if not phonemes:
            return np.zeros(0, dtype=np.float32)
        ids = np.array([phoneme_ids(phonemes, self._config.phoneme_id_map)], dtype=np.int64)
        inference = self._config.inference
        inputs: dict[str, Array] = {
            "input": ids,
            "input_lengths": np.array([ids.shape[1]], dtype=np.int64),
            # No noise in the durations: a sentence made again is as long as it was.
            "scales": np.array([inference.noise_scale, inference.length_scale, 0.0], np.float32),
        }
        if self._config.num_speakers > 1:
            inputs["sid"] = np.array([0], dtype=np.int64)
        (sound,) = self._session.run(None, inputs)
        return _limit(sound.reshape(-1))


def _limit(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    peak = float(np.abs(sound).max(initial=0.0))
    return sound * (_LOUDEST / peak) if peak > _LOUDEST else sound


def _read_config(path: Path) -> VoiceConfig:
    try:
        config = VoiceConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ProviderRefused(f"the voice's settings {path} cannot be read") from error
    except ValidationError as error:
        raise ProviderRefused(f"{path} does not describe a Piper voice") from error
    if not config.espeak.voice.startswith("en"):
        raise ProviderRefused(f"{path} is not an English voice")
    if not {"^", "_", "$"} <= config.phoneme_id_map.keys():
        raise ProviderRefused(f"{path} does not describe a Piper voice")
    return config
