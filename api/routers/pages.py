"""The pages, as Vite built them; a clear one when it has not."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

DIST: Final = Path(__file__).resolve().parents[2] / "ui" / "dist"

router = APIRouter(include_in_schema=False)

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Convonet</title>
<h1>The pages are not built yet</h1>
<p>Run <code>make ui</code> (or <code>make run</code>, which does it) and load this again.
Calls work without pages: <code>convonet call --say "hello"</code>.</p></html>
"""


@router.get("/")
@router.get("/convonet_todo/webrtc/voice-assistant")
def voice_assistant() -> Response:
    """Serve the page people talk on."""
    return _page("index.html")


@router.get("/login")
@router.get("/register")
@router.get("/profile")
def account() -> Response:
    """Serve the page of one's account, which looks at its own address."""
    return _page("account.html")


def _page(name: str) -> Response:
    path = DIST / name
    if not path.is_file():
        return HTMLResponse(_NOT_BUILT, 503)
    # Its scripts carry a hash in their names and may be kept; the page itself may not.
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


def assets() -> StaticFiles:
    """Return what serves `/assets`."""
    return StaticFiles(directory=DIST / "assets", check_dir=False)
