"""`convonet seed`: the demo data."""

import asyncio

from convonet.db.seed import seed_demo
from convonet.embedded.addresses import known
from convonet.errors import SettingsError
from convonet.settings import settings


def seed() -> None:
    """Add the demo users, team, todos and reminders. Refused in production."""
    env = known(settings())
    if "JWT_SECRET" not in env:
        raise SettingsError("JWT_SECRET: must be set, PIN hashes are keyed with it")
    asyncio.run(seed_demo(env["DATABASE_URL"], env["JWT_SECRET"]))
