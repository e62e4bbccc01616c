"""Audio as clients send it."""

import io
import wave
from typing import Any

import av
import numpy as np

RATE = 48_000


def tone(seconds: float, rate: int, hz: int = 440) -> bytes:
    """Return a sine, mono, 16-bit."""
    t = np.arange(int(rate * seconds)) / rate
    return (0.4 * np.sin(2 * np.pi * hz * t) * 32767).astype("<i2").tobytes()


class _Growing(io.RawIOBase):
    def __init__(self) -> None:
        super().__init__()
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        self.data += piece
        return len(piece)


def webm(seconds: float, container: str = "webm") -> bytes:
    """Return a tone as a browser's recorder makes it: live WebM/Opus, a cluster a second."""
    file = _Growing()
    options = {"live": "1", "cluster_time_limit": "1000"} if container == "webm" else {}
    with av.open(file, "w", format=container, options=options) as out:
        stream = out.add_stream("libopus", rate=RATE, layout="mono")
        samples = np.frombuffer(tone(seconds, RATE), "<i2")
        for start in range(0, len(samples), 960):
            piece = samples[start : start + 960][None, :]
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return bytes(file.data)


def wav(seconds: float, rate: int) -> bytes:
    """Return a tone as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(tone(seconds, rate))
    return file.getvalue()


def pieces(data: bytes, size: int) -> list[bytes]:
    """Cut into pieces of `size` bytes."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def loudest_hz(pcm: bytes, rate: int = 16_000) -> float:
    """Return the strongest frequency."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))
