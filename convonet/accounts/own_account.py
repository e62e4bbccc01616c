"""What somebody may see and change of their own account."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final
from uuid import UUID

from redis.asyncio import Redis

from convonet.accounts.allowances import name_counts, password_counts, pin_counts
from convonet.accounts.passwords import check_password
from convonet.accounts.pins import check_pin
from convonet.accounts.refusals import NameTaken, PinNotAvailable, SignInEnded, WrongPassword
from convonet.accounts.sign_in import Doorkeeper, SignedIn
from convonet.db import accounts
from convonet.db.accounts import Account
from convonet.db.engine import Sessions, transaction
from convonet.db.passwords import hash_password, verify_password
from convonet.db.pins import hash_pin
from convonet.errors import TooManyTries
from convonet.redis.client import answering
from convonet.redis.limits import SignInLimits
from convonet.redis.tries import Tries

logger = logging.getLogger(__name__)

_NAMES: Final = frozenset({"email", "username"})


class OwnAccount:
    """The account of somebody who is signed in, asked for from an address."""

    def __init__(
        self, db: Sessions, redis: Redis, secret: str, *, user_id: UUID, address: str
    ) -> None:
        self._db = db
        self._redis = redis
        self._secret = secret
        self._user_id = user_id
        self._address = address
        self._tries = Tries(redis)
        self._doorkeeper = Doorkeeper(db, redis, secret)

    async def show(self) -> Account:
        """Return the account.

        Raises:
            SignInEnded: it is not active any more.
        """
        async with transaction(self._db) as session:
            account = await accounts.find_account(session, self._user_id)
        if account is None:
            raise SignInEnded("this account is not active")
        return account

    async def change(self, values: Mapping[str, str], password: str | None) -> Account:
        """Set these columns of the profile; the e-mail address only with the password.

        Raises:
            WrongPassword: it is not the right one, or missing where it is needed.
            TooManyTries: too many wrong passwords, or too many addresses and usernames.
            NameTaken: somebody has the e-mail address or the username.
        """
        before = asdict(await self.show())
        changes: dict[str, str | bool | None] = {
            name: value for name, value in values.items() if before[name] != value
        }
        if _NAMES & changes.keys():
            await self._tries.take(name_counts(self._address, self._user_id))
        if "email" in changes:
            await self._prove(password or "")
            changes["is_verified"] = False
        if changes:
            async with transaction(self._db) as session:
                if not await accounts.change_account(session, self._user_id, changes):
                    raise NameTaken("the e-mail address or the username is taken")
        return await self.show()

    async def change_password(self, current: str, new: str) -> SignedIn:
        """Set another password, end every sign-in and begin a new one.

        Raises:
            WrongPassword: `current` is not the password.
            TooManyTries: too many wrong passwords.
            WeakPassword: the new one is too easy to guess.
        """
        own = await self.show()
        check_password(new, (own.email, own.username, own.first_name, own.last_name))
        await self._prove(current)
        password_hash = await hash_password(new)
        async with transaction(self._db) as session:
            changes = {"password_hash": password_hash}
            await accounts.change_account(session, self._user_id, changes)
            # Not behind the commit: no sign-in by the old password may outlive it. If the commit
            # fails everybody has to sign in again, no more.
            await self._doorkeeper.end_all(self._user_id)
        logger.info("user %s has another password", self._user_id)
        return await self._doorkeeper.begin(self._user_id)

    async def change_pin(self, pin: str | None) -> Account:
        """Set another voice PIN, or none.

        Every new PIN counts as a try of a PIN from the address: to ask whether somebody has one
        this way is no cheaper than to try it in a call.

        Raises:
            Invalid: it does not have 4 to 6 digits.
            TrivialPin: it is too easy to guess.
            PinNotAvailable: another one has to be chosen.
            TooManyTries: too many were tried.
        """
        pin_hash = None if pin is None else hash_pin(self._secret, pin)
        if pin is not None:
            check_pin(pin)
            await self._may_try_a_pin()
        async with transaction(self._db) as session:
            changes = {"voice_pin_hash": pin_hash}
            free = await accounts.change_account(session, self._user_id, changes)
        if not free:
            raise PinNotAvailable("choose another PIN")
        logger.info("user %s has another voice PIN", self._user_id)
        return await self.show()

    async def _may_try_a_pin(self) -> None:
        await self._tries.take(pin_counts(self._user_id))
        with answering():
            attempt = await SignInLimits(self._redis).take(self._address)
        if not attempt.allowed:
            raise TooManyTries("tried too often; wait a while", max(1, attempt.retry_after_s))
        await asyncio.sleep(attempt.pause_s)

    async def _prove(self, password: str) -> None:
        async with self._tries.counting_wrong(password_counts(self._address, self._user_id)):
            async with transaction(self._db) as session:
                known = await accounts.credentials_of(session, self._user_id)
            verdict = await verify_password(known.password_hash if known else None, password)
            if not verdict.right:
                raise WrongPassword("the current password is wrong")
