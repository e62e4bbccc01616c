import numpy as np
import pytest
from numpy.typing import NDArray

from convonet.errors import ProviderRefused
from convonet.speech.local import models
from convonet.speech.local.whisper import Whisper, split_at_quiet
from tests.speech.local.hearing import words


def test_words_are_heard(whisper: Whisper, sentence: NDArray[np.float32]) -> None:
    assert words(whisper.transcribe(sentence)) == ["show", "me", "all", "my", "pending", "todos"]


def test_sound_longer_than_the_window_is_heard_to_its_end(
    whisper: Whisper, sentence: NDArray[np.float32]
) -> None:
    rest = np.zeros(16_000 * 14, np.float32)
    heard = words(whisper.transcribe(np.concatenate([sentence, rest, rest, sentence])))
    assert heard == ["show", "me", "all", "my", "pending", "todos"] * 2


def test_sound_is_cut_where_it_is_quiet_and_nothing_is_lost() -> None:
    sound = np.random.default_rng(5).normal(0, 0.1, 16_000 * 70).astype(np.float32)
    quiet = slice(16_000 * 20, 16_000 * 21)
    sound[quiet] = 0
    pieces = list(split_at_quiet(sound))
    assert quiet.start <= pieces[0].size <= quiet.stop
    assert all(piece.size <= 16_000 * 28 for piece in pieces)
    np.testing.assert_array_equal(np.concatenate(pieces), sound)


def test_files_that_are_no_model_are_refused() -> None:
    files = models.whisper_files("tiny.en", None) | {"model.bin": b"nothing"}
    with pytest.raises(ProviderRefused, match="Whisper"):
        Whisper(files, workers=1)
