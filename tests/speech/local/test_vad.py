import numpy as np
from numpy.typing import NDArray

from convonet.speech.local.vad import WINDOW, VoiceActivity
from tests.speech import sounds
from tests.speech.local.conftest import samples


def judge(vad: VoiceActivity, sound: NDArray[np.float32]) -> list[float]:
    whole = sound[: sound.size // WINDOW * WINDOW]
    return vad.ear().judge(whole.reshape(-1, WINDOW))


def test_a_voice_is_told_from_noise_and_beeps(
    vad: VoiceActivity, sentence: NDArray[np.float32]
) -> None:
    assert np.mean(np.array(judge(vad, sentence)) > 0.5) > 0.7
    for pcm in (sounds.white_noise(1_000), sounds.tone(1_000, 1_000), sounds.silence(1_000)):
        assert max(judge(vad, samples(pcm))) < 0.5


def test_ears_do_not_share_what_they_heard(
    vad: VoiceActivity, sentence: NDArray[np.float32]
) -> None:
    alone = judge(vad, sentence)
    one, other = vad.ear(), vad.ear()
    mixed: list[float] = []
    for window in sentence[: sentence.size // WINDOW * WINDOW].reshape(-1, 1, WINDOW):
        mixed += one.judge(window)
        other.judge(-window[:, ::-1])
    assert mixed == alone
