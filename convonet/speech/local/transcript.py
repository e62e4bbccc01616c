"""What Whisper writes, made honest: loops cut, sounds and inventions dropped."""

import re
import zlib
from collections import Counter

_LOOPED_RATIO = 1.8
_LOOPED_TRIPLES = 2
_MOST_REPEATS = 2
_LONGEST_PHRASE = 12

_NOTES = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|<\|[^|]*\|>|♪+")
_TODO = re.compile(r"\b([Tt])o-do(?=s?\b)")
_INVENTED = frozenset(
    {
        "bye",
        "bye bye",
        "thank you",
        "thank you for watching",
        "thank you so much",
        "thank you very much",
        "thanks",
        "thanks for watching",
        "the",
        "you",
    }
)
"""What Whisper hears in a breath or a rustle: its training subtitles filled silence with these."""


def looks_looped(text: str) -> bool:
    """Tell whether the model got stuck saying the same again and again."""
    data = text.encode()
    if len(data) > _LOOPED_RATIO * len(zlib.compress(data)):
        return True
    words = _words(text)
    triples = Counter(zip(words, words[1:], words[2:], strict=False))
    return sum(count > 1 for count in triples.values()) >= _LOOPED_TRIPLES


def clean(text: str) -> str:
    """Return the words alone: no stage directions, no loops, our spelling of "todo"."""
    text = _cut_loops(" ".join(_NOTES.sub(" ", text).split()))
    text = _TODO.sub(r"\1odo", text)
    return text if _words(text) else ""


def is_invented(text: str) -> bool:
    """Tell whether these are words that Whisper writes when there were none."""
    return " ".join(_words(text)) in _INVENTED


def _cut_loops(text: str) -> str:
    """Keep the first of any phrase that is said more than twice in a row."""
    words = text.split()
    keys = [re.sub(r"\W", "", word.lower()) for word in words]
    at = 0
    while at < len(words):
        size = _loop_at(keys, at)
        if size:
            end = at + size
            while keys[end : end + size] == keys[at : at + size]:
                end += size
            del words[at + size : end], keys[at + size : end]
        at += 1
    return " ".join(words)


def _loop_at(keys: list[str], at: int) -> int:
    """Return how many words long the phrase is that repeats from `at` on, 0 for none."""
    for size in range(1, _LONGEST_PHRASE + 1):
        phrase = keys[at : at + size]
        repeats = 1
        while phrase and keys[at + repeats * size : at + (repeats + 1) * size] == phrase:
            repeats += 1
        # A digit three times in a row is a number, not a loop.
        if repeats > _MOST_REPEATS and not all(key.isdigit() for key in phrase):
            return size
    return 0


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())
