"""`convonet tools`: our MCP servers for other MCP clients."""

import asyncio
import os
import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import typer
from rich.console import Console

from convonet import logs
from convonet.db.engine import Sessions, create_engine, sessionmaker, transaction
from convonet.db.pins import hash_pin
from convonet.db.users import find_by_name, find_by_pin
from convonet.embedded.addresses import known
from convonet.errors import Denied, SettingsError
from convonet.settings import settings
from convonet.tools.serve import OneToken, http_app, serve_http, serve_stdio

USER: Final = "CONVONET_USER"
PIN: Final = "CONVONET_PIN"
TOKEN: Final = "CONVONET_MCP_TOKEN"  # noqa: S105 # a variable's name

tools = typer.Typer(help="Serve the assistant's tools to other MCP clients.", no_args_is_help=True)


class Name(StrEnum):
    """Our MCP servers."""

    TODOS = "todos"
    REMINDERS = "reminders"
    CHANGES = "changes"


class Transport(StrEnum):
    """How clients reach a server."""

    STDIO = "stdio"
    HTTP = "http"


@tools.callback()
def _group() -> None:  # pyright: ignore[reportUnusedFunction]
    """Serve the assistant's tools to other MCP clients."""


@tools.command()
def serve(
    name: Annotated[Name, typer.Option(help="Which server.")],
    transport: Annotated[Transport, typer.Option(help="How clients reach it.")] = Transport.STDIO,
    host: Annotated[str, typer.Option(help="Address to listen on (http).")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on (http).")] = 8765,
) -> None:
    """Serve one MCP server on behalf of one user.

    The user comes from the environment: CONVONET_USER (e-mail address or username) or CONVONET_PIN
    (voice PIN). Over http, clients send the bearer token CONVONET_MCP_TOKEN; where that is not
    set, one is made and shown.
    """
    logs.set_up(settings(), "tools")
    asyncio.run(_serve(name, transport, host, port))


async def _serve(name: Name, transport: Transport, host: str, port: int) -> None:
    addresses = known(settings())
    engine = create_engine(addresses["DATABASE_URL"], pool_size=2)
    sessions = sessionmaker(engine)
    try:
        user_id = await _user(sessions, os.environ, addresses.get("JWT_SECRET"))
        if transport is Transport.STDIO:
            await serve_stdio(name.value, sessions, user_id)
        else:
            token = _token(os.environ)
            app = http_app(name.value, sessions, OneToken(token, user_id), host)
            Console(stderr=True).print(f"MCP server {name.value}: http://{host}:{port}/mcp")
            await serve_http(app, host, port)
    finally:
        await engine.dispose()


async def _user(sessions: Sessions, env: Mapping[str, str], jwt_secret: str | None) -> UUID:
    async with transaction(sessions) as session:
        if named := env.get(USER):
            caller = await find_by_name(session, named)
        elif (pin := env.get(PIN)) and jwt_secret:
            caller = await find_by_pin(session, hash_pin(jwt_secret, pin))
        else:
            raise SettingsError(f"{USER}: set it, or {PIN}, to say on whose behalf tools act")
    if caller is None:
        raise Denied(f"{USER if named else PIN}: no active user has it")
    return caller.user_id


def _token(env: Mapping[str, str]) -> str:
    if given := env.get(TOKEN):
        return given
    made = secrets.token_urlsafe(24)
    Console(stderr=True).print(f"Authorization: Bearer {made}", highlight=False)
    return made
