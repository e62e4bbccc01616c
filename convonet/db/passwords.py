"""Password hashes (argon2id, the library's recommended cost), made on threads of their own."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from convonet.errors import Unavailable

T = TypeVar("T")

AT_ONCE: Final = 2
"""Each takes 64 MiB and some 50 ms of several cores, which calls need too."""

WAITING_MAX: Final = 64
"""Hashes to be made or compared, beyond which one more is refused."""

_hasher: Final = PasswordHasher()
_threads: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
_waiting: Final[set[object]] = set()


@dataclass(frozen=True)
class Verdict:
    """Whether a password is right, and what to store from now on."""

    right: bool
    fresh_hash: str | None = None
    """A new hash, where the stored one was made at another cost."""


def normalized(password: str) -> str:
    """Return what is hashed: the same whichever keyboard composed it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


async def hash_password(password: str) -> str:
    """Return the salted hash to store; takes about 50 ms of a thread.

    Raises:
        Unavailable: too many are waiting for theirs.
    """
    return await _on_a_thread(lambda: _hash(password))


async def verify_password(stored: str | None, password: str) -> Verdict:
    """Tell whether `password` is the one that `stored` was made of.

    It is the same work when there is nothing to compare with (None): time tells nobody who has
    an account.

    Raises:
        Unavailable: too many are waiting for theirs.
    """
    return await _on_a_thread(lambda: _verify(stored, password))


def _hash(password: str) -> str:
    return _hasher.hash(normalized(password))


def _verify(stored: str | None, password: str) -> Verdict:
    if stored is None:
        _hash(password)
        return Verdict(right=False)
    try:
        _hasher.verify(stored, normalized(password))
    except InvalidHashError:
        return _verify(None, password)
    except VerificationError:
        return Verdict(right=False)
    stale = _hasher.check_needs_rehash(stored)
    return Verdict(right=True, fresh_hash=_hash(password) if stale else None)


async def _on_a_thread(work: Callable[[], T]) -> T:
    if len(_waiting) >= WAITING_MAX:
        raise Unavailable("too many people sign in at the moment; try again")
    ticket = object()
    _waiting.add(ticket)
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting.discard(ticket)
