import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from convonet.errors import ProviderRefused
from convonet.speech.local.turn_model import TurnModel, turn_features
from tests.speech.local.conftest import package_file

REFERENCE = "audio/turn/smart_turn/_whisper_features.py"


@pytest.mark.parametrize("seconds", [0.5, 3.0, 8.0, 11.0])
def test_features_are_those_the_model_was_trained_on(seconds: float) -> None:
    theirs = runpy.run_path(str(package_file("pipecat", REFERENCE)))
    sound = np.random.default_rng(4).normal(0, 0.1, int(16_000 * seconds)).astype(np.float32)
    sound *= np.linspace(0, 1, sound.size, dtype=np.float32)
    tail = np.pad(sound[-128_000:], (max(0, 128_000 - sound.size), 0))
    expected = theirs["compute_whisper_log_mel_features"](tail)
    np.testing.assert_allclose(turn_features(sound), expected, atol=2e-3)


def test_a_whole_sentence_is_finished(turn_model: TurnModel, sentence: NDArray[np.float32]) -> None:
    assert turn_model.finished(sentence) > 0.5


def test_half_a_word_is_not(turn_model: TurnModel, sentence: NDArray[np.float32]) -> None:
    assert turn_model.finished(sentence[: sentence.size * 2 // 5]) < 0.5


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "turn.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(ProviderRefused, match=r"turn\.onnx"):
        TurnModel(path)
