"""Reads the messages of a request back into who is calling and what was said and done."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import ValidationError

from convonet.assistant.history import ALREADY_SPOKEN, SAID, STATE
from convonet.assistant.prompts import CALLER, NOW
from convonet.contracts.assistant import ToolState
from convonet.contracts.caller import Caller

_STRUCTURED = re.compile(r"\s*[\[{]")


@dataclass(frozen=True)
class Outcome:
    """A tool that was called, and what came of it."""

    tool: str
    arguments: Mapping[str, object]
    state: ToolState
    spoken: str
    """The sentences of the result, without the structured part."""


@dataclass
class Exchange:
    """What the caller said, and what was said and done about it."""

    said: str | None
    """None when the assistant was only asked to go on; empty for silence."""
    answer: str = ""
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    ends_with_results: bool = False


@dataclass(frozen=True)
class Record:
    """A conversation as the offline assistant needs it."""

    caller: str
    teams: tuple[str, ...]
    now: datetime
    """The caller's local time, with its zone."""
    exchanges: tuple[Exchange, ...]
    fingerprint: str
    """Differs for every step of a conversation and is the same for every retry of it."""


def read_record(messages: Sequence[BaseMessage]) -> Record:
    """Take the messages apart. What they do not tell is left empty; the zone is UTC then."""
    caller, now = _circumstances(messages)
    exchanges: list[Exchange] = []
    calls: dict[str, tuple[str, Mapping[str, object]]] = {}
    for message in messages:
        _add(exchanges, calls, message)
    said = [str(exchange.said) for exchange in exchanges[-2:]]
    return Record(
        caller=caller.name.split()[0] if caller and caller.name.split() else "",
        teams=_teams(caller, exchanges),
        now=now,
        exchanges=tuple(exchanges),
        fingerprint="\n".join([now.isoformat(), *calls, *said]),
    )


def _teams(caller: Caller | None, exchanges: Sequence[Exchange]) -> tuple[str, ...]:
    """Return the caller's teams: those at the sign-in, and those made in this call."""
    known = [team.name for team in caller.teams] if caller else []
    made = [
        str(outcome.arguments.get("name"))
        for exchange in exchanges
        for outcome in exchange.outcomes
        if outcome.tool == "create_team" and outcome.state is ToolState.SUCCEEDED
    ]
    return tuple(dict.fromkeys([*known, *made]))


def _circumstances(messages: Sequence[BaseMessage]) -> tuple[Caller | None, datetime]:
    system = next((m for m in messages if isinstance(m, SystemMessage)), SystemMessage(""))
    known = cast(Mapping[str, object], system.additional_kwargs)
    try:
        caller = Caller.model_validate(known.get(CALLER))
    except ValidationError:
        caller = None
    try:
        now = datetime.fromisoformat(str(known.get(NOW)))
    except ValueError:
        now = datetime.now(UTC)
    if now.tzinfo is None:
        now = now.replace(tzinfo=UTC)
    return caller, now.astimezone(_zone(caller.time_zone if caller else "UTC"))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _add(
    exchanges: list[Exchange],
    calls: dict[str, tuple[str, Mapping[str, object]]],
    message: BaseMessage,
) -> None:
    if isinstance(message, HumanMessage):
        if ALREADY_SPOKEN not in message.additional_kwargs:
            exchanges.append(Exchange(_said(message)))
        return
    if isinstance(message, SystemMessage):
        return
    if not exchanges:
        exchanges.append(Exchange(None))
    exchange = exchanges[-1]
    if isinstance(message, AIMessage):
        exchange.answer = f"{exchange.answer} {message.text}".strip()
        exchange.ends_with_results = False
        for call in message.tool_calls:
            calls[call["id"] or ""] = (call["name"], call["args"])
    elif isinstance(message, ToolMessage):
        name, arguments = calls.get(message.tool_call_id, (message.name or "", {}))
        exchange.outcomes.append(Outcome(name, arguments, _state(message), _spoken(message.text)))
        exchange.ends_with_results = True


def _said(message: HumanMessage) -> str | None:
    known = cast(Mapping[str, object], message.additional_kwargs)
    if SAID in known:
        return str(known[SAID])
    text = str(message.text).strip()
    return None if text.startswith("[") else text


def _state(message: ToolMessage) -> ToolState:
    known = cast(Mapping[str, object], message.additional_kwargs)
    try:
        return ToolState(str(known.get(STATE)))
    except ValueError:
        return ToolState.SUCCEEDED if message.status == "success" else ToolState.FAILED


def _spoken(text: str) -> str:
    """Return the sentences before the structured part."""
    lines: list[str] = []
    for line in text.splitlines():
        if _STRUCTURED.match(line):
            break
        lines.append(line)
    return " ".join(" ".join(lines).split())
