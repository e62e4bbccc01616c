"""Starts our MCP servers for other MCP clients: over stdio, or streamable HTTP."""

import hmac
from uuid import UUID

import uvicorn
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
from mcp.server.auth.provider import AccessToken, TokenVerifier
from starlette.applications import Starlette
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from convonet.db.engine import Sessions
from convonet.errors import NotFound
from convonet.tools.authority import Authority, BearerOfToken, OneUser
from convonet.tools.desk import Desk, ToolServer
from convonet.tools.servers import SERVERS


class OneToken:
    """Accepts one token, which stands for one user."""

    def __init__(self, token: str, user_id: UUID) -> None:
        self._token = token
        self._user_id = user_id

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whom the token stands for; see `TokenVerifier`."""
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return None
        return AccessToken(token=token, client_id="mcp", scopes=[], subject=str(self._user_id))


async def serve_stdio(name: str, sessions: Sessions, user_id: UUID) -> None:
    """Serve on this process' stdin and stdout, for one user, until stdin ends.

    Raises:
        NotFound: there is no server of that name.
    """
    await _server(name, sessions, OneUser(sessions, user_id)).run_stdio_async()


def http_app(name: str, sessions: Sessions, tokens: TokenVerifier, host: str) -> Starlette:
    """Return the server as an ASGI app that answers at `/mcp` whoever has a bearer token.

    The token's `subject` is the user's id. An app that mounts this one enters
    `app.router.lifespan_context(app)` in its own lifespan. On a loopback `host` other `Host`
    headers are refused, against DNS rebinding.

    Raises:
        NotFound: there is no server of that name.
    """
    server = _server(name, sessions, BearerOfToken(sessions))
    # Stateless: each request stands for itself, so any instance may answer it, and the token of
    # one request can never serve another.
    app = server.streamable_http_app(stateless_http=True, json_response=True, host=host)
    app.add_middleware(_SignedInOnly)
    app.add_middleware(AuthContextMiddleware)
    app.add_middleware(AuthenticationMiddleware, backend=BearerAuthBackend(tokens))
    return app


async def serve_http(app: Starlette, host: str, port: int) -> None:
    """Serve the app until the process is told to end."""
    config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False)
    await uvicorn.Server(config).serve()


class _SignedInOnly:
    """Answers 401 to requests without a valid token; lets the lifespan pass."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._guarded = RequireAuthMiddleware(app, required_scopes=[])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        app = self._guarded if scope["type"] == "http" else self._app
        await app(scope, receive, send)


def _server(name: str, sessions: Sessions, authority: Authority) -> ToolServer:
    if name not in SERVERS:
        raise NotFound(f"there is no tool server {name!r}; there are {', '.join(SERVERS)}")
    return SERVERS[name](Desk(sessions, authority))
