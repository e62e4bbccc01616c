"""Log-mel pictures of sound as Whisper and its relatives were trained on."""

import math
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

HOP = 160
"""Samples between two columns: 10 ms at 16 kHz."""
MELS = 80

_FFT = 400
_RATE = 16_000
_FLOOR = 1e-10
_DYNAMIC_RANGE = 8.0
_LINEAR_TOP_HZ = 1_000.0
_LINEAR_TOP_MEL = 15.0
_LOG_STEP = math.log(6.4) / 27.0

Samples = NDArray[np.float32]


def log_mel(samples: Samples, columns: int) -> NDArray[np.float32]:
    """Return the picture of `samples` (16 kHz, -1 to 1), shape (80, `columns`).

    Shorter sound is followed by silence, longer sound is cut off.
    """
    samples = samples[: columns * HOP]
    # One column past the end of the sound sees half of it; all further ones see silence only.
    heard = min(columns, samples.size // HOP + 3)
    padded = np.zeros(heard * HOP, dtype=np.float32)
    padded[: samples.size] = samples[: padded.size]
    return _compress(_mel_power(padded, heard), columns)


def _mel_power(samples: Samples, columns: int) -> NDArray[np.float32]:
    padded = np.pad(samples, _FFT // 2, mode="reflect")
    frames = sliding_window_view(padded, _FFT)[::HOP][:columns]
    power = np.abs(np.fft.rfft(frames * _window(), axis=-1)) ** 2
    return (_filters() @ power.T.astype(np.float32)).astype(np.float32)


def _compress(power: NDArray[np.float32], columns: int) -> NDArray[np.float32]:
    levels = np.full((MELS, columns), np.log10(_FLOOR), dtype=np.float32)
    levels[:, : power.shape[1]] = np.log10(np.maximum(power, _FLOOR))
    levels = np.maximum(levels, levels.max() - _DYNAMIC_RANGE)
    return ((levels + 4.0) / 4.0).astype(np.float32)


@cache
def _window() -> NDArray[np.float32]:
    return np.hanning(_FFT + 1)[:-1].astype(np.float32)


@cache
def _filters() -> NDArray[np.float32]:
    """Triangles on the Slaney mel scale, each of equal area: shape (80, 201)."""
    top_mel = _LINEAR_TOP_MEL + math.log(_RATE / 2 / _LINEAR_TOP_HZ) / _LOG_STEP
    edges = _mel_to_hz(np.linspace(0.0, float(top_mel), MELS + 2))
    bins = np.linspace(0.0, _RATE / 2, _FFT // 2 + 1)
    widths = np.diff(edges)
    slopes = edges[:, None] - bins[None, :]
    rising = -slopes[:-2] / widths[:-1, None]
    falling = slopes[2:] / widths[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = 200.0 * mel / 3.0
    curved = _LINEAR_TOP_HZ * np.exp(_LOG_STEP * (mel - _LINEAR_TOP_MEL))
    return np.where(mel >= _LINEAR_TOP_MEL, curved, linear)
