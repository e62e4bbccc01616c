"""Password hashes (argon2id, the library's recommended cost)."""

import asyncio

from argon2 import PasswordHasher


async def hash_password(password: str) -> str:
    """Return the salted hash to store; takes about 50 ms of a thread."""
    return await asyncio.to_thread(PasswordHasher().hash, password)
