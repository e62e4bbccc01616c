import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.accounts.passwords import LONGEST, SHORTEST, check_password
from convonet.accounts.refusals import WeakPassword

OWN = ("Ada.Lovelace@example.com", "ada1815", "Ada", "Lovelace")

FIRST_TRIED = """
1234567 xxxxxxxx ababababab Password1 ADMIN123 q1w2e3r4 ada.lovelace@example.com ADA.LOVELACE
lovelace ecalevol
"""
ODD = ["  q1w2e3r4  ", " a b c  ", "x y" * LONGEST, "\N{FULLWIDTH LATIN SMALL LETTER P}assword1"]
LONG_ENOUGH = ["correct horse", "ada1815 loves", "пароль-и-ключ", "0123 4567 89!"]


@pytest.mark.parametrize("password", [*FIRST_TRIED.split(), *ODD])
def test_what_anybody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, OWN)


@pytest.mark.parametrize("password", LONG_ENOUGH)
def test_length_is_enough_whatever_it_is_made_of(password: str) -> None:
    check_password(password, OWN)


@given(st.text(string.printable, max_size=SHORTEST - 1))
def test_no_short_password_is_accepted(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, OWN)
