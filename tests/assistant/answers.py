"""Asks an assistant and gathers what it answers."""

from collections.abc import Sequence

from convonet.assistant.language_model import LanguageModelAssistant
from convonet.contracts.assistant import TakeTurn, ToolCall
from tests.assistant.conversations import TOOLS, ask, turn

HELLO = ask(turn("Hello"))


async def go_on(
    assistant: LanguageModelAssistant, request: TakeTurn = HELLO, said: Sequence[str] = ()
) -> tuple[str, list[ToolCall]]:
    """Return the words, joined, and the calls."""
    parts = [part async for part in assistant.go_on(request, TOOLS, said)]
    words = "".join(part for part in parts if isinstance(part, str))
    return words, [part for part in parts if isinstance(part, ToolCall)]
