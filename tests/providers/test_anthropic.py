import asyncio
import sys
from collections.abc import Callable
from typing import Any

import anthropic
import pytest

from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_replies import Call, Reply
from tests.providers.anthropic_rules import Refused, check

Change = Callable[[dict[str, Any]], object]

OBJECT: dict[str, object] = {"type": "object"}
TEXT: dict[str, object] = {"type": "text", "text": "x"}
CACHED = TEXT | {"cache_control": {"type": "ephemeral"}}
TOOL: dict[str, object] = {"name": "t", "description": "", "input_schema": OBJECT}
CALL: dict[str, object] = {"type": "tool_use", "id": "a", "name": "t", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "ok"}


def valid() -> dict[str, Any]:
    return {
        "model": "claude-haiku-5-5",
        "max_tokens": 10,
        "tools": [TOOL],
        "messages": [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": [{"type": "text", "text": "Hm."}, CALL]},
            {"role": "user", "content": [RESULT, {"type": "text", "text": "And?"}]},
        ],
    }


def test_a_valid_request_passes() -> None:
    check(valid())


REFUSALS: list[tuple[Change, str]] = [
    (lambda r: r.pop("max_tokens"), "max_tokens"),
    (lambda r: r.update(max_tokens=0), "max_tokens"),
    (lambda r: r.update(stray=1), "stray: Extra inputs"),
    (lambda r: r.update(temperature=0.5), "temperature"),
    (lambda r: r.update(thinking={"type": "enabled", "budget_tokens": 1024}), "thinking"),
    (lambda r: r.update(messages=[]), "at least one message"),
    (lambda r: r["messages"].pop(0), "begin with user"),
    (lambda r: r["messages"].pop(1), "unexpected|alternate"),
    (lambda r: r["messages"].pop(), "prefill"),
    (lambda r: r["messages"][2]["content"].pop(0), "without tool_result"),
    (lambda r: r["messages"][2]["content"].reverse(), "must come first"),
    (lambda r: r["messages"][2]["content"].insert(0, RESULT), "single result"),
    (lambda r: r["messages"][2]["content"].insert(0, RESULT | {"tool_use_id": "b"}), "unexp"),
    (lambda r: r["messages"][1]["content"].append(CALL), "unique"),
    (lambda r: r["messages"][1]["content"].pop(), "unexpected tool_use_id"),
    (lambda r: r["messages"][0].update(content=" \n"), "must contain text"),
    (lambda r: r["messages"][0].update(content=[]), "must not be empty"),
    (lambda r: r["messages"][0].update(name="x"), "Extra inputs"),
    (lambda r: r["messages"][1]["content"][0].update(index=0), "Extra inputs"),
    (lambda r: r["messages"].append({"role": "user", "content": "x"}), "alternate"),
    (lambda r: r.pop("tools"), "tools"),
    (lambda r: r.update(tools=[TOOL, TOOL]), "unique"),
    (lambda r: r.update(tools=[TOOL | {"name": "a b"}]), "name"),
    (lambda r: r.update(tools=[TOOL | {"input_schema": {"type": "string"}}]), "object"),
    (lambda r: r.update(tools=[TOOL | {"input_schema": OBJECT | {"anyOf": []}}]), "anyOf"),
    (lambda r: r.update(tools=[TOOL | {"cache_control": {"type": "ever"}}]), "ephemeral"),
    (lambda r: r.update(system=[CACHED] * 5), "maximum of 4"),
    (lambda r: r.update(system=[TEXT | {"text": ""}]), "must contain text"),

]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSALS)
def test_what_the_api_would_not_take_is_refused(change: Change, message: str) -> None:
    request = valid()
    request["messages"] = [dict(one) for one in request["messages"]]
    change(request)
    with pytest.raises(Refused, match=message):
        check(request)


async def test_the_real_sdk_reads_whole_messages_and_errors() -> None:
    async with (
        AnthropicServer() as server,
        anthropic.AsyncAnthropic(
            base_url=server.base_url, api_key="test-key", max_retries=0
        ) as client,
    ):
        server.replies.append(Reply("Hello.", [Call("t", {"a": 1}, id="toolu_9")]))
        message = await client.messages.create(
            model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        )
        assert [block.type for block in message.content] == ["text", "tool_use"]
        assert message.stop_reason == "tool_use"
        server.replies.append(Reply(status=429, error="rate_limit_error", retry_after_s=7))
        with pytest.raises(anthropic.RateLimitError) as limited:
            await client.messages.create(
                model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
            )
        assert limited.value.response.headers["retry-after"] == "7"
        with pytest.raises(anthropic.BadRequestError, match="prefill"):
            await client.messages.create(
                model="claude-haiku-5-5",
                max_tokens=9,
                messages=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
            )


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.providers.anthropic", "--rule", "weather => t {}",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        base_url = (await process.stdout.readline()).decode().strip()
        async with anthropic.AsyncAnthropic(base_url=base_url, api_key="any") as client:
            message = await client.messages.create(
                model="claude-haiku-5-5",
                max_tokens=9,
                tools=[{"name": "t", "input_schema": {"type": "object"}}],
                messages=[{"role": "user", "content": "How is the weather?"}],
            )
        assert message.content[0].type == "tool_use"
    finally:
        process.terminate()
        await process.wait()
