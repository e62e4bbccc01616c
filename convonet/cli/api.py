"""`convonet api`: one API process."""

from api import server
from convonet.settings import settings


def api() -> None:
    """Serve the pages, the API and /voice until SIGTERM."""
    server.run(settings())
