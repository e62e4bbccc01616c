"""`convonet api`: one API process."""

from api.server import run
from convonet.settings import settings


def api() -> None:
    """Serve the pages, the API and /voice until SIGTERM."""
    run(settings())
