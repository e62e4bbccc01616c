"""`convonet migrate`: the database's tables, up to date."""

import asyncio

from convonet.db.migrate import upgrade
from convonet.embedded.addresses import known
from convonet.settings import settings


def migrate() -> None:
    """Bring the tables of DATABASE_URL (or of the running embedded server) up to date."""
    asyncio.run(upgrade(known(settings())["DATABASE_URL"]))
