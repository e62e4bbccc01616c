"""`convonet deploy`: which build new calls begin on, and which builds still have calls."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, TypeVar

import typer
from pydantic import TypeAdapter
from rich.console import Console
from temporalio.client import Client
from temporalio.service import RPCError

from convonet.cli.deploy_view import build_table
from convonet.embedded.addresses import of_running
from convonet.errors import Conflict, NotFound, Unavailable
from convonet.settings import Settings, settings
from temporal.build import BUILD
from temporal.client import connect
from temporal.deployments import Build, Deployments

T = TypeVar("T")

_PROMOTED_WITHIN_S: Final = 30.0
_POLL_S: Final = 1.0

_BUILDS: Final = TypeAdapter(list[Build])

deploy = typer.Typer(help="Put new code beside the old, and let the old drain.")

BuildId = Annotated[str, typer.Argument(help="As `status` shows it; this code's when left out.")]


@deploy.callback(invoke_without_command=True, no_args_is_help=True)
def _group() -> None:  # pyright: ignore[reportUnusedFunction]
    """Put new code beside the old, and let the old drain."""


@deploy.command()
def build() -> None:
    """Print the build id of this code; the same on every machine."""
    typer.echo(BUILD)


@deploy.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List the builds that workers have announced, and how many calls run on each."""
    found = _run(_builds())
    if as_json:
        typer.echo(_BUILDS.dump_json(found, indent=2, ensure_ascii=True))
    else:
        Console(highlight=False).print(build_table(found))


@deploy.command()
def promote(build_id: BuildId = BUILD) -> None:
    """Have new calls begin on a build. Calls under way stay with theirs; so does rolling back."""
    _run(_promote(build_id))
    typer.echo(f"new calls begin on build {build_id}")


@deploy.command()
def drain(
    build_id: Annotated[str, typer.Argument(help="As `status` shows it.")],
    wait_s: Annotated[
        float, typer.Option("--wait", min=0, help="Wait up to so many seconds for its calls.")
    ] = 0.0,
) -> None:
    """Tell whether a build's workers may be stopped: exit code 1 while calls need them."""
    _run(_drained(build_id, wait_s))
    typer.echo(f"no call runs on build {build_id}: its workers may be stopped")


@deploy.command()
def rescue() -> None:
    """Take over, with the current build, calls whose own build has no worker left.

    To be run with the code of the current build. A call it would decide otherwise about is ended:
    its caller is told, and it is written down.
    """
    taken, ended = _run(_rescue(of_running(settings())))
    typer.echo(f"{taken} taken over, {ended} ended")


async def _builds() -> list[Build]:
    async with _client() as client:
        return await Deployments(client).builds()


async def _promote(build_id: str) -> None:
    async with _client() as client:
        await Deployments(client).promote(build_id, _PROMOTED_WITHIN_S)


async def _drained(build_id: str, wait_s: float) -> None:
    async with _client() as client:
        deployments = Deployments(client)
        waited_s = 0.0
        while calls := _calls_of(build_id, await deployments.builds()):
            if waited_s >= wait_s:
                still = "1 call still runs" if len(calls) == 1 else f"{len(calls)} calls still run"
                raise Conflict(f"{still} on build {build_id}: {calls[0]}")
            await asyncio.sleep(_POLL_S)
            waited_s += _POLL_S


def _calls_of(build_id: str, builds: Sequence[Build]) -> tuple[str, ...]:
    for one in builds:
        if one.build_id == build_id:
            if one.state == "current":
                raise Conflict(f"new calls begin on build {build_id}: promote another one first")
            return one.calls
    raise NotFound(f"there is no build {build_id}")


async def _rescue(values: Settings) -> tuple[int, int]:
    from workers.succession import rescue as take_over  # noqa: PLC0415 # heavy

    async with _client() as client:
        if await Deployments(client).current() != BUILD:
            raise Conflict(f"this code is build {BUILD}, which is not the current one")
        moved = await take_over(client, values)
        return moved.taken, moved.ended


@asynccontextmanager
async def _client() -> AsyncGenerator[Client]:
    try:
        yield await connect(of_running(settings()))
    except (RPCError, RuntimeError) as error:
        raise Unavailable(f"Temporal does not answer: {error}") from error


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)
