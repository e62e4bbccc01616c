from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convonet.media.resampling import Resampler, resample

RATES = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000]


def sine(rate: int, ms: int = 400, hz: float = 440.0) -> bytes:
    times = np.arange(rate * ms // 1000) / rate
    return (12_000 * np.sin(2 * np.pi * hz * times)).astype("<i2").tobytes()


@pytest.mark.parametrize("from_rate", RATES)
@pytest.mark.parametrize("to_rate", [8_000, 16_000, 24_000])
def test_sound_keeps_its_length_and_its_pitch(from_rate: int, to_rate: int) -> None:
    heard = np.frombuffer(resample(sine(from_rate), from_rate, to_rate), "<i2")
    assert abs(heard.size - to_rate * 400 // 1000) <= 2
    strongest = int(np.abs(np.fft.rfft(heard * np.hanning(heard.size))).argmax())
    assert strongest * to_rate / heard.size == pytest.approx(440, abs=5)


@given(cuts=st.lists(st.integers(0, 35_000), max_size=30))
@settings(max_examples=50, deadline=None)
def test_pieces_join_without_a_seam_wherever_they_are_cut(cuts: list[int]) -> None:
    pcm = sine(44_100)
    whole = resample(pcm, 44_100, 16_000)
    resampler = Resampler(44_100, 16_000)
    borders = [0, *sorted(min(cut, len(pcm)) for cut in cuts), len(pcm)]
    pieces = [resampler.feed(pcm[begin:end]) for begin, end in pairwise(borders)]
    joined = np.frombuffer(b"".join([*pieces, resampler.finish()]), "<i2").astype(int)
    assert np.abs(joined - np.frombuffer(whole, "<i2")).max() <= 1


def test_sound_of_the_right_rate_passes_untouched_even_in_half_samples() -> None:
    pcm = sine(16_000)
    resampler = Resampler(16_000, 16_000)
    assert resampler.feed(pcm[:101]) + resampler.feed(pcm[101:]) + resampler.finish() == pcm


def test_a_finished_stream_begins_afresh() -> None:
    resampler = Resampler(48_000, 16_000)
    first = resampler.feed(sine(48_000)) + resampler.finish()
    assert resampler.feed(sine(48_000)) + resampler.finish() == first


@pytest.mark.parametrize(("rate", "late_ms"), [(48_000, 40), (44_100, 40), (8_000, 62)])
def test_sound_is_never_held_back_for_long(rate: int, late_ms: int) -> None:
    resampler = Resampler(rate, 16_000)
    pcm, frame = sine(rate, ms=1_000), rate // 50 * 2
    told = 0
    for at in range(0, len(pcm), frame):
        told += len(resampler.feed(pcm[at : at + frame]))
        fed_ms = (at + frame) * 1000 // (2 * rate)
        assert told >= (fed_ms - late_ms) * 32


@pytest.mark.parametrize("rates", [(0, 16_000), (16_000, -1)])
def test_a_rate_that_is_none_is_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="sample rate"):
        Resampler(*rates)
