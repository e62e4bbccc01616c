import base64
import json
from uuid import uuid4

import jwt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convonet.accounts import tokens
from convonet.accounts.refusals import InvalidToken, TokenExpired

SECRET = "a secret of tests, as long as it has to be"
LONG = SECRET * 2
ACCESS, REFRESH = tokens.pair(
    user_id=uuid4(),
    email="ada@example.com",
    roles=["user", "admin"],
    team_id=uuid4(),
    family=tokens.new_id(),
    refresh_id=tokens.new_id(),
)
TOKEN = tokens.sign(SECRET, ACCESS)


def unsigned(**header: object) -> str:
    parts = (header, ACCESS.model_dump(mode="json"))
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b""]).decode()


def test_what_was_signed_is_read() -> None:
    assert tokens.read(SECRET, TOKEN, "access") == ACCESS
    assert tokens.read(SECRET, tokens.sign(SECRET, REFRESH), "refresh") == REFRESH
    assert ACCESS.jti != REFRESH.jti
    assert ACCESS.family == REFRESH.family


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="latin-1"))
def test_no_letter_of_a_token_can_be_changed(place: int, letter: str) -> None:
    # The last letter carries two bits that stand for nothing.
    assume(letter != TOKEN[place] and place != len(TOKEN) - 1)
    with pytest.raises(InvalidToken):
        tokens.read(SECRET, TOKEN[:place] + letter + TOKEN[place + 1 :], "access")


@given(st.text())
def test_nothing_else_is_a_token(text: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.read(SECRET, text, "access")


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.integers())))
def test_a_signature_alone_is_not_enough(claims: dict[str, object]) -> None:
    with pytest.raises((InvalidToken, TokenExpired)):
        tokens.read(SECRET, jwt.encode({"exp": ACCESS.exp, **claims}, SECRET), "access")


@pytest.mark.parametrize(
    "token",
    [
        unsigned(alg="none"),
        unsigned(alg="HS256"),
        unsigned(alg="HS256", crit=["x"]),
        "[" * 20_000 + ".e30.",
        f"{base64.urlsafe_b64encode(b'[' * 20_000).decode()}.e30.e30",
        jwt.encode(ACCESS.model_dump(mode="json"), LONG, algorithm="HS512"),
        jwt.encode(ACCESS.model_dump(mode="json", exclude={"exp"}), SECRET),
        jwt.encode({**ACCESS.model_dump(mode="json"), "exp": "soon"}, SECRET),
        tokens.sign("another secret, as long as it has to be", ACCESS),
    ],
    ids=["none", "empty", "crit", "deep", "deeper", "other", "endless", "soon", "forged"],
)
def test_no_trick_makes_a_token(token: str) -> None:
    for secret in (SECRET, LONG):
        with pytest.raises(InvalidToken):
            tokens.read(secret, token, "access")


def test_each_kind_is_good_for_itself_only() -> None:
    with pytest.raises(InvalidToken):
        tokens.read(SECRET, TOKEN, "refresh")
    with pytest.raises(InvalidToken):
        tokens.read(SECRET, tokens.sign(SECRET, REFRESH), "access")


def test_a_token_expires() -> None:
    old = ACCESS.model_copy(update={"iat": ACCESS.iat - 4_000, "exp": ACCESS.iat - 2_200})
    with pytest.raises(TokenExpired):
        tokens.read(SECRET, tokens.sign(SECRET, old), "access")
