"""`WS /voice`."""

import logging
from http import HTTPStatus

from fastapi import APIRouter, WebSocket

from api import metrics
from api.clients import client_address, origin_is_allowed
from api.deps import AppState
from api.problems import problem
from api.voice.socket import Connection

logger = logging.getLogger(__name__)

router = APIRouter()


@router.websocket("/voice")
async def voice(socket: WebSocket, state: AppState) -> None:
    """Serve one caller's connection."""
    settings = state["settings"]
    if not origin_is_allowed(socket, settings):
        denial = problem(
            HTTPStatus.FORBIDDEN,
            "origin_not_allowed",
            "pages of this origin may not open /voice; see CONVONET_ALLOWED_ORIGINS",
        )
        await socket.send_denial_response(denial)
        return
    await socket.accept()
    state["connections"].joined()
    metrics.CONNECTIONS.inc()
    try:
        await Connection(socket, state, client_address(socket, settings)).run()
    finally:
        metrics.CONNECTIONS.dec()
        state["connections"].left()
