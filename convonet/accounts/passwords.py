"""Which passwords are accepted: by length, not by composition (NIST SP 800-63B)."""

from collections.abc import Iterable
from typing import Final

from convonet.accounts.refusals import WeakPassword
from convonet.db.passwords import normalized

SHORTEST: Final = 8
LONGEST: Final = 256
"""Characters."""

_FIRST_TRIED: Final = """
    password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword
    12345678 123456789 1234567890 0123456789 0987654321 987654321 87654321 123123123 12341234
    12344321 11223344 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx q1w2e3r4 qwertyui qwertyuiop qwerty12
    qwerty123 qwerty1234 asdfghjk asdfghjkl zxcvbnm1 abcdefgh abcd1234 abc12345 a1b2c3d4 aa123456
    a1234567 iloveyou iloveyou1 sunshine princess football football1 baseball baseball1 superman
    trustno1 starwars whatever michelle jennifer computer corvette mercedes maverick internet
    samantha michael1 jordan23 liverpool charlie1 dragon123 monkey123 letmein1 letmein123 welcome1
    welcome123 changeme changeme1 admin123 admin1234 administrator root1234 test1234 testtest
    guest123 default1 secret123 temp1234 user1234 login123 master123 hello123 access14 shadow123
    convonet convonet1 convonet123
"""
_COMMONEST: Final = frozenset(_FIRST_TRIED.split())


def check_password(password: str, own_words: Iterable[str]) -> None:
    """Refuse a password that is too short, or among the first anybody would try.

    Args:
        password: as it was typed.
        own_words: the person's e-mail address, username and names.

    Raises:
        WeakPassword: the message says what would be accepted.
    """
    plain = normalized(password)
    folded = plain.casefold().strip()
    if not SHORTEST <= len(plain) <= LONGEST or len(folded) < SHORTEST:
        raise WeakPassword(f"a password has {SHORTEST} to {LONGEST} characters")
    if folded in _COMMONEST or _repeats(folded):
        raise WeakPassword("too many people use this password; choose another one")
    if folded in _variants(own_words):
        raise WeakPassword("a password must not be your own name or e-mail address")


def _repeats(word: str) -> bool:
    """Tell whether a word is one to three characters over and over."""
    return any(
        (word[:size] * len(word))[: len(word)] == word for size in range(1, min(4, len(word)))
    )


def _variants(own_words: Iterable[str]) -> set[str]:
    words = {normalized(word).casefold().strip() for word in own_words}
    return words | {word.partition("@")[0] for word in words} | {word[::-1] for word in words}
