"""Small streams that would make a careless decoder huge."""

import struct
from collections.abc import Sequence


def webm(rate_hz: float, blocks: Sequence[bytes], *, channels: int = 1) -> bytes:
    """Return Matroska with one track of 16-bit PCM."""
    head = _element(
        b"\x1a\x45\xdf\xa3",
        _element(b"\x42\x82", b"matroska"),
        _number(b"\x42\x87", 4),
        _number(b"\x42\x85", 2),
    )
    audio = _element(
        b"\xe1",
        _element(b"\xb5", struct.pack(">d", rate_hz)),
        _number(b"\x9f", channels),
        _number(b"\x62\x64", 16),
    )
    track = _element(
        b"\xae",
        _number(b"\xd7", 1),
        _number(b"\x73\xc5", 1),
        _number(b"\x83", 2),
        _element(b"\x86", b"A_PCM/INT/LIT"),
        audio,
    )
    tracks = _element(b"\x16\x54\xae\x6b", track)
    cluster = _number(b"\xe7", 0) + b"".join(block(len(data) + 4) + data for data in blocks)
    return head + _unsized(b"\x18\x53\x80\x67") + tracks + _unsized(b"\x1f\x43\xb6\x75") + cluster


def block(size: int) -> bytes:
    """Return the beginning of a block that says it has `size` bytes."""
    return b"\xa3" + _size(size) + b"\x81\x00\x00\x80"


def wav(rate_hz: int, pcm: bytes) -> bytes:
    """Return a WAV of unknown length, mono, 16-bit."""
    form = struct.pack("<IHHIIHH", 16, 1, 1, rate_hz, rate_hz * 2, 2, 16)
    endless = struct.pack("<I", 0x7FFF_FF00)
    return b"RIFF" + endless + b"WAVEfmt " + form + b"data" + endless + pcm


def _size(value: int) -> bytes:
    return (value | 1 << 56).to_bytes(8, "big")


def _element(key: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return key + _size(len(data)) + data


def _number(key: bytes, value: int) -> bytes:
    return _element(key, value.to_bytes(8, "big"))


def _unsized(key: bytes) -> bytes:
    return key + b"\x01" + b"\xff" * 7
