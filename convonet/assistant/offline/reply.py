"""What the offline assistant answers, and what it waits to hear next."""

from dataclasses import dataclass, field
from typing import Literal

from convonet.assistant.offline.record import Record
from convonet.assistant.offline.toolbox import Toolbox, Wanted
from convonet.assistant.offline.understanding import Meaning

Slot = Literal["title", "text", "when", "confirm", "which", "name", "team", "person", "role"]


@dataclass(frozen=True)
class Pending:
    """A question that was asked: what it was about, and which part is still missing."""

    meaning: Meaning
    slot: Slot
    question: str
    options: tuple[str, ...] = ()
    """The names to choose from, for `which`."""
    named: str = "title"
    """The slot that the chosen name fills, for `which`."""
    asked: int = 1


@dataclass(frozen=True)
class Reply:
    """An answer: words, tools to call, or both."""

    text: str = ""
    calls: tuple[Wanted, ...] = ()
    pending: Pending | None = None
    missed: int = 0
    """How many times in a row the caller was not understood."""
    after: str = ""
    """A question to ask once the results have been told."""


@dataclass(frozen=True)
class Scene:
    """What a reply may depend on."""

    record: Record
    tools: Toolbox
    confirmed: bool = field(default=False)
    """The caller has said yes to this very thing."""


def ask(meaning: Meaning, slot: Slot, question: str) -> Reply:
    """Return a reply that asks for what is missing."""
    return Reply(question, pending=Pending(meaning, slot, question))
