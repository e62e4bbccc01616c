"""What callers say: a voice in 20 ms frames, and what counts as one."""

from typing import Final

import numpy as np

INPUT_RATE: Final = 16_000
OUTPUT_RATE: Final = 24_000
FRAME_MS: Final = 20
UTTERANCE_MS: Final = 1_500

SILENCE: Final = bytes(INPUT_RATE * 2 * FRAME_MS // 1_000)
_VOICED_RMS: Final = 300.0
_SYLLABLE_HZ, _PITCH_HZ, _LOUDNESS = 4, 210, 8_000


def utterance() -> list[bytes]:
    """Return the frames of something said: voiced throughout, loud and soft like syllables."""
    seconds = np.arange(INPUT_RATE * UTTERANCE_MS // 1_000) / INPUT_RATE
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * _SYLLABLE_HZ * seconds)
    wave = _LOUDNESS * syllables * np.sin(2 * np.pi * _PITCH_HZ * seconds)
    pcm = wave.astype("<i2").tobytes()
    return [pcm[at : at + len(SILENCE)] for at in range(0, len(pcm), len(SILENCE))]


def voiced(pcm: bytes) -> bool:
    """Tell whether there is a voice in a piece of sound (mono, 16-bit)."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    return bool(samples.size) and float(np.mean(samples * samples)) > _VOICED_RMS**2


def length_s(pcm: bytes, rate: int = OUTPUT_RATE) -> float:
    """Return how long a piece of sound (mono, 16-bit) is."""
    return len(pcm) / 2 / rate
