"""Who has signed in: sessions that expire when they are not used."""

import hashlib
import secrets
from typing import TYPE_CHECKING, cast

from convonet.contracts.caller import Caller

if TYPE_CHECKING:
    from redis.asyncio import Redis

LIFETIME_S = 12 * 3600
"""A session ends this long after its last use."""


def digest(session_id: str) -> str:
    """Return what is stored of an id, so that who can read Redis cannot take over a session."""
    return hashlib.sha256(session_id.encode()).hexdigest()


def _key(session_id: str) -> str:
    return f"session:{digest(session_id)}"


class VoiceSessions:
    """Sessions of `/voice`: an unguessable id for a signed-in caller."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def create(self, caller: Caller) -> str:
        """Begin a session; return its id."""
        session_id = secrets.token_urlsafe(24)
        await self._redis.set(_key(session_id), caller.model_dump_json(), ex=LIFETIME_S)
        return session_id

    async def caller(self, session_id: str) -> Caller | None:
        """Return whose session this is, and prolong it; None when there is no such session."""
        raw = cast("bytes | None", await self._redis.getex(_key(session_id), ex=LIFETIME_S))
        return Caller.read(raw) if raw else None

    async def end(self, session_id: str) -> None:
        """Forget a session."""
        await self._redis.delete(_key(session_id))
