import asyncio
from collections.abc import Sequence
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from pydantic import SecretStr

from convonet.assistant.call_control import CALL_CONTROL
from convonet.assistant.claude import Claude, claude
from convonet.assistant.history import continuation, conversation
from convonet.assistant.language_model import LanguageModelAssistant
from convonet.assistant.prompts import system_message, tool_definitions
from convonet.contracts.assistant import TakeTurn, ToolState, Turn
from convonet.settings import Settings
from tests.assistant.conversations import TOOLS, ask, call, records, result, said, step, turn
from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_rules import check


class _Payload(Claude):
    """Shows what would be sent."""

    def of(self, messages: Sequence[BaseMessage]) -> dict[str, object]:
        tools = tool_definitions((*TOOLS, *CALL_CONTROL))
        return cast(
            dict[str, object],
            self._get_request_payload(list(messages), tools=tools, stream=True),
        )


MODEL = _Payload(
    model_name="claude-haiku-4-5",
    api_key=SecretStr("k"),
    max_tokens_to_sample=600,
    timeout=None,
    stop=None,
)


def payload(request: TakeTurn, spoken: Sequence[str] = ()) -> dict[str, object]:
    notes = [continuation(spoken)] if spoken else []
    return MODEL.of([system_message(request), *conversation(request.turns), *notes])


def shown(turns: Sequence[Turn]) -> list[str]:
    """Return the messages as lines, notes shortened to their brackets."""
    return [_line(message) for message in conversation(turns)]


def _line(message: BaseMessage) -> str:
    kind = {"human": "user", "ai": "assistant", "tool": "result"}[message.type]
    calls = [one["name"] for one in message.tool_calls] if isinstance(message, AIMessage) else []
    text = "|".join(_short(line) for line in str(message.text).splitlines())
    return " ".join([f"{kind}:", text, *calls]).strip()


def _short(line: str) -> str:
    return " ".join(line.split()[:4]) + "...]" if line.startswith("[") else line


@settings(max_examples=200, deadline=None)
@given(records, said)
def test_any_order_of_events_yields_a_request_that_claude_takes(
    turns: list[Turn], spoken: list[str]
) -> None:
    check(payload(ask(*turns), spoken))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(records, said), min_size=1, max_size=4))
def test_the_strict_server_takes_them_through_the_real_sdk(
    cases: list[tuple[list[Turn], list[str]]],
) -> None:
    async def play() -> None:
        async with AnthropicServer() as server:
            model = claude(
                Settings(
                    anthropic_api_key=SecretStr("test-key"), anthropic_base_url=server.base_url
                )
            )
            assistant = LanguageModelAssistant(model, "Claude")
            for turns, spoken in cases:
                async for _ in assistant.go_on(ask(*turns), TOOLS, spoken):
                    pass
            await model.aclose()
        assert server.refused == []
        assert len(server.requests) == len(cases)

    asyncio.run(play())


@settings(max_examples=100, deadline=None)
@given(records)
def test_the_request_depends_on_the_record_alone(turns: list[Turn]) -> None:
    copies = [one.model_copy(deep=True) for one in turns]
    assert payload(ask(*turns)) == payload(ask(*copies))


def test_the_greeting_begins_with_a_note_for_the_assistant() -> None:
    assert shown([turn("")]) == ["user: [The call has just...]"]
    assert shown([turn("", step("Hello Ann."), heard="Hello Ann."), turn("Hi")]) == [
        "user: [The call has just...]",
        "assistant: Hello Ann.",
        "user: Hi",
    ]


def test_only_what_was_heard_is_told_back() -> None:
    lines = shown(
        [
            turn(
                "When are you open",
                step("We are open **from nine** to five. On Sundays we are closed."),
                heard="We are open from nine to",
                interrupted=True,
            ),
            turn("Wait"),
        ]
    )
    assert lines == [
        "user: When are you open",
        "assistant: We are open **from nine** to",
        "user: [The caller interrupted you....]|Wait",
    ]


def test_what_nobody_heard_is_not_told_back() -> None:
    lines = shown([turn("Hello", step("Hi there."), heard="", interrupted=True), turn("Wait")])
    assert lines == ["user: Hello", "user: [The caller interrupted you...]|Wait"]


def test_heard_words_are_allotted_over_the_steps_and_tool_calls_stay() -> None:
    lines = shown(
        [
            turn(
                "Add milk",
                step("Let me see.", call("a", "create_todo"), results=[result("a", "Added.")]),
                step("I have added milk for Friday. Anything else?"),
                heard="Let me see. One moment, please. I have added milk",
                interrupted=True,
            ),
            turn("Thanks"),
        ]
    )
    assert lines == [
        "user: Add milk",
        "assistant: Let me see. create_todo",
        "result: Added.",
        "assistant: I have added milk",
        "user: [The caller interrupted you....]|Thanks",
    ]


def test_earlier_steps_of_the_present_turn_count_as_said() -> None:
    steps = (
        step("Let me see.", call("a"), call("b"), results=[result("b", "B"), result("a", "A")]),
    )
    assert shown([turn("Look", *steps)]) == [
        "user: Look",
        "assistant: Let me see. get_todos get_todos",
        "result: A",
        "result: B",
    ]


def test_a_call_without_a_result_gets_one_that_tells_the_truth() -> None:
    messages = conversation([turn("Add milk", step("", call("a"))), turn("Hello?")])
    lost = messages[2]
    assert isinstance(lost, ToolMessage)
    assert lost.status == "error"
    assert "may or may not have taken effect" in str(lost.text)


def test_failed_results_are_marked_as_errors() -> None:
    failed = result("a", "No such list.", ToolState.FAILED)
    messages = conversation([turn("Add milk", step("", call("a"), results=[failed]))])
    assert cast(ToolMessage, messages[-1]).status == "error"


def test_long_calls_lose_their_oldest_turns_in_strides() -> None:
    turns = [turn(f"number {n}", step("Yes."), heard="Yes.") for n in range(100)]
    firsts = {
        count: str(conversation(turns[:count])[0].text) for count in (40, 59, 60, 61, 79, 80, 100)
    }
    assert firsts[59] == "number 0"
    assert firsts[60].endswith("left out here.]\nnumber 20")
    assert firsts[79] == firsts[60]
    assert firsts[80].endswith("number 40")
    assert firsts[100].endswith("number 60")


def test_a_repeated_tool_id_is_told_apart() -> None:
    turns = [
        turn("One", step("", call("a"), results=[result("a", "1")])),
        turn("Two", step("", call("a"), results=[result("a", "2")])),
    ]
    keys = [one.tool_call_id for one in conversation(turns) if isinstance(one, ToolMessage)]
    assert keys[0] == "a"
    assert keys[1] != "a"
