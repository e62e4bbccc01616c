"""`convonet calls`: the conversations that were held, every turn of one, and how many there are."""

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any, Final, TypeVar

import typer
from pydantic import TypeAdapter
from redis.exceptions import RedisError
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.cli.calls_view import call_details, call_list
from convonet.cli.shown import shown
from convonet.db.conversations import CallRecord, CallSummary, list_calls, show_call
from convonet.db.engine import create_engine, sessionmaker, transaction
from convonet.db.migrate import pending
from convonet.db.users import find_by_name
from convonet.embedded.addresses import known, of_running
from convonet.errors import NotFound, Unavailable
from convonet.redis.admission import Admission, Load, limits
from convonet.redis.client import connect
from convonet.settings import settings

T = TypeVar("T")

MOST_CALLS: Final = 1_000
LIMIT_S: Final = 10

_LIST: Final = TypeAdapter(list[CallSummary])
_CALL: Final = TypeAdapter(CallRecord)

calls = typer.Typer(
    help="Look at the conversations that were held, and at how many there are.",
    no_args_is_help=True,
)


@calls.command("list")
def list_(
    user: Annotated[str | None, typer.Option(help="Calls of this e-mail address only.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_CALLS, help="At most this many.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List the newest calls, newest first."""
    found = _run(_newest(user, limit))
    if as_json:
        typer.echo(_LIST.dump_json(found, indent=2, ensure_ascii=True))
    else:
        _console().print(call_list(found))


@calls.command()
def show(
    call_id: Annotated[str, typer.Argument(help="As `convonet calls list` shows it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show every turn of a call: said, done, answered, heard, and where the time went."""
    call = _run(_whole(call_id))
    if as_json:
        typer.echo(_CALL.dump_json(call, indent=2, ensure_ascii=True))
    else:
        _console().print(*call_details(call), sep="\n")


@calls.command()
def now(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell how many calls are under way everywhere, and how many fit."""
    load = _run(_load())
    if as_json:
        typer.echo(json.dumps(asdict(load), indent=2))
    else:
        _console().print(shown(load.in_words))


async def _load() -> Load:
    chosen = of_running(settings())
    url = chosen.redis_url
    try:
        async with (
            asyncio.timeout(LIMIT_S),
            connect(url.get_secret_value() if url else "") as redis,
        ):
            return await Admission(redis, limits(chosen)).load()
    except (RedisError, OSError, TimeoutError) as error:
        why = f"Redis does not answer ({type(error).__name__})"
        raise Unavailable(f"{why}: start it with `convonet up`, or mend REDIS_URL") from error


async def _newest(user: str | None, limit: int) -> list[CallSummary]:
    async with _database() as session:
        if user is None:
            return await list_calls(session, None, limit, None)
        caller = await find_by_name(session, user)
        if caller is None:
            raise NotFound(f"there is no user {user}")
        return await list_calls(session, caller.user_id, limit, None)


async def _whole(call_id: str) -> CallRecord:
    async with _database() as session:
        return await show_call(session, call_id)


@asynccontextmanager
async def _database() -> AsyncGenerator[AsyncSession]:
    chosen = settings()
    if chosen.database_url is not None:
        url = chosen.database_url.get_secret_value()
    else:
        url = known(chosen)["DATABASE_URL"]
    try:
        behind = await pending(url)
    except Unavailable as error:
        raise Unavailable(f"{error}: start it with `convonet up`, or mend DATABASE_URL") from error
    if behind:
        raise Unavailable("the database's tables are not up to date: run `convonet migrate`")
    engine = create_engine(url, pool_size=1)
    try:
        async with transaction(sessionmaker(engine)) as session:
            yield session
    finally:
        await engine.dispose()


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _console() -> Console:
    return Console(highlight=False)
