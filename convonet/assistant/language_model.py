"""The assistant that any LangChain chat model makes: Claude, or the one that needs no key."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import cast

from langchain_core.language_models import BaseChatModel

from convonet.assistant.call_control import CALL_CONTROL
from convonet.assistant.graph import Limits, StepInput, assistant_graph
from convonet.assistant.repetition import RepetitionFilter
from convonet.contracts.assistant import TakeTurn, ToolCall, ToolSpec


class LanguageModelAssistant:
    """Goes on with a conversation by asking a language model. See `ports.Assistant`."""

    def __init__(self, model: BaseChatModel, name: str, limits: Limits | None = None) -> None:
        self._name = name
        self._graph = assistant_graph(model, limits or Limits())

    @property
    def name(self) -> str:
        """Who it is, for people."""
        return self._name

    async def go_on(
        self, request: TakeTurn, tools: Sequence[ToolSpec], said: Sequence[str]
    ) -> AsyncGenerator[str | ToolCall, None]:
        """Yield the step's words, then its tool calls; see `ports.Assistant.go_on`.

        To `tools` those are added that the workflow carries out itself. Closing the iterator, or
        cancelling who waits for it, ends the request to the model.
        """
        state: StepInput = {"request": request, "tools": (*tools, *CALL_CONTROL), "said": said}
        news = RepetitionFilter(said)
        parts = cast(
            AsyncGenerator[str | ToolCall, None], self._graph.astream(state, stream_mode="custom")
        )
        async with aclosing(parts):
            async for part in parts:
                if isinstance(part, ToolCall):
                    if words := news.flush():
                        yield words
                    yield part
                elif words := news.feed(part):
                    yield words
        if words := news.flush():
            yield words
