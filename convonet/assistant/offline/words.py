"""Words as the templates and the date layer want them, and the way back to the caller's own."""

import re
from dataclasses import dataclass


def _counted(start: int, *words: str) -> dict[str, int]:
    return {word: start + place for place, word in enumerate(words)}


_ONES = _counted(1, "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = {
    **_counted(10, "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    **_counted(17, "seventeen", "eighteen", "nineteen"),
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_FIRST = {
    **_counted(1, "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    "ninth": 9,
}
_ORDINALS = {
    **_counted(10, "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    **_counted(16, "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
    "thirtieth": 30,
}
_TOKEN = re.compile(r"\S+@[^\s,;]+|\d{4}-\d\d-\d\d|[^\W_]+(?:['.:/][^\W_]+)*")
_MERIDIEM = re.compile(r"(\d{1,2}(?:[:.]\d\d)?)?([ap])\.?m")


@dataclass(frozen=True)
class Token:
    """A word in lower case with numbers as digits, and where it was said."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Words:
    """A sentence as `" one two three "` with the way back to the original."""

    original: str
    tokens: tuple[Token, ...]

    @property
    def normal(self) -> str:
        """Every word between single spaces, one space at either end."""
        return f" {' '.join(token.text for token in self.tokens)} " if self.tokens else " "

    def without(self, spans: list[tuple[int, int]]) -> str:
        """Return the original without what `spans` of `normal` cover."""
        cuts = sorted(filter(None, (self._said(span) for span in spans)))
        kept: list[str] = []
        at = 0
        for start, end in cuts:
            kept.append(self.original[at : max(at, start)])
            at = max(at, end)
        kept.append(self.original[at:])
        return tidy(" ".join(kept))

    def _said(self, span: tuple[int, int]) -> tuple[int, int] | None:
        place = 1
        covered: list[Token] = []
        for token in self.tokens:
            if place < span[1] and place + len(token.text) > span[0]:
                covered.append(token)
            place += len(token.text) + 1
        return (covered[0].start, covered[-1].end) if covered else None


def tidy(text: str) -> str:
    """Return `text` with single spaces and without punctuation left over at its ends."""
    text = re.sub(r"\s+([,.;:?!])", r"\1", " ".join(text.split()))
    text = re.sub(r"([,;:])[,.;:]+", r"\1", text)
    return text.strip(" ,.;:!?-\u2013")


def ordinal(number: int) -> str:
    """Return `1st`, `22nd`, `13th`."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"


def split_words(text: str) -> Words:
    """Take a sentence apart: lower case, numbers as digits, `p.m.` as `pm`, no punctuation."""
    found = [
        Token(match[0].lower().replace("\u2019", "'"), match.start(), match.end())
        for match in _TOKEN.finditer(text.replace("\u2019", "'"))
    ]
    return Words(text, tuple(_numbers(_meridiems(found))))


def _meridiems(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    for token in tokens:
        last = out[-1] if out else None
        if token.text == "m" and last is not None and last.text in ("a", "p"):
            out[-1] = Token(f"{last.text}m", last.start, token.end)
        elif token.text == "clock" and last is not None and last.text == "o":
            out[-1] = Token("oclock", last.start, token.end)
        elif match := _MERIDIEM.fullmatch(token.text):
            text = f"{match[1]} {match[2]}m" if match[1] else f"{match[2]}m"
            out.append(Token(text, token.start, token.end))
        else:
            out.append(Token(token.text.replace("o'clock", "oclock"), token.start, token.end))
    return out


def _numbers(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        text, used = _number(tokens[at].text, following.text if following else "")
        out.append(Token(text, tokens[at].start, tokens[at + used - 1].end))
        at += used
    return out


def _number(word: str, following: str) -> tuple[str, int]:
    if word in _TENS and following in _ONES:
        return str(_TENS[word] + _ONES[following]), 2
    if word in _TENS and following in _FIRST:
        return ordinal(_TENS[word] + _FIRST[following]), 2
    if word in ("oh", "o", "zero") and following in _ONES:
        return f"0{_ONES[following]}", 2
    for cardinals in (_ONES, _TEENS, _TENS):
        if word in cardinals:
            return str(cardinals[word]), 1
    for ordinals in (_FIRST, _ORDINALS):
        if word in ordinals:
            return ordinal(ordinals[word]), 1
    return word, 1
