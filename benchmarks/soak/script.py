"""What the callers say, and what they are answered: every utterance and every answer its own."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from benchmarks.soak.tones import DIGITS, KINDS
from tests.providers.anthropic_replies import Call, Reply

_LENGTH: Final = 4
MOST: Final = len(DIGITS) ** _LENGTH
"""So many utterances can be told apart."""

_SAID: Final = re.compile(rf"\b({'|'.join(KINDS)})((?: (?:{'|'.join(DIGITS)})){{{_LENGTH}}})\b")
_FIRST_TOKEN_MS: Final = 200.0
_TOKEN_MS: Final = 10.0

Block = dict[str, object]


def utterance(kind: str, number: int) -> tuple[str, ...]:
    """Return the words of the call's `number`th utterance of all.

    `ask` is answered at once, `tell` at length, `add` and `book` lead to a change.
    """
    return (kind, *(DIGITS[int(digit)] for digit in f"{number % MOST:0{_LENGTH}o}"))


def name_of(said: str) -> str:
    """Return what tells an utterance from all others."""
    return said.partition(" ")[2]


def sentences(said: str) -> list[str]:
    """Return the answer to an utterance."""
    name = name_of(said)
    match said.partition(" ")[0]:
        case "tell":
            return [
                f"The story of {name} begins at sea.",
                f"There {name} met the north wind.",
                f"And so {name} came home again.",
            ]
        case "add":
            return [f"I have put {name} on your list."]
        case "book":
            return [f"A table for {name} is booked."]
        case _:
            return [f"You asked about {name} just now."]


def answer(request: Mapping[str, object]) -> Reply:
    """Answer as Claude would: the same to the same conversation, however often it is asked."""
    messages = cast("list[dict[str, object]]", request["messages"])
    newest = _blocks(messages[-1])
    said = _said(newest)
    acted = said is None and any(block["type"] == "tool_result" for block in newest)
    said = said or _said([block for message in messages for block in _blocks(message)])
    if said is None:
        return _reply("I did not understand that.")
    kind, name = said.partition(" ")[0], name_of(said)
    if kind == "add" and not acted:
        return _reply("", Call("create_todo", {"title": f"Item {name}"}))
    if kind == "book" and not acted:
        return _reply("", Call("book_table", {"reference": name}))
    return _reply(" ".join(sentences(said)))


def _said(blocks: Sequence[Block]) -> str | None:
    texts = [str(block.get("text", "")) for block in blocks]
    found = [match.group() for text in texts for match in _SAID.finditer(text)]
    return found[-1] if found else None


def _blocks(message: dict[str, object]) -> list[Block]:
    if message["role"] != "user":
        return []
    content = message["content"]
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return cast("list[Block]", content)


def _reply(words: str, *calls: Call) -> Reply:
    return Reply(words, calls, first_token_ms=_FIRST_TOKEN_MS, token_ms=_TOKEN_MS)
