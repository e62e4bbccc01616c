"""Who is asking: the person a Bearer token names, for every route that needs somebody."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.deps import AppState
from api.state import State
from convonet.accounts.refusals import InvalidToken, RoleRequired, SignInEnded, TokenExpired
from convonet.accounts.sign_in import Doorkeeper
from convonet.accounts.tokens import Claims
from convonet.db.models import GlobalRole
from convonet.errors import NotSignedIn, SettingsError

_BEARER = HTTPBearer(
    bearerFormat="JWT", description="The `access_token` of a sign-in.", auto_error=False
)


TOKEN_REFUSALS: Final = (NotSignedIn, InvalidToken, TokenExpired, SignInEnded)
"""What a route that needs somebody may answer instead, all with 401."""


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in, as their token says: up to half an hour old."""

    user_id: UUID
    email: str
    roles: tuple[str, ...]
    team_id: UUID | None
    """The team they have been in for longest; says nothing about what they may do there."""


def jwt_secret(state: State) -> str:
    """Return what tokens are signed with."""
    secret = state["settings"].jwt_secret
    if secret is None:
        raise SettingsError("JWT_SECRET: must be set")
    return secret.get_secret_value()


def doorkeeper(state: State) -> Doorkeeper:
    """Return who knows what sign-ins hold."""
    return Doorkeeper(state["db"], state["redis"], jwt_secret(state))


async def claims_of(token: str, state: State) -> Claims:
    """Return what an access token says, if its sign-in holds.

    Raises:
        NotSignedIn: the token is not valid, has expired, or its sign-in was ended.
        Unavailable: Redis, which knows what holds, does not answer.
    """
    return await doorkeeper(state).holder(token)


def person(claims: Claims) -> Person:
    """Return whom the claims name."""
    return Person(claims.user_id, claims.email, claims.roles, claims.team_id)


async def _claims(
    state: AppState, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> Claims:
    if given is None:
        raise NotSignedIn("sign in first: `Authorization: Bearer` and an access token")
    return await claims_of(given.credentials, state)


SignInClaims = Annotated[Claims, Depends(_claims)]
"""All that the access token says."""


def _person(claims: SignInClaims) -> Person:
    return person(claims)


SignedIn = Annotated[Person, Depends(_person)]
"""Somebody who has signed in; nobody else gets past it (401)."""


def with_role(*roles: GlobalRole) -> Callable[[Person], Awaitable[Person]]:
    """Return a dependency that lets only people past who have one of `roles` (else 403)."""

    async def check(who: SignedIn) -> Person:
        if not set(roles) & set(who.roles):
            raise RoleRequired(f"only for: {', '.join(roles)}")
        return who

    return check
