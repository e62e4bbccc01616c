"""How a call is shown while it goes on: for people, or as JSON."""

import json
import time
from typing import IO, Protocol

from pydantic import JsonValue
from rich.console import Console

from convonet.caller.line import Event
from convonet.caller.script import Outcome, Said
from convonet.cli.shown import shown

_STAGES = ("endpointing", "stt", "durability", "llm_first_token", "tts_first_audio")


class View(Protocol):
    """Whoever shows a call."""

    def event(self, event: Event) -> None:
        """Show what the server sent."""
        ...

    def said(self, said: Said) -> None:
        """Show that the caller begins to say something."""
        ...

    def end(self, outcome: Outcome) -> None:
        """Show how it went."""
        ...


class JsonView:
    """One JSON object a line; `t` is seconds since the call was placed."""

    def __init__(self, to: IO[str]) -> None:
        self._to = to
        self._began = time.monotonic()

    def event(self, event: Event) -> None:
        """Print a server message."""
        self._print(event.at, event.message)

    def said(self, said: Said) -> None:
        """Print what the caller says."""
        self._print(time.monotonic(), {"type": "said", "text": said.text})

    def end(self, outcome: Outcome) -> None:
        """Print the summary."""
        summary: dict[str, JsonValue] = {
            "type": "summary",
            "utterances": outcome.utterances,
            "answered": outcome.answered,
            "reply_ms": list(outcome.reply_ms),
            "lost_connections": outcome.lost_connections,
            "ended": outcome.ended,
        }
        self._print(time.monotonic(), summary)

    def _print(self, at: float, message: dict[str, JsonValue]) -> None:
        line = {"t": round(at - self._began, 3), **message}
        self._to.write(json.dumps(line) + "\n")
        self._to.flush()


class LiveView:
    """A transcript that grows, with tools and timings."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._began = time.monotonic()
        self._interim = False

    def said(self, said: Said) -> None:
        """Show what the caller says, before anybody has understood it."""
        self._line("you", said.text, "bold cyan")

    def event(self, event: Event) -> None:
        """Show what matters of a server message."""
        show = {
            "call_started": self._started,
            "transcript": self._heard,
            "tool": self._tool,
            "reply": self._reply,
            "clear": self._interrupted,
            "turn": self._timings,
            "notice": self._note,
            "error": self._note,
            "call_ended": self._ended,
        }.get(event.type)
        if show is not None:
            show(event.message)

    def end(self, outcome: Outcome) -> None:
        """Show how it went."""
        times = ", ".join(f"{ms} ms" for ms in outcome.reply_ms) or "none"
        style = "green" if outcome.answered == outcome.utterances else "red"
        self._line(
            "", f"{outcome.answered} of {outcome.utterances} answered; reply after {times}", style
        )

    def _started(self, message: dict[str, JsonValue]) -> None:
        providers = message.get("providers")
        if isinstance(providers, dict):
            self._line("", " · ".join(str(name) for name in providers.values()), "dim")
        self._line("", str(message.get("workflow_url")), "dim")

    def _heard(self, message: dict[str, JsonValue]) -> None:
        final = bool(message.get("final"))
        self._line("heard" if final else "…", str(message["text"]), "cyan" if final else "dim")

    def _tool(self, message: dict[str, JsonValue]) -> None:
        if message.get("state") != "started":
            good = message.get("state") == "succeeded"
            summary = f"{message['name']}: {message.get('summary') or message.get('state')}"
            self._line("tool", summary, "green" if good else "red")

    def _reply(self, message: dict[str, JsonValue]) -> None:
        if message.get("text"):
            self._line("assistant", str(message["text"]), "bold")

    def _interrupted(self, _: dict[str, JsonValue]) -> None:
        self._line("", "(interrupted)", "dim")

    def _note(self, message: dict[str, JsonValue]) -> None:
        words = message.get("text") or message.get("message")
        self._line(str(message.get("type")), str(words), "yellow")

    def _ended(self, message: dict[str, JsonValue]) -> None:
        self._line("", f"call ended: {message.get('reason')}", "dim")

    def _timings(self, message: dict[str, JsonValue]) -> None:
        timings = message.get("timings_ms")
        if isinstance(timings, dict) and timings.get("total"):
            stages = ", ".join(f"{name} {timings.get(name, 0)}" for name in _STAGES)
            self._line("", f"{timings['total']} ms = {stages}", "dim")

    def _line(self, who: str, text: str, style: str) -> None:
        at = time.monotonic() - self._began
        self._console.print(shown(f"{at:6.1f} {who:>10}  ", "dim"), shown(text, style), sep="")
