"""Sounds to feed an ear with: noise, tones and coughs made here, speech made by our own voice."""

from collections.abc import Sequence

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from convonet.speech.ports import INPUT_RATE, TextToSpeech

_FULL_SCALE = 32_767
_MADE: dict[tuple[str, str, int], bytes] = {}


def silence(ms: int) -> bytes:
    """Digital silence."""
    return bytes(2 * _samples(ms))


def tone(hz: float, ms: int, *, level: float = 0.3) -> bytes:
    """A sine of amplitude `level` (0 to 1), without clicks at its ends."""
    times = np.arange(_samples(ms)) / INPUT_RATE
    return _pcm(level * np.sin(2 * np.pi * hz * times) * _fade(times.size))


def white_noise(ms: int, *, level: float = 0.1, seed: int = 1) -> bytes:
    """Noise with the same power at all frequencies; `level` is its standard deviation."""
    noise = np.random.default_rng(seed).normal(0.0, level, _samples(ms))
    return _pcm(noise * _fade(noise.size))


def cough(*, level: float = 0.5, seed: int = 2) -> bytes:
    """A cough-like sound, 350 ms: a sharp burst of low noise, then a fading voiced tail."""
    burst = _low_noise(_samples(350), seed) * np.exp(-np.arange(_samples(350)) / _samples(70))
    times = np.arange(burst.size) / INPUT_RATE
    tail = 0.4 * np.sin(2 * np.pi * 180 * times) * np.exp(-((times - 0.2) ** 2) / 0.004)
    sound = burst / np.abs(burst).max() + tail
    return _pcm(level * sound / np.abs(sound).max())


def telephone(pcm: bytes, *, noise: float = 0.0, seed: int = 3) -> bytes:
    """The same with the steps of 8-bit mu-law and, on top, noise of that standard deviation."""
    sound = np.frombuffer(pcm, "<i2").astype(np.float64) / _FULL_SCALE
    sound = np.clip(sound + np.random.default_rng(seed).normal(0, noise, sound.size), -1, 1)
    loudness: NDArray[np.float64] = np.rint(np.log1p(255 * np.abs(sound)) / np.log(256) * 127) / 127
    return _pcm(np.sign(sound) * (np.power(256.0, loudness) - 1) / 255)


def draw_the_same_breath() -> None:
    """Have the bundled voice, loaded next, say the same sentences alike in every run.

    It draws at random how it breathes; now and then a word of its is taken for another.
    """
    onnxruntime.set_seed(1)


async def speech(tts: TextToSpeech, text: str, sample_rate: int = INPUT_RATE) -> bytes:
    """`text` spoken by `tts`, once for all tests of a session."""
    made = _MADE.get((tts.name, text, sample_rate))
    if made is None:
        async with tts.speak(sample_rate) as voice:
            made = b"".join([chunk async for chunk in voice.synthesize(text)])
        _MADE[tts.name, text, sample_rate] = made
    return made


async def conversation(tts: TextToSpeech, texts: Sequence[str], *, pause_ms: int = 1_500) -> bytes:
    """The `texts` spoken one after the other, each followed by a pause."""
    return b"".join([await speech(tts, text) + silence(pause_ms) for text in texts])


def _samples(ms: int) -> int:
    return INPUT_RATE * ms // 1000


def _fade(samples: int) -> NDArray[np.float64]:
    edge = np.minimum(np.arange(samples), np.arange(samples)[::-1]) / _samples(5)
    return np.minimum(edge, 1.0)


def _low_noise(samples: int, seed: int) -> NDArray[np.float64]:
    noise = np.random.default_rng(seed).normal(0.0, 1.0, samples)
    return np.convolve(noise, np.ones(8) / 8, mode="same")


def _pcm(sound: NDArray[np.float64]) -> bytes:
    return (np.clip(sound, -1, 1) * _FULL_SCALE).astype("<i2").tobytes()
