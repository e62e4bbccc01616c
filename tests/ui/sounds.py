"""What the microphone plays, and how much of what left the page can be heard. All 16 bit, mono."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FRAMES_A_SECOND = 50
AUDIBLE = 200


def write_wav(path: Path, pcm: bytes, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)


def voiced(t: NDArray[np.float64]) -> bytes:
    """Return a vowel-like buzz at these seconds: four syllables a second, the pitch gliding."""
    phase = 2 * np.pi * (120 * t + 4 * np.sin(2 * np.pi * 0.7 * t))
    buzz = np.sum([np.sin(phase * harmonic) / harmonic for harmonic in range(1, 9)], axis=0)
    syllables = np.maximum(0.0, np.sin(2 * np.pi * 4 * t))
    return (6_000 * buzz * syllables).astype("<i2").tobytes()


def silence(seconds: float, rate: int) -> bytes:
    return bytes(int(seconds * rate) * 2)


def audible_s(pcm: bytes, rate: int) -> float:
    """Return how many seconds of it are not silence."""
    samples: NDArray[np.float64] = np.frombuffer(pcm, "<i2").astype(float)
    frame = rate // FRAMES_A_SECOND
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    loud = np.sqrt((frames**2).mean(axis=1)) > AUDIBLE
    return float(loud.sum()) / FRAMES_A_SECOND
