"""Sign in, go on, sign out. Passwords and tokens are never logged."""

import logging
from dataclasses import dataclass
from uuid import UUID

from redis.asyncio import Redis

from convonet.accounts import tokens
from convonet.accounts.allowances import login_counts
from convonet.accounts.refusals import SignInEnded, WrongCredentials
from convonet.accounts.tokens import Claims
from convonet.db import accounts
from convonet.db.accounts import Account, Credentials
from convonet.db.engine import Sessions, transaction
from convonet.db.passwords import Verdict, verify_password
from convonet.redis.sign_ins import SignIns
from convonet.redis.tries import Tries

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """A sign-in: its tokens, and whose it is."""

    access_token: str
    refresh_token: str
    account: Account


class Doorkeeper:
    """Lets people in who prove who they are, and knows until when that holds."""

    def __init__(self, db: Sessions, redis: Redis, secret: str) -> None:
        self._db = db
        self._secret = secret
        self._tries = Tries(redis)
        self._sign_ins = SignIns(redis, tokens.REFRESH_S)

    async def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Sign in by e-mail address or username.

        Answers and the work behind them are the same whether nobody has that name or the
        password is wrong.

        Raises:
            WrongCredentials: one of both.
            TooManyTries: too many wrong ones, from the address or at the name.
        """
        async with self._tries.counting_wrong(login_counts(address, name)):
            async with transaction(self._db) as session:
                known = await accounts.find_credentials(session, name)
            verdict = await verify_password(known.password_hash if known else None, password)
            if known is None or not verdict.right:
                logger.info("a wrong password was tried from %s", address)
                raise WrongCredentials("e-mail address or password is wrong")
            return await self._let_in(known, verdict)

    async def _let_in(self, known: Credentials, verdict: Verdict) -> SignedIn:
        # The sign-in begins before the row is read again: whoever changes the password at this
        # moment either sees it to end it, or has changed what is compared here.
        family, refresh_id = await self._begin(known.user_id)
        async with transaction(self._db) as session:
            holds = await accounts.note_sign_in(session, known, verdict.fresh_hash)
            account = await accounts.find_account(session, known.user_id) if holds else None
        if account is None:
            await self._sign_ins.end(known.user_id, family)
            raise WrongCredentials("e-mail address or password is wrong")
        return self._tokens(account, family, refresh_id)

    async def begin(self, user_id: UUID) -> SignedIn:
        """Sign in somebody who has just proven who they are.

        Raises:
            SignInEnded: the account is not active.
        """
        family, refresh_id = await self._begin(user_id)
        return await self._go_on(user_id, family, refresh_id)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """Go on with a sign-in: new tokens for its newest refresh token.

        Raises:
            NotSignedIn: the token is not valid, the sign-in has ended, or the token was used
                before (but for a lost answer): then somebody else may have it, and the sign-in
                ends for both.
        """
        old = tokens.read(self._secret, refresh_token, "refresh")
        successor = tokens.new_id()
        outcome = await self._sign_ins.rotate(old.user_id, old.family, old.jti, successor)
        if outcome == "reused":
            logger.warning("a refresh token of user %s came twice: signed out", old.user_id)
        if outcome != "rotated":
            raise SignInEnded("this sign-in has ended; sign in again")
        return await self._go_on(old.user_id, old.family, successor)

    async def sign_out(self, refresh_token: str, *, everywhere: bool) -> None:
        """End a sign-in, or all of its person's; that it has ended already is no error.

        Raises:
            NotSignedIn: the token is not valid.
        """
        claims = tokens.read(self._secret, refresh_token, "refresh")
        if not everywhere:
            await self._sign_ins.end(claims.user_id, claims.family)
        elif await self._sign_ins.holds(claims.user_id, claims.family):
            await self._sign_ins.end_all(claims.user_id)
        else:
            raise SignInEnded("this sign-in has ended; sign in again")

    async def end_all(self, user_id: UUID) -> None:
        """End every sign-in of somebody."""
        await self._sign_ins.end_all(user_id)

    async def holder(self, access_token: str) -> Claims:
        """Return what an access token says, if its sign-in holds.

        Raises:
            NotSignedIn: the token is not valid, or its sign-in has ended.
        """
        claims = tokens.read(self._secret, access_token, "access")
        if not await self._sign_ins.holds(claims.user_id, claims.family):
            raise SignInEnded("you have been signed out; sign in again")
        return claims

    async def _begin(self, user_id: UUID) -> tuple[str, str]:
        family, refresh_id = tokens.new_id(), tokens.new_id()
        await self._sign_ins.begin(user_id, family, refresh_id)
        return family, refresh_id

    async def _go_on(self, user_id: UUID, family: str, refresh_id: str) -> SignedIn:
        async with transaction(self._db) as session:
            account = await accounts.find_account(session, user_id)
        if account is None:
            await self._sign_ins.end_all(user_id)
            raise SignInEnded("this account is not active")
        return self._tokens(account, family, refresh_id)

    def _tokens(self, account: Account, family: str, refresh_id: str) -> SignedIn:
        access, refresh = tokens.pair(
            user_id=account.id,
            email=account.email,
            roles=account.roles,
            team_id=account.first_team,
            family=family,
            refresh_id=refresh_id,
        )
        return SignedIn(
            tokens.sign(self._secret, access), tokens.sign(self._secret, refresh), account
        )
