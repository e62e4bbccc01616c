"""Names and addresses as they are said: what they sound like, "at" and "dot" in writing."""

import re
from typing import Final

from rapidfuzz import fuzz

_SOUNDS: Final = (
    (re.compile(r"ph|v"), "f"),
    (re.compile(r"ck|c(?=[^eiy]|\Z)|q"), "k"),
    (re.compile(r"c(?=[eiy])|z|x"), "s"),
    (re.compile(r"[td]"), "t"),
    (re.compile(r"[gj]"), "j"),
    (re.compile(r"(?<=.)[aeiouyhw]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
_ALIKE: Final = 50.0
"""How alike, of 100, names of one sound must be in writing."""
_SIGNS: Final = {
    "dot": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
    "plus": "+",
}
_SIGN: Final = "|".join(_SIGNS)
_WORD: Final = r"[a-z0-9][\w.+-]*"
_ADDRESS: Final = re.compile(
    rf"\b(?P<local>{_WORD}(?: \d+)?(?: (?:{_SIGN}) {_WORD}(?: \d+)?)*) ?(?:\bat\b|@) ?"
    rf"(?P<domain>[a-z0-9][\w-]*(?:(?: dot |\.| (?:dash|hyphen|minus) )[a-z0-9][\w-]*)+)",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")


def sound(name: str) -> str:
    """Return a key that names pronounced nearly alike share."""
    key = re.sub(r"[^a-z]", "", name.lower())
    for pattern, letters in _SOUNDS:
        key = pattern.sub(letters, key)
    return key


def sounds_like(said: str, name: str) -> bool:
    """Tell whether what was said may be the name, or a word of it, by its sound.

    Some letters must be the same too: "finance" is no "Phoenix".
    """
    heard = sound(said)
    return len(heard) > 1 and any(
        heard == sound(word) and fuzz.ratio(said.lower(), word.lower()) >= _ALIKE
        for word in (name, *name.split())
    )


def with_addresses(text: str) -> str:
    """Return the text with "john dot doe at example dot com" written as john.doe@example.com."""
    return _ADDRESS.sub(_written, text)


def as_email(said: str) -> str | None:
    """Return the e-mail address, in lower case, when what was said is one."""
    written = with_addresses(said.strip(" ,.;:!?\"'")).casefold()
    return written if _EMAIL.fullmatch(written) else None


def _written(match: re.Match[str]) -> str:
    if " " not in match[0]:
        return match[0]
    parts = (_joined(match["local"]), _joined(match["domain"]))
    if "." not in parts[1]:
        return match[0]
    return "@".join(parts).lower()


def _joined(said: str) -> str:
    return "".join(_SIGNS.get(word.lower(), word) for word in said.split())
