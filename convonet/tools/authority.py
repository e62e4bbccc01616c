"""On whose behalf a tool acts: told by the call or the sign-in, never by the model."""

from collections.abc import Mapping
from typing import Final, Protocol
from uuid import UUID, uuid4

from mcp.server.auth.middleware.auth_context import get_access_token
from pydantic import ValidationError

from convonet.contracts import Contract
from convonet.contracts.caller import Caller
from convonet.db.engine import Sessions, transaction
from convonet.db.users import find_caller
from convonet.errors import Denied

ORIGIN_META: Final = "convonet/origin"
"""Key in a request's `_meta`, believed only between our own host and our own servers."""
KEY_META: Final = "convonet/idempotency-key"
"""Key in a request's `_meta` by which any client may make a repeat harmless."""

Meta = Mapping[str, object]


class Origin(Contract):
    """Where a tool call comes from."""

    caller: Caller
    idempotency_key: str
    call_id: str | None = None
    turn_id: str | None = None


class Authority(Protocol):
    """Knows who is behind a request."""

    async def origin(self, meta: Meta) -> Origin:
        """Return where the request with this `_meta` comes from.

        Raises:
            Denied: nobody is signed in.
        """
        ...


class TrustedHost:
    """Believes the host in the same process, which has the caller from the call itself."""

    async def origin(self, meta: Meta) -> Origin:
        """Return what the host has put into the request."""
        try:
            return Origin.model_validate(meta.get(ORIGIN_META))
        except ValidationError:
            raise Denied("nobody is signed in") from None


class OneUser:
    """Acts for one user: a server that somebody has started for themselves."""

    def __init__(self, sessions: Sessions, user_id: UUID) -> None:
        self._sessions = sessions
        self._user_id = user_id

    async def origin(self, meta: Meta) -> Origin:
        """Return the user as the database knows them now."""
        return await _origin(self._sessions, self._user_id, meta)


class BearerOfToken:
    """Acts for the user the bearer token of the HTTP request was made for."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def origin(self, meta: Meta) -> Origin:
        """Return the subject of the verified token."""
        token = get_access_token()
        if token is None or token.subject is None:
            raise Denied("nobody is signed in")
        return await _origin(self._sessions, UUID(token.subject), meta)


async def _origin(sessions: Sessions, user_id: UUID, meta: Meta) -> Origin:
    async with transaction(sessions) as session:
        caller = await find_caller(session, user_id)
    if caller is None:
        raise Denied("this account is not active")
    key = meta.get(KEY_META)
    # Prefixed: nobody can guess or take the keys of somebody else or of a call.
    suffix = key if isinstance(key, str) else uuid4().hex
    return Origin(caller=caller, idempotency_key=f"user:{user_id}:{suffix}")
