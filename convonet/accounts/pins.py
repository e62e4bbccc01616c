"""Which voice PINs are accepted: none of those that people try first."""

from itertools import pairwise
from typing import Final

from convonet.accounts.refusals import TrivialPin

_KEYPAD: Final = """
2580 0852 1470 0741 3690 0963 1397 7931 147258 258369 147369 159753 753159
"""
_PATTERNS: Final = frozenset(_KEYPAD.split())
_CENTURIES: Final = ("19", "20")
_YEAR_DIGITS: Final = 4
_FEW: Final = 2


def check_pin(pin: str) -> None:
    """Refuse a PIN that is easy to guess.

    Raises:
        TrivialPin: at most two different digits, equal steps (1234, 8642, 7890), one half or
            third over again, a year from 1900 to 2099, or a pattern on the keypad.
    """
    if _is_trivial(pin):
        raise TrivialPin("too easy to guess; choose another one")


def _is_trivial(pin: str) -> bool:
    return (
        len(set(pin)) <= _FEW
        or _has_equal_steps(pin)
        or _has_equal_steps(_without_doubles(pin))
        or _repeats(pin)
        or (len(pin) == _YEAR_DIGITS and pin.startswith(_CENTURIES))
        or pin in _PATTERNS
    )


def _has_equal_steps(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(steps) == 1


def _without_doubles(pin: str) -> str:
    """Return `112233` as `123`; anything else as it is."""
    return pin[::2] if pin[::2] == pin[1::2] else pin


def _repeats(pin: str) -> bool:
    return any(pin == pin[:size] * (len(pin) // size) for size in (2, 3) if len(pin) > size)
