"""Written text as it is said: no markup, addresses and codes spelled, numbers in words."""

import re

from convonet.speech.local.spoken_numbers import RULES, Rule

_CODE_TAIL = 4


def spoken(text: str) -> str:
    """Return `text` in words and punctuation that a voice can read."""
    for pattern, say in (*_BEFORE, *RULES, *_AFTER):
        text = pattern.sub(say, text)
    return " ".join(text.split())


def _address(match: re.Match[str]) -> str:
    return _dotted(match[1]) + " at " + _dotted(match[2])


def _dotted(text: str) -> str:
    for sign, word in ((".", "dot"), ("_", "underscore"), ("-", "dash"), ("/", "slash")):
        text = text.replace(sign, f" {word} ")
    return re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", text).strip()


def _tail_of_id(match: re.Match[str]) -> str:
    return "ending in " + " ".join(match[0][-_CODE_TAIL:].upper())


def _spell(match: re.Match[str]) -> str:
    return " ".join(letter for letter in match[0].upper() if letter.isalnum())


_WORDS = {
    "todo": "to-do", "todos": "to-dos", "convonet": "Convo-net",
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus",
    "dr.": "doctor", "mr.": "mister", "mrs.": "missus", "ms.": "miss", "prof.": "professor",
    "approx.": "approximately", "dept.": "department", "w/": "with", "&": "and", "=": "equals",
    "mon.": "Monday", "tue.": "Tuesday", "wed.": "Wednesday", "thu.": "Thursday",
    "fri.": "Friday",
}  # fmt: skip


def _word(match: re.Match[str]) -> str:
    said = _WORDS[match[0].lower()]
    return said[0].upper() + said[1:] if match[0][0].isupper() else said


def _nothing(match: re.Match[str]) -> str:
    return " "


_BEFORE: tuple[Rule, ...] = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), lambda match: match[1]),
    (re.compile(r"^\s*(?:[-*•]|#{1,6}|>)\s+", re.MULTILINE), _nothing),
    (re.compile(r"\*\*|__|[*`~|^]"), _nothing),
    (re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]"), _nothing),
    (re.compile(r"\b([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)"), _address),
    (
        re.compile(r"https?://(?:www\.)?([\w.-]+[\w](?:/[\w/-]*\w)?)(?:/?[?#][^\s,;)]*\w)?/?"),
        lambda match: _dotted(match[1]),
    ),
    (
        re.compile(r"\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b(?=\w*\d)[\da-f]{12,}\b", re.I),
        _tail_of_id,
    ),
    (re.compile(r"(?<=\d)T(?=\d\d:)|(?<=:\d\d)(?:Z|[+-]\d\d:\d\d)"), _nothing),
    (re.compile(r"\b(?=[A-Z-]*\d)(?=[\d-]*[A-Z])[A-Z\d]+(?:-[A-Z\d]+)*\b(?<!\d[AP]M)"), _spell),
    (re.compile(r"\b([A-Za-z]+)_(?=[A-Za-z])"), lambda match: f"{match[1]} "),
)
_AFTER: tuple[Rule, ...] = (
    (
        re.compile(
            "|".join(
                (r"\b" if key[0].isalpha() else r"(?<!\S)")
                + re.escape(key)
                + (r"\b" if key[-1].isalpha() else "")
                for key in sorted(_WORDS, key=len, reverse=True)
            ),
            re.I,
        ),
        _word,
    ),
    (re.compile(r"\band/or\b"), lambda match: "and or"),
    (re.compile(r"(?<=[A-Za-z])/(?=[A-Za-z])"), lambda match: " or "),
    (re.compile(r"\s+([,.;:!?])"), lambda match: match[1]),
)
