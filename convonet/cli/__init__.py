"""The `convonet` command: one module per sub-command. May import everything."""

import os
import sys
from importlib import import_module
from typing import Final

import typer
from rich.console import Console

from convonet.cli.shown import harmless
from convonet.errors import ConvonetError
from convonet.startup import at_full_speed

COMMANDS: Final = (
    "up",
    "call",
    "calls",
    "deploy",
    "doctor",
    "api",
    "worker",
    "tools",
    "migrate",
    "seed",
)
"""Each is a module of this package that holds a function, or a group, of the same name."""

_BRIEF: Final = ("call", "calls", "deploy", "doctor")
"""Those that ask or do something and end."""

app = typer.Typer(
    name="convonet",
    help="Voice calls that cannot be lost. Settings come from the environment and .env.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:  # pyright: ignore[reportUnusedFunction]
    """Make `app` a group of commands even while only one of them is loaded."""


def main() -> None:
    """Run the command the arguments name; our own errors end it with one line and exit code 1."""
    # A process that is restarted in the middle of a call must not wait for other commands' imports.
    named = [name for name in COMMANDS if name in sys.argv[1:2]]
    with at_full_speed():
        for name in named or COMMANDS:
            _add(name)
    code = _run()
    if named and named[0] in _BRIEF:
        # Temporal's core at times aborts a short process while Python goes down (sdk-python #300);
        # scripts rely on the exit code.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    try:
        app()
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except ConvonetError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            harmless(f"convonet: {error}"), markup=False
        )
        return 1
    return 0


def _add(name: str) -> None:
    command: object = getattr(import_module(f"convonet.cli.{name}"), name)
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    elif callable(command):
        app.command(name)(command)
