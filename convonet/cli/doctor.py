"""`convonet doctor`: checks every part and setting, and says how to mend what is wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from convonet.cli import check_machine, check_servers
from convonet.cli.findings import Finding, fail, warn
from convonet.embedded.addresses import of_running
from convonet.errors import SettingsError, Unavailable
from convonet.settings import Settings, settings


class Area(StrEnum):
    """What can be checked on its own."""

    MACHINE = "machine"
    HOME = "home"
    SPEECH = "speech"
    KEYS = "keys"
    DATABASE = "database"
    REDIS = "redis"
    TEMPORAL = "temporal"
    WORKERS = "workers"


_LOCAL: Final = {
    Area.MACHINE: check_machine.machine,
    Area.HOME: check_machine.home,
    Area.SPEECH: check_machine.speech,
    Area.KEYS: check_machine.keys,
}
_REMOTE: Final = {
    Area.DATABASE: check_servers.database,
    Area.REDIS: check_servers.redis,
    Area.TEMPORAL: check_servers.temporal,
    Area.WORKERS: check_servers.workers,
}
_SIGNS: Final = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}


def doctor(
    only: Annotated[list[Area] | None, typer.Option(help="Check this alone; repeatable.")] = None,
    online: Annotated[bool, typer.Option(help="Ask providers if they accept the keys.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check every part and setting; exit code 1 when something cannot work."""
    findings = asyncio.run(_examine(only or list(Area), online=online))
    if as_json:
        healthy = all(finding.state != "fail" for finding in findings)
        report = {"healthy": healthy, "findings": [asdict(finding) for finding in findings]}
        typer.echo(json.dumps(report, indent=2))
    else:
        _print(findings)
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(1)


async def _examine(areas: list[Area], *, online: bool) -> list[Finding]:
    try:
        values = settings()
    except SettingsError as error:
        return [fail("machine", "settings", str(error), "mend it in the environment or .env")]
    findings = [
        finding
        for area, check in _LOCAL.items()
        if area in areas
        for finding in await asyncio.to_thread(_all, check(values))
    ]
    findings += [finding async for finding in _remote(values, areas)]
    if online:
        findings += [finding async for finding in check_servers.providers(values)]
    return findings


async def _remote(values: Settings, areas: list[Area]) -> AsyncIterator[Finding]:
    chosen = [area for area in _REMOTE if area in areas]
    embedded = None in (values.database_url, values.redis_url, values.temporal_address)
    if not chosen:
        return
    if embedded and not check_machine.is_running(values):
        yield warn("stack", "embedded servers", "not running", "start them: convonet up")
        return
    try:
        located = of_running(values)
    except Unavailable as error:
        yield fail("stack", "addresses", str(error), "start it: convonet up")
        return
    for area in chosen:
        async for finding in _REMOTE[area](located):
            yield finding


def _all(findings: Iterator[Finding]) -> list[Finding]:
    return list(findings)


def _print(findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        sign, name = _SIGNS[finding.state], f"{finding.area}: {finding.name}"
        console.print(f"{sign} {escape(name):32} {escape(finding.detail)}")
        if finding.mend:
            console.print(f"  → {escape(finding.mend)}")
    failed = sum(finding.state == "fail" for finding in findings)
    console.print(f"\n{failed} to mend" if failed else "\nEverything checked is fine")
