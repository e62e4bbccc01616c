import asyncio
import itertools
from collections.abc import Mapping
from contextlib import aclosing
from typing import cast

import pytest

from convonet.assistant.claude import claude, claude_name
from convonet.assistant.language_model import LanguageModelAssistant
from convonet.contracts.assistant import ToolCall
from convonet.settings import Settings
from tests.assistant.answers import HELLO, go_on
from tests.assistant.conversations import TOOLS, ask, call, result, step, turn
from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_replies import Call, Reply


def last_user_text(server: AnthropicServer) -> str:
    messages = cast(list[Mapping[str, object]], server.requests[-1].body["messages"])
    content = messages[-1]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(str(block.get("text", "")) for block in cast(list[dict[str, object]], content))


async def test_words_are_handed_on_while_claude_is_still_writing(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply("Hello Ann, how are you?", then="stall", after=3))
    async with aclosing(assistant.go_on(HELLO, TOOLS, [])) as parts:
        words = [await anext(parts), await anext(parts)]
    assert words == ["Hello", " Ann,"]


async def test_parallel_tool_calls_follow_the_words_whole(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    calls = (
        Call("create_todo", {"title": 'Say "hi", ünïcode'}, id="toolu_1"),
        Call("get_todos", id="toolu_2"),
    )
    server.replies.append(Reply("One moment.", calls))
    words, wanted = await go_on(assistant)
    assert words == "One moment."
    assert wanted == [
        ToolCall(id="toolu_1", name="create_todo", arguments={"title": 'Say "hi", ünïcode'}),
        ToolCall(id="toolu_2", name="get_todos", arguments={}),
    ]


async def test_a_turn_goes_through_tools_to_words(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    said = "Create a todo to buy milk."
    _, [wanted] = await go_on(assistant, ask(turn(said)))
    assert wanted.arguments == {"title": "buy milk"}
    done = step("", wanted, results=[result(wanted.id, "I added Buy milk.")])
    assert await go_on(assistant, ask(turn(said, done))) == ("I added Buy milk.", [])
    assert server.refused == []


async def test_the_tools_of_the_call_itself_are_offered(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    _, [goodbye] = await go_on(assistant, ask(turn("Thanks, goodbye!")))
    assert goodbye.name == "end_call"
    _, [human] = await go_on(assistant, ask(turn("I want to talk to a human")))
    assert human.name == "transfer_to_agent"
    offered = cast(list[Mapping[str, object]], server.requests[0].body["tools"])
    assert [tool["name"] for tool in offered][-2:] == ["transfer_to_agent", "end_call"]


async def test_steps_share_a_connection(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    for _ in range(3):
        await go_on(assistant)
    assert server.connections == 1


async def test_the_fixed_beginning_is_cached_and_the_time_is_behind_it(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    await go_on(assistant)
    await go_on(assistant, HELLO.model_copy(update={"now": "2026-11-18T10:11:00Z"}))
    first, second = (received.body for received in server.requests)
    tools = cast(list[Mapping[str, object]], first["tools"])
    system = cast(list[Mapping[str, object]], first["system"])
    assert tools == second["tools"]
    assert ["cache_control" in tool for tool in tools] == [False, False, False, True]
    assert ["cache_control" in block for block in system] == [True, False]
    again = cast(list[Mapping[str, object]], second["system"])
    assert system[0] == again[0]
    assert system[1] != again[1]


async def test_a_retry_goes_on_behind_what_was_said(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply("Sure. I have added milk. It is due on Friday.", token_ms=0))
    words, _ = await go_on(assistant, said=["Sure.", "I have added milk."])
    assert words == "It is due on Friday."
    note = last_user_text(server)
    assert note.startswith("Hello\n[")
    assert 'already heard you say: "Sure. I have added milk."' in note


async def test_a_retry_with_nothing_left_to_say_is_silent(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    for answer in ("[nothing more]", "I have added milk.", ""):
        server.replies.append(Reply(answer))
        assert await go_on(assistant, said=["I have added milk."]) == ("", [])


async def test_a_retry_behind_tool_results_is_taken(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply("Anything else?"))
    looked = step("", call("toolu_1"), results=[result("toolu_1", "Two todos.")])
    words, _ = await go_on(assistant, ask(turn("Look", looked)), said=["You have two todos."])
    assert words == "Anything else?"
    assert server.refused == []


async def test_silence_after_words_and_tools_is_an_answer(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply(""))
    looked = step("Done already.", call("toolu_1"), results=[result("toolu_1", "ok")])
    assert await go_on(assistant, ask(turn("Look", looked))) == ("", [])


async def test_the_safeguards_do_not_leave_silence(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply(stop_reason="refusal"))
    words, _ = await go_on(assistant)
    assert "can't help" in words


async def test_thinking_is_never_spoken(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    server.replies.append(Reply("Hello.", thinking="The caller greets me."))
    assert await go_on(assistant) == ("Hello.", [])


@pytest.mark.parametrize(
    ("name", "thinking", "effort"),
    [
        ("claude-haiku-4-5", None, None),
        ("claude-haiku-5-5", {"type": "disabled"}, None),
        ("claude-sonnet-5", {"type": "disabled"}, None),
        ("claude-sonnet-5-5", {"type": "between_tools"}, None),
        ("claude-opus-5-5", None, {"effort": "low"}),
        ("claude-opus-5", {"type": "disabled"}, None),
    ],
)
async def test_each_model_is_kept_from_thinking_as_far_as_it_lets_itself(
    options: Settings,
    name: str,
    thinking: dict[str, str] | None,
    effort: dict[str, str] | None,
) -> None:
    async with AnthropicServer() as server:
        changes = {"anthropic_model": name, "anthropic_base_url": server.base_url}
        model = claude(options.model_copy(update=changes))
        await go_on(LanguageModelAssistant(model, "Claude"))
        await model.aclose()
        body = server.requests[0].body
    assert body.get("thinking") == thinking
    assert body.get("output_config") == effort
    assert cast(int, body["max_tokens"]) == (3_600 if effort else 600)


async def test_many_steps_at_once_do_not_mix(
    server: AnthropicServer, assistant: LanguageModelAssistant
) -> None:
    numbers = [f"number {n}" for n in range(12)]
    answers = await asyncio.gather(*(go_on(assistant, ask(turn(one))) for one in numbers))
    for (words, _), number in zip(answers, numbers, strict=True):
        assert words.startswith(f"You said: {number}.")
    for one, other in itertools.pairwise(server.requests):
        assert one.body["messages"] != other.body["messages"]


def test_people_read_the_models_name() -> None:
    assert claude_name(Settings(anthropic_model="claude-haiku-4-5")) == "Claude claude-haiku-4-5"
