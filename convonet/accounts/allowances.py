"""How often somebody may try: from an address, at an account. Right answers use up nothing."""

import hashlib
from typing import Final
from uuid import UUID

from convonet.redis.tries import Limit

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400

LOGINS_OF_ADDRESS: Final = (Limit(30, 10 * _MINUTE), Limit(200, _DAY))
LOGINS_OF_ACCOUNT: Final = (Limit(10, 15 * _MINUTE), Limit(50, _DAY))
"""Wrong passwords; fewer than NIST SP 800-63B allows (100 in a row)."""

REGISTRATIONS_OF_ADDRESS: Final = (Limit(20, _HOUR), Limit(60, _DAY))
NAMES_OF_ACCOUNT: Final = (Limit(20, _DAY),)
"""All of them: what is taken tells who has an account."""

PINS_OF_ACCOUNT: Final = (Limit(10, _DAY),)
"""All of them: a PIN that is refused is somebody's, one that is accepted is nobody's."""


def login_counts(address: str, name: str) -> dict[str, tuple[Limit, ...]]:
    """Return what a try to sign in counts for, whether or not anybody has that name."""
    digest = hashlib.sha256(name.casefold().encode()).hexdigest()
    return {
        f"login:address:{address}": LOGINS_OF_ADDRESS,
        f"login:name:{digest}": LOGINS_OF_ACCOUNT,
    }


def password_counts(address: str, user_id: UUID) -> dict[str, tuple[Limit, ...]]:
    """Return what a proof by password of somebody who is signed in counts for."""
    return {
        f"login:address:{address}": LOGINS_OF_ADDRESS,
        f"password:{user_id}": LOGINS_OF_ACCOUNT,
    }


def registration_counts(address: str) -> dict[str, tuple[Limit, ...]]:
    """Return what a registration counts for."""
    return {f"registration:{address}": REGISTRATIONS_OF_ADDRESS}


def name_counts(address: str, user_id: UUID) -> dict[str, tuple[Limit, ...]]:
    """Return what another e-mail address or username counts for."""
    return {**registration_counts(address), f"names:{user_id}": NAMES_OF_ACCOUNT}


def pin_counts(user_id: UUID) -> dict[str, tuple[Limit, ...]]:
    """Return what a new PIN counts for, beside a try of a PIN from the address."""
    return {f"pin:{user_id}": PINS_OF_ACCOUNT}
