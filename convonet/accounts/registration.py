"""A new account."""

from dataclasses import asdict, dataclass

from redis.asyncio import Redis

from convonet.accounts.allowances import registration_counts
from convonet.accounts.passwords import check_password
from convonet.accounts.refusals import NameTaken
from convonet.accounts.sign_in import Doorkeeper, SignedIn
from convonet.db.accounts import add_account
from convonet.db.engine import Sessions, transaction
from convonet.db.passwords import hash_password
from convonet.redis.tries import Tries


@dataclass(frozen=True)
class Newcomer:
    """Who wants an account."""

    email: str
    username: str
    first_name: str
    last_name: str
    time_zone: str


async def register(
    db: Sessions, redis: Redis, secret: str, newcomer: Newcomer, password: str, address: str
) -> SignedIn:
    """Make an account and sign its owner in.

    Raises:
        WeakPassword: it is too easy to guess.
        NameTaken: somebody has the e-mail address or the username; which is not said.
        TooManyTries: too many registrations from this address.
    """
    check_password(
        password,
        (newcomer.email, newcomer.username, newcomer.first_name, newcomer.last_name),
    )
    await Tries(redis).take(registration_counts(address))
    # Before it is known whether the name is free: both take the same time.
    password_hash = await hash_password(password)
    async with transaction(db) as session:
        user_id = await add_account(session, {**asdict(newcomer), "password_hash": password_hash})
    if user_id is None:
        raise NameTaken("the e-mail address or the username is taken")
    return await Doorkeeper(db, redis, secret).begin(user_id)
