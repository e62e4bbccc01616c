"""Cuts streamed text into sentences that can be spoken, each as early as it is certain.

Decisions are made word by word and never looked at again, so the pieces in which the text arrives
make no difference. Line ends are sentence ends.
"""

import re

from convonet.assistant.speakable import SpeakableWords

_FIRST_CLAUSE = 50
"""Characters after which the first sentence may end at a comma: sound comes sooner."""
_LONG_CLAUSE = 200
"""The same for later sentences: a voice cannot breathe in longer ones."""
_LONGEST = 400
"""Characters after which a sentence without any punctuation is cut between words."""

_CLOSING = "\"'\u201d\u2019\u00bb)]"
_OPENING = "\"'\u201c\u2018\u00ab(["
_TITLES = re.compile(r"mr|mrs|ms|dr|prof|st|mt|vs|e\.g|i\.e|approx|dept|ext|fig")
"""Abbreviations that something always follows."""
_MAY_END = re.compile(
    r"[ap]\.m|etc|inc|ltd|co|corp|jr|sr|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"mon|tues?|wed|thu|thurs?|fri|sat|sun|min|max|est|ave"
)
"""Abbreviations that may or may not end a sentence."""
_BEGINNERS = re.compile(
    r"i|i'(ll|m|ve|d)|you|you're|your|he|she|we|they|it|it's|that|that's|this|these|those|there|"
    r"there's|the|and|but|so|then|now|if|is|are|was|do|does|did|have|can|could|shall|should|will|"
    r"would|let|let's|what|when|where|which|who|how|anything|please|sorry|thanks|yes|no|okay|ok"
)
"""Words that, with a capital, begin a sentence rather than go on after an abbreviation."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LIST_NUMBER = re.compile(r"\d{1,3}")


class SentenceSplitter:
    """Fed with pieces of text, gives whole sentences without markup, emojis and line ends."""

    def __init__(self) -> None:
        self._words = SpeakableWords()
        self._sentence: list[str] = []
        self._length = 0
        self._open = False
        self._first = True

    def feed(self, delta: str) -> list[str]:
        """Take the next piece; return the sentences that are certain now."""
        return [
            sentence
            for word, new_line in self._words.feed(delta)
            for sentence in self._take(word, new_line)
        ]

    def flush(self) -> list[str]:
        """Take the end of the text; return what is left."""
        sentences = [
            sentence
            for word, new_line in self._words.flush()
            for sentence in self._take(word, new_line)
        ]
        return [*sentences, *self._release()]

    def _take(self, word: str, new_line: bool) -> list[str]:
        """Add a word that stands behind what is there, on a new line or not."""
        released: list[str] = []
        if new_line or (self._open and _begins_sentence(self._sentence[-1], word)):
            released = self._release()
        self._open = False
        self._append(word)
        core = word.rstrip(_CLOSING)
        if core.endswith(("!", "?", ".", "…")):
            self._open = self._may_go_on(core)
            ends = not self._open and not self._must_go_on(core)
        else:
            ends = self._is_clause(core)
        return released + (self._release() if ends else [])

    def _append(self, word: str) -> None:
        self._sentence.append(word)
        self._length += len(word) + 1

    def _release(self) -> list[str]:
        if not self._sentence:
            return []
        sentence = " ".join(self._sentence)
        self._sentence, self._length = [], 0
        self._open = self._first = False
        return [sentence]

    def _must_go_on(self, core: str) -> bool:
        """Whether the dot of `core` cannot end a sentence: a title, or a number in a list."""
        stem = _stem(core)
        if _TITLES.fullmatch(stem):
            return True
        return len(self._sentence) == 1 and bool(_LIST_NUMBER.fullmatch(stem))

    def _may_go_on(self, core: str) -> bool:
        """Whether only the next word will tell if `core` ends the sentence."""
        if core.endswith(("...", "…")):
            return True
        if not core.endswith("."):
            return False
        stem = _stem(core)
        return stem == "no" or any(kind.fullmatch(stem) for kind in (_MAY_END, _INITIALS))

    def _is_clause(self, core: str) -> bool:
        limit = _FIRST_CLAUSE if self._first else _LONG_CLAUSE
        if core.endswith((",", ";", ":", "\u2013", "\u2014")):
            return self._length > limit
        return self._length > _LONGEST


def _begins_sentence(last: str, word: str) -> bool:
    """Whether `word` begins a sentence behind `last`, which may have ended one."""
    core = last.rstrip(_CLOSING)
    start = word.lstrip(_OPENING)
    if core.endswith(("...", "…")):
        return start[:1].isupper()
    if _stem(core) == "no":
        return not start[:1].isdigit()
    plain = start.rstrip(".,!?;:").casefold().replace("\u2019", "'")
    return start[:1].isupper() and bool(_BEGINNERS.fullmatch(plain))


def _stem(core: str) -> str:
    return core.removesuffix(".").lstrip(_OPENING).casefold()
