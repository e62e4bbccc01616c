"""`convonet api`: one API process."""

from api.server import run
from convonet import logs
from convonet.settings import settings


def api() -> None:
    """Serve the pages, the API and /voice until SIGTERM."""
    chosen = settings()
    logs.set_up(chosen, "api")
    run(chosen)
