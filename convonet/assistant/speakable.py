"""Takes out of streamed text what a voice cannot say: markup, emojis, addresses of links."""

import re
from collections.abc import Iterator

_WORD = re.compile(r"(\s*)(\S+)(?=\s)")
_LINE_MARK = re.compile(r"#{1,6}|[-*+•‣◦>]|>+")
_RULE = re.compile(r"[-=_*#~`|>:]{3,}|\|")
_LINK_TARGET = re.compile(r"(?<=\])\(\S*?\)")
_MARKUP = re.compile(r"(?<!\d)\*|\*(?!\d)|`|~~|[\[\]]")
_EDGE_UNDERSCORES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_ATTACHED = re.compile("[.!?…,;:\"'\u201d\u2019\u00bb)]+")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u2190-\u21ff\ufe0e\ufe0f\u200d\u20e3"
    "\U000e0020-\U000e007f]"
)


def speakable(text: str) -> str:
    """Return `text` as it is spoken, on one line."""
    words = SpeakableWords()
    return " ".join(word for word, _ in [*words.feed(text), *words.flush()])


class SpeakableWords:
    """Fed with pieces of text, gives its words, each with whether a new line begins with it.

    A word is given when the space behind it has come. Punctuation that stands alone, as an emoji
    leaves it behind, is dropped.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._line_start = True
        self._new_line = False

    def feed(self, delta: str) -> Iterator[tuple[str, bool]]:
        """Take the next piece; yield the words that are whole now."""
        self._rest += delta
        done = 0
        words: list[tuple[str, bool]] = []
        for match in _WORD.finditer(self._rest):
            done = match.end()
            words.extend(self._word(match.group(1), match.group(2)))
        self._rest = self._rest[done:]
        return iter(words)

    def flush(self) -> Iterator[tuple[str, bool]]:
        """Take the end of the text; yield the last word."""
        return self.feed("\n")

    def _word(self, space: str, raw: str) -> Iterator[tuple[str, bool]]:
        if "\n" in space or "\r" in space:
            self._line_start = self._new_line = True
        if (self._line_start and _LINE_MARK.fullmatch(raw)) or _RULE.fullmatch(raw):
            return
        self._line_start = False
        word = _clean(raw)
        if not word or _ATTACHED.fullmatch(word):
            return
        yield word, self._new_line
        self._new_line = False


def _clean(raw: str) -> str:
    word = _EMOJI.sub("", raw)
    word = _LINK_TARGET.sub("", word)
    word = _MARKUP.sub("", word)
    return _EDGE_UNDERSCORES.sub("", word)
