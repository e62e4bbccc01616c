"""Smart Turn: how likely a caller who paused has finished."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convonet.speech.local.mel import HOP, log_mel
from convonet.speech.local.onnx import open_model

_RATE = 16_000
_SECONDS = 8
_COLUMNS = _SECONDS * _RATE // HOP
_VARIANCE_FLOOR = 1e-7


class TurnModel:
    """The model, one per process; it may be used from several threads at once."""

    def __init__(self, path: Path) -> None:
        """Load the model; raises as `open_model` does."""
        self._session = open_model(path, threads=1)

    def finished(self, samples: NDArray[np.float32]) -> float:
        """Return how likely the turn is over, 0 to 1, judged by its last 8 seconds.

        `samples` are 16 kHz, -1 to 1, up to the pause. Takes about 70 ms: not for an event loop.
        """
        features = turn_features(samples)
        (probability,) = self._session.run(None, {"input_features": features[None]})
        return float(probability.reshape(-1)[0])


def turn_features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the model looks at, shape (80, 800): the sound's end, set to unit loudness."""
    tail = samples[-_SECONDS * _RATE :]
    padded = np.zeros(_SECONDS * _RATE, dtype=np.float32)
    padded[padded.size - tail.size :] = tail
    level = (padded - padded.mean()) / np.sqrt(padded.var() + _VARIANCE_FLOOR)
    return log_mel(level.astype(np.float32), _COLUMNS)
