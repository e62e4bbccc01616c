"""`convonet api`: one API process."""

import uvicorn

from convonet.settings import settings

MAX_MESSAGE_BYTES = 1 << 20
"""Largest WebSocket message; the socket is closed on a larger one before it is in memory."""

DRAIN_S = 8
"""How long open requests and sockets get to end after SIGTERM."""


def api() -> None:
    """Serve the pages, the API and /voice until SIGTERM."""
    values = settings()
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=values.convonet_host,
        port=values.convonet_port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        proxy_headers=bool(values.convonet_trusted_proxies),
        forwarded_allow_ips=values.convonet_trusted_proxies,
        timeout_graceful_shutdown=DRAIN_S,
        access_log=False,
        log_config=None,
        server_header=False,
    )
