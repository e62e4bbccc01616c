"""One step of the assistant as a graph: put the context together, ask the model, see what it wants.

It holds no state between steps (the turn record does) and no checkpointer (the workflow is one):
    context -> model -> calls | declined | end
"""

import asyncio
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.runnables import Runnable
from langgraph.graph import END, START, StateGraph  # pyright: ignore[reportMissingTypeStubs]
from langgraph.graph.state import (  # pyright: ignore[reportMissingTypeStubs]
    CompiledStateGraph,
)
from langgraph.types import StreamWriter
from pydantic import JsonValue
from pydantic_core import from_json

from convonet.assistant.history import continuation, conversation
from convonet.assistant.prompts import system_message, tool_definitions
from convonet.contracts.assistant import TakeTurn, ToolCall, ToolSpec
from convonet.errors import ProviderBusy

_DECLINED = "I'm sorry, I can't help with that."


@dataclass(frozen=True)
class Limits:
    """How long a model may take for a step, in seconds from the request."""

    first_token_s: float = 8.0
    total_s: float = 30.0


class StepInput(TypedDict):
    """What a step begins with: the arguments of `Assistant.go_on`."""

    request: TakeTurn
    tools: Sequence[ToolSpec]
    said: Sequence[str]


class StepState(StepInput):
    """What the nodes work on."""

    messages: list[BaseMessage]
    answer: AIMessage


class Context(TypedDict):
    """What the first node adds."""

    messages: list[BaseMessage]


class Answer(TypedDict):
    """What the model adds."""

    answer: AIMessage


AssistantGraph = CompiledStateGraph[StepState, None, StepInput, StepState]


def assistant_graph(model: BaseChatModel, limits: Limits) -> AssistantGraph:
    """Compile the step for `model`; its custom stream is words (`str`) and then `ToolCall`s.

    Tool calls come only when the whole answer is there, so a cut never leaves some of them behind.

    Raises (while it runs):
        ProviderBusy: too slow, nothing to say, or tool arguments that are no JSON object. Those
            are not passed on, not even as an error for the model to read: a tool without required
            arguments would run on them.
    """
    nodes = _Nodes(model, limits)
    graph = StateGraph(StepState, input_schema=StepInput)
    graph.add_node("context", _gather_context)
    graph.add_node("model", nodes.ask_model)
    graph.add_node("calls", _hand_on_calls)
    graph.add_node("declined", _decline)
    graph.add_edge(START, "context")
    graph.add_edge("context", "model")
    routes: dict[Hashable, str] = {"calls": "calls", "declined": "declined", "end": END}
    graph.add_conditional_edges("model", _route, routes)
    graph.add_edge("calls", END)
    graph.add_edge("declined", END)
    return graph.compile()


class _Nodes:
    def __init__(self, model: BaseChatModel, limits: Limits) -> None:
        self._model = model
        self._limits = limits
        self._tools: Sequence[ToolSpec] = ()
        self._bound: Runnable[LanguageModelInput, AIMessage] = model

    async def ask_model(self, state: StepState, writer: StreamWriter) -> Answer:
        """Stream the answer's words out and keep the answer."""
        model = self._with(state["tools"])
        chunks: list[AIMessageChunk] = []
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout_at(began + self._limits.first_token_s) as limit:
                async for chunk in model.astream(state["messages"]):
                    chunks.append(cast(AIMessageChunk, chunk))
                    if _says_something(chunks[-1]):
                        limit.reschedule(began + self._limits.total_s)
                        writer(str(chunk.text))
        except TimeoutError:
            what = "finish" if any(map(_says_something, chunks)) else "begin to answer"
            raise ProviderBusy(f"the assistant did not {what} in time") from None
        if not chunks:
            raise ProviderBusy("the assistant answered nothing")
        answer = chunks[0] + chunks[1:] if len(chunks) > 1 else chunks[0]
        return {"answer": cast(AIMessage, answer)}

    def _with(self, tools: Sequence[ToolSpec]) -> Runnable[LanguageModelInput, AIMessage]:
        """Return the model with these tools: the same as last time, nearly always."""
        if tools != self._tools:
            self._bound = self._model.bind_tools(tool_definitions(tools))
            self._tools = tools
        return self._bound


def _gather_context(state: StepInput) -> Context:
    """Put together everything the model is told, from the turn record alone."""
    request = state["request"]
    messages = [system_message(request), *conversation(request.turns)]
    if state["said"]:
        messages.append(continuation(state["said"]))
    return {"messages": messages}


def _route(state: StepState) -> Literal["calls", "declined", "end"]:
    answer = state["answer"]
    if answer.response_metadata.get("stop_reason") == "refusal":
        return "declined"
    if answer.tool_calls or answer.invalid_tool_calls:
        return "calls"
    if not (str(answer.text).strip() or state["said"] or _spoke_before(state["request"])):
        raise ProviderBusy("the assistant answered nothing")
    return "end"


def _hand_on_calls(state: StepState, writer: StreamWriter) -> None:
    """Hand on the tool calls, all of them whole."""
    for call in [_whole(chunk) for chunk in _call_chunks(state["answer"])]:
        writer(call)


def _decline(state: StepState, writer: StreamWriter) -> None:
    """Say something where the model's safeguards broke off."""
    del state
    writer(_DECLINED)


def _says_something(chunk: AIMessageChunk) -> bool:
    return bool(str(chunk.text) or chunk.tool_call_chunks)


def _spoke_before(request: TakeTurn) -> bool:
    return any(step.text.strip() for step in request.turns[-1].steps)


class _CallChunk(TypedDict):
    id: str | None
    name: str | None
    args: str | None


def _call_chunks(answer: AIMessage) -> Sequence[_CallChunk]:
    """Return the calls with their arguments as they were written.

    LangChain's own `tool_calls` complete a JSON object that was cut off, so that half an order
    would look like a whole one.
    """
    if isinstance(answer, AIMessageChunk) and answer.tool_call_chunks:
        return cast(Sequence[_CallChunk], answer.tool_call_chunks)
    calls = [
        _CallChunk(id=call["id"], name=call["name"], args=json.dumps(call["args"]))
        for call in answer.tool_calls
    ]
    invalid = [_CallChunk(id=None, name=None, args=None) for _ in answer.invalid_tool_calls]
    return [*calls, *invalid]


def _whole(chunk: _CallChunk) -> ToolCall:
    try:
        # Stricter than `json`: half a surrogate pair could be read, but never written again.
        arguments = cast(JsonValue, from_json(chunk["args"] or "{}", allow_inf_nan=False))
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict) or not chunk["id"] or not chunk["name"]:
        raise ProviderBusy("the assistant wrote a tool call that cannot be read")
    return ToolCall(id=chunk["id"], name=chunk["name"], arguments=arguments)
