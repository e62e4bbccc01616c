"""How much a request may bring: whoever sends more is told so before it fills the memory."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

MOST: Final = 1024 * 1024
"""Bytes."""

_WHY: Final = f"at most {MOST} bytes"


class BoundedBodies:
    """ASGI middleware: no body of an HTTP request is longer than `MOST`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as far as it is not too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > MOST:
            refusal = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content_too_large", _WHY)
            await refusal(scope, receive, send)
            return
        brought = 0

        async def receive_so_much() -> Message:
            nonlocal brought
            message = await receive()
            brought += len(message.get("body", b""))
            if brought > MOST:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _WHY)
            return message

        await self._app(scope, receive_so_much, send)
