"""Finds how much of a turn's words the caller really heard, step by step."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"\S+")
_REACH = 12
"""Heard words that may stand between two of the text's: a filler such as "One moment"."""


def allot_heard(texts: Sequence[str], heard: str | None) -> list[str]:
    """Return for each of `texts` its heard beginning, stripped; None means that all was heard.

    Compared are letters and digits only: what was spoken had its markup removed, and fillers that
    are in no step may stand between. A word cut in the middle was not heard.
    """
    if heard is None:
        return [text.strip() for text in texts]
    spoken = [word for word in map(bare, heard.split()) if word]
    heard_texts: list[str] = []
    position = 0
    for text in texts:
        end, position = _heard_end(text, spoken, position)
        heard_texts.append(text[:end].strip())
    return heard_texts


def bare(word: str) -> str:
    """Return only the letters and digits of a word, in one case."""
    return "".join(character for character in word.casefold() if character.isalnum())


def _heard_end(text: str, spoken: Sequence[str], position: int) -> tuple[int, int]:
    """Return where the heard part of `text` ends, and the place reached in `spoken`."""
    end = 0
    for match in _WORD.finditer(text):
        word = bare(match.group())
        if not word:
            continue
        within = spoken[position : position + _REACH]
        if word in within:
            position += within.index(word) + 1
            end = match.end()
    return end, position
