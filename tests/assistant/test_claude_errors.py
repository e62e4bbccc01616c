import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from convonet.assistant.claude import claude
from convonet.assistant.graph import Limits
from convonet.assistant.language_model import LanguageModelAssistant
from convonet.contracts.assistant import ToolCall
from convonet.errors import ProviderBusy, ProviderRefused, SettingsError
from convonet.settings import Settings
from tests.assistant.answers import HELLO, go_on
from tests.assistant.conversations import TOOLS
from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_replies import Call, Reply


async def collect(answer: AsyncIterator[str | ToolCall], parts: list[str | ToolCall]) -> None:
    """Add what comes to `parts`, as long as it comes."""
    async for part in answer:
        parts.append(part)  # noqa: PERF401 - what came before an error counts


@pytest.mark.parametrize(
    ("status", "kind", "setting"),
    [
        (401, "authentication_error", "ANTHROPIC_API_KEY"),
        (403, "permission_error", "ANTHROPIC_API_KEY"),
        (402, "billing_error", "ANTHROPIC_API_KEY"),
        (404, "not_found_error", "ANTHROPIC_MODEL"),
        (400, "invalid_request_error", "ANTHROPIC_MODEL"),
        (413, "request_too_large", "ANTHROPIC_MODEL"),
    ],
)
async def test_what_will_never_work_names_the_setting(
    server: AnthropicServer, assistant: LanguageModelAssistant, status: int, kind: str, setting: str
) -> None:
    server.replies.append(Reply(status=status, error=kind))
    with pytest.raises(ProviderRefused, match=setting) as raised:
        await go_on(assistant)
    assert "test-key" not in str(raised.value)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=429, error="rate_limit_error", retry_after_s=30),
        Reply(status=500, error="api_error"),
        Reply(status=503, error="api_error"),
        Reply(status=529, error="overloaded_error"),
        Reply("Hello there, Ann.", then="cut", after=0),
        Reply("Hello there, Ann.", then="cut", after=3),
        Reply("Hello there, Ann.", then="end", after=0),
        Reply("Hello there, Ann.", then="end", after=3),
        Reply("Hello there, Ann.", then="error", after=3, error="overloaded_error"),
        Reply("Hello there, Ann.", then="error", after=3, error="api_error"),
        Reply(calls=[Call("create_todo", {"title": "x" * 50})], then="cut", after=4),
        Reply(calls=[Call("create_todo", {"title": "x" * 50})], then="end", after=4),
        Reply(calls=[Call("create_todo", raw='{"title": "buy mi')], stop_reason="max_tokens"),
        Reply(calls=[Call("create_todo", raw='{"title": "\\ud83d"}')]),
        Reply(calls=[Call("get_todos"), Call("create_todo", raw='["no object"]')]),
        Reply(""),
    ],
    ids=lambda reply: f"{reply.status}-{reply.then}-{reply.after}-{reply.stopped}",
)
async def test_what_may_work_next_time_is_busy_and_calls_no_tool(
    server: AnthropicServer, assistant: LanguageModelAssistant, reply: Reply
) -> None:
    server.replies.append(reply)
    parts: list[str | ToolCall] = []
    with pytest.raises(ProviderBusy):
        await collect(assistant.go_on(HELLO, TOOLS, []), parts)
    assert not [part for part in parts if isinstance(part, ToolCall)]
    assert len(server.requests) == 1


async def test_a_refusal_in_the_middle_of_a_stream_is_final(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply("Hello", then="error", after=1, error="invalid_request_error"))
    with pytest.raises(ProviderRefused):
        await go_on(assistant)


async def test_a_wrong_key_and_an_unknown_model_are_told_apart(server: AnthropicServer) -> None:
    for changes, setting in (
        ({"anthropic_api_key": SecretStr("sk-wrong")}, "ANTHROPIC_API_KEY"),
        ({"anthropic_model": "claude-9"}, "ANTHROPIC_MODEL.*claude-9"),
    ):
        model = claude(
            Settings(
                anthropic_api_key=SecretStr("test-key"), anthropic_base_url=server.base_url
            ).model_copy(update=changes)
        )
        with pytest.raises(ProviderRefused, match=setting) as raised:
            await go_on(LanguageModelAssistant(model, "Claude"))
        assert "sk-wrong" not in str(raised.value)
        await model.aclose()


async def test_nobody_listening_is_busy(options: Settings, unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}"
    model = claude(options.model_copy(update={"anthropic_base_url": address}))
    with pytest.raises(ProviderBusy, match="ANTHROPIC_BASE_URL"):
        await go_on(LanguageModelAssistant(model, "Claude"))
    await model.aclose()


@pytest.mark.parametrize(
    ("after", "limits", "message"),
    [(0, Limits(2, 40), "begin to answer"), (3, Limits(20, 2), "finish")],
)
async def test_a_stalled_answer_is_busy(
    server: AnthropicServer, options: Settings, after: int, limits: Limits, message: str
) -> None:
    server.replies.append(Reply("Hello there, Ann.", then="stall", after=after))
    model = claude(options)
    with pytest.raises(ProviderBusy, match=message):
        await go_on(LanguageModelAssistant(model, "Claude", limits))
    await server.abandoned.wait()
    await model.aclose()


async def test_cancelling_the_step_hangs_up_on_claude_at_once(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply("Hello there, Ann.", then="stall", after=3))
    task = asyncio.create_task(go_on(assistant))
    await server.stalled.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.abandoned.wait()


def test_a_key_that_cannot_be_one_is_refused_without_being_shown() -> None:
    for key in (SecretStr("sk-secret\n"), SecretStr("sk-sécret")):
        with pytest.raises(SettingsError, match="ANTHROPIC_API_KEY") as raised:
            claude(Settings(anthropic_api_key=key))
        assert "cret" not in str(raised.value)
