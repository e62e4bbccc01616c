"""Sign in by voice PIN: always the same work, limited in every direction. PINs are never logged."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from redis.exceptions import RedisError

from api import metrics
from api.voice.endings import Refusal, unavailable
from convonet.contracts.caller import Caller
from convonet.contracts.voice import VoiceTeam, VoiceUser
from convonet.db import pins, users
from convonet.db.engine import Sessions, transaction
from convonet.errors import Invalid, Unavailable
from convonet.redis.limits import Attempt, SignInLimits

logger = logging.getLogger(__name__)

ATTEMPTS_PER_CONNECTION: Final = 5


@dataclass(frozen=True)
class WrongPin:
    """Nobody has this PIN, or too many have been tried."""

    attempts_left: int
    retry_after_s: int


class SigningIn:
    """The sign-in attempts of one connection."""

    def __init__(self, address: str, secret: str, db: Sessions, limits: SignInLimits) -> None:
        self._address = address
        self._secret = secret
        self._db = db
        self._limits = limits
        self._left = ATTEMPTS_PER_CONNECTION

    @property
    def exhausted(self) -> bool:
        """This connection has had its attempts."""
        return self._left <= 0

    async def attempts_left(self) -> int:
        """Return how many wrong PINs are left, to the connection and to the address."""
        try:
            return min(self._left, (await self._limits.look(self._address)).left)
        except (RedisError, OSError):
            return self._left

    async def by_pin(self, pin: str) -> Caller | WrongPin:
        """Return who has this PIN.

        Raises:
            Refusal: the PIN has the wrong form, or sign-in is not possible now.
        """
        try:
            pin_hash = pins.hash_pin(self._secret, pin)
        except Invalid as error:
            raise Refusal("bad_message", f"pin: {error}") from None
        try:
            return await self._try(pin_hash)
        except (RedisError, OSError, Unavailable) as error:
            logger.warning("sign-in is not possible: %s", type(error).__name__)
            raise unavailable("sign-in") from None

    async def _try(self, pin_hash: str) -> Caller | WrongPin:
        attempt = await self._limits.take(self._address)
        if not attempt.allowed:
            self._left -= 1
            metrics.SIGN_INS.labels("refused").inc()
            return WrongPin(0, max(1, attempt.retry_after_s))
        await asyncio.sleep(attempt.pause_s)
        caller = await self._find(pin_hash, attempt)
        if caller is not None:
            metrics.SIGN_INS.labels("right").inc()
            self._left = ATTEMPTS_PER_CONNECTION
            return caller
        self._left -= 1
        metrics.SIGN_INS.labels("wrong").inc()
        logger.info("a wrong PIN was tried from %s", self._address)
        left = max(0, min(self._left, attempt.left))
        return WrongPin(left, attempt.retry_after_s if attempt.left == 0 else 0)

    async def _find(self, pin_hash: str, attempt: Attempt) -> Caller | None:
        try:
            async with transaction(self._db) as session:
                caller = await users.find_by_pin(session, pin_hash)
                if caller is not None:
                    await users.touch_login(session, caller.user_id)
        except Unavailable:
            await self._limits.forgive(self._address, attempt)
            raise
        if caller is not None:
            await self._limits.forgive(self._address, attempt)
        return caller


def shown(caller: Caller) -> VoiceUser:
    """Return what clients are told of who has signed in."""
    teams = tuple(VoiceTeam(id=str(team.id), name=team.name) for team in caller.teams)
    return VoiceUser(id=str(caller.user_id), name=caller.name, teams=teams)
