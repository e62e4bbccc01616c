"""Access and refresh tokens: JSON Web Tokens that say who has signed in."""

import secrets
import time
from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from convonet.accounts.refusals import InvalidToken, TokenExpired

ACCESS_S: Final = 30 * 60
REFRESH_S: Final = 7 * 24 * 3600

_ALGORITHM: Final = "HS256"
_LEEWAY_S: Final = 5
"""How far the clocks of two API instances may be apart."""

Kind = Literal["access", "refresh"]


class Claims(BaseModel):
    """What a token says; other programs that know JWT_SECRET may read it."""

    model_config = ConfigDict(frozen=True)

    user_id: UUID
    email: str
    roles: tuple[str, ...]
    team_id: UUID | None
    """The team the person has been in for longest."""
    type: Kind
    exp: int
    iat: int
    jti: str
    family: str
    """The sign-in all tokens come from that were refreshed one from the other."""


def new_id() -> str:
    """Return an unguessable id for a token or a family."""
    return secrets.token_urlsafe(18)


def pair(
    *,
    user_id: UUID,
    email: str,
    roles: Sequence[str],
    team_id: UUID | None,
    family: str,
    refresh_id: str,
) -> tuple[Claims, Claims]:
    """Return the claims of an access and a refresh token that begin to hold now.

    Args:
        user_id: whose they are.
        email: of that person.
        roles: of that person, everywhere.
        team_id: the team the person has been in for longest.
        family: the sign-in they belong to.
        refresh_id: the `jti` of the refresh token.
    """
    now = int(time.time())
    access = Claims(
        user_id=user_id,
        email=email,
        roles=tuple(roles),
        team_id=team_id,
        type="access",
        exp=now + ACCESS_S,
        iat=now,
        jti=new_id(),
        family=family,
    )
    changes = {"type": "refresh", "exp": now + REFRESH_S, "jti": refresh_id}
    return access, access.model_copy(update=changes)


def sign(secret: str, claims: Claims) -> str:
    """Return the token that says this, signed with `secret` (JWT_SECRET)."""
    return jwt.encode(claims.model_dump(mode="json"), secret, algorithm=_ALGORITHM)


def read(secret: str, token: str, kind: Kind) -> Claims:
    """Return what a token says.

    Raises:
        TokenExpired: its time is over.
        InvalidToken: it is not a token of this kind, or somebody else has made or changed it.
    """
    try:
        payload = jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            leeway=_LEEWAY_S,
            options={"require": ["exp", "iat"]},
        )
        claims = Claims.model_validate(payload)
    except jwt.ExpiredSignatureError:
        raise TokenExpired("the token has expired") from None
    except (jwt.InvalidTokenError, ValidationError, ValueError, OverflowError, RecursionError):
        raise InvalidToken("not a valid token") from None
    if claims.type != kind:
        raise InvalidToken(f"not a valid {kind} token")
    return claims
