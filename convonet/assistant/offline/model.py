"""The assistant that needs no key, as a LangChain chat model: it works by rules."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from convonet.assistant.offline.dialogue import answer
from convonet.assistant.offline.record import read_record
from convonet.assistant.offline.reply import Reply
from convonet.assistant.offline.saying import sentences
from convonet.assistant.offline.toolbox import Toolbox
from convonet.assistant.offline.understanding import SUBJECTS, templates

NAME = "Convonet offline assistant"
"""Who it is, for people."""


class OfflineChatModel(BaseChatModel):
    """Answers from the messages alone: the same messages, the same answer and the same call ids.

    It knows the caller and the time by the system message of `convonet.assistant.prompts`, uses
    only the tools that are bound, and is at home in todos, reminders and the calendar only.
    """

    @property
    def _llm_type(self) -> str:
        return "convonet-offline"

    def warm_up(self) -> None:
        """Compile the templates, so that the first caller does not wait for it."""
        for subject in SUBJECTS:
            templates(subject)

    def bind_tools(
        self,
        tools: Sequence[Mapping[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return the model with these tools, given as Anthropic's definitions or LangChain's."""
        del tool_choice
        return cast(
            Runnable[LanguageModelInput, AIMessage],
            self.bind(tools=[_definition(tool) for tool in tools], **kwargs),
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message: AIMessageChunk | None = None
        for chunk in _chunks(messages, kwargs.get("tools") or ()):
            message = chunk if message is None else cast(AIMessageChunk, message + chunk)
        return ChatResult(generations=[ChatGeneration(message=_whole(message))])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return await asyncio.to_thread(self._generate, messages, stop, **kwargs)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        tools = kwargs.get("tools") or ()
        for chunk in await asyncio.to_thread(lambda: list(_chunks(messages, tools))):
            yield ChatGenerationChunk(message=chunk)


def _whole(chunk: AIMessageChunk | None) -> AIMessage:
    if chunk is None:
        return AIMessage("")
    return AIMessage(chunk.content, tool_calls=chunk.tool_calls)


def _chunks(
    messages: Sequence[BaseMessage], tools: Sequence[Mapping[str, object]]
) -> Iterator[AIMessageChunk]:
    record = read_record(messages)
    reply = answer(record, Toolbox(tools))
    for sentence in sentences(reply.text):
        yield AIMessageChunk(content=sentence)
    for index, call in enumerate(reply.calls):
        chunk = tool_call_chunk(
            name=call.tool,
            args=json.dumps(call.arguments),
            id=_call_id(record.fingerprint, reply, index),
            index=index,
        )
        yield AIMessageChunk(content="", tool_call_chunks=[chunk])
    yield AIMessageChunk(content="", chunk_position="last")


def _call_id(fingerprint: str, reply: Reply, index: int) -> str:
    call = reply.calls[index]
    seed = json.dumps([fingerprint, index, call.tool, call.arguments], sort_keys=True)
    return f"offline_{hashlib.sha256(seed.encode()).hexdigest()[:24]}"


def _definition(tool: Mapping[str, Any] | type | Callable[..., Any] | BaseTool) -> dict[str, Any]:
    if isinstance(tool, Mapping):
        return dict(cast(Mapping[str, Any], tool))
    return cast(dict[str, Any], convert_to_openai_tool(tool)["function"])
