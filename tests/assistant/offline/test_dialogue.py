"""Conversations over several turns, through the same graph that drives Claude."""

import pytest

from convonet.contracts.assistant import ToolState
from convonet.contracts.caller import Caller
from tests.assistant.offline.call import CALLER, TOOLS, Call

ADDED = "I've added a todo: Buy milk.\n" + '{"todo":{"title":"Buy milk"}}'


async def test_a_result_is_told_without_its_structured_part() -> None:
    call = Call()
    await call.say("add a todo to buy milk")
    assert (await call.get(ADDED)).text == "I've added a todo: Buy milk."


async def test_several_commands_are_carried_out_together_and_told_together() -> None:
    call = Call()
    answer = await call.say("create a todo to buy milk and remind me tomorrow at nine")
    assert [made.name for made in answer.calls] == ["create_todo", "create_reminder"]
    assert answer.wanted("create_reminder")["reminder_text"] == "Buy milk"
    told = await call.get(ADDED, "I'll remind you tomorrow at 9 AM: Buy milk.")
    assert told.text == ("I've added a todo: Buy milk. I'll remind you tomorrow at 9 AM: Buy milk.")


async def test_what_is_missing_of_several_commands_is_asked_after_the_results() -> None:
    call = Call()
    answer = await call.say("add a todo to buy milk and remind me to call Bob")
    assert [made.name for made in answer.calls] == ["create_todo"]
    assert (await call.get(ADDED)).text.endswith("Buy milk. When should I remind you?")
    answer = await call.say("tomorrow at two")
    assert answer.wanted("create_reminder")["reminder_text"] == "Call Bob"


async def test_a_todo_that_was_not_found_is_offered_by_its_name() -> None:
    call = Call()
    await call.say("mark the shopping as done")
    text = "I couldn't find a todo called 'shopping'. Did you mean \"Grocery shopping\"?"
    assert (await call.get(text, state=ToolState.FAILED)).text == text
    answer = await call.say("yes")
    assert answer.wanted("complete_todo") == {"title": "Grocery shopping"}


@pytest.mark.parametrize("words", ["the second one", "write the report", "the write one"])
async def test_one_of_several_is_chosen(words: str) -> None:
    call = Call()
    await call.say("move the report todo to Friday")
    text = 'There are 2 todos like that: "Read the report" or "Write the report". Which one?'
    await call.get(text, state=ToolState.FAILED)
    answer = await call.say(words)
    assert answer.wanted("update_todo") == {"title": "Write the report", "due_date": "2026-11-20"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ToolState.TIMED_OUT, "I don't know whether it was done"),
        (ToolState.CANCELLED, "I don't know whether it was done"),
        (ToolState.UNKNOWN_TOOL, "can't do that"),
        (ToolState.FAILED, "didn't work"),
    ],
)
async def test_failures_are_told_as_failures(state: ToolState, words: str) -> None:
    call = Call()
    await call.say("add a todo to buy milk")
    assert words in (await call.get("create_todo failed: boom", state=state)).text


async def test_undo_calls_the_tool_and_no_behind_a_change_offers_it() -> None:
    call = Call()
    await call.say("add a todo to buy milk")
    await call.get(ADDED)
    assert (await call.say("no")).text == "Shall I undo that?"
    assert (await call.say("yes")).wanted("undo_last_change") == {}
    assert [made.name for made in (await call.say("undo that")).calls] == ["undo_last_change"]


async def test_repeat_says_the_last_answer_again() -> None:
    call = Call()
    await call.say("add a todo to buy milk")
    await call.get(ADDED)
    answer = await call.say("can you repeat that?")
    assert answer.text == "I've added a todo: Buy milk."
    await call.say("remind me to stretch")
    assert (await call.say("pardon?")).text == "When should I remind you?"
    assert (await call.say("tomorrow at two")).calls


async def test_what_did_you_just_do_tells_the_last_change_only() -> None:
    call = Call()
    assert "haven't changed anything" in (await call.say("what did you just do?")).text
    await call.say("add a todo to buy milk")
    await call.get(ADDED)
    await call.say("show my todos")
    await call.get("You have 1 open todo: Buy milk.")
    assert "Buy milk" in (await call.say("what did you just do")).text
    assert "I've added" in (await call.say("what did you just do")).text


async def test_goodbye_is_spoken_and_ends_the_call() -> None:
    answer = await Call().say("goodbye")
    assert answer.text == "Goodbye, Ada."
    assert [made.name for made in answer.calls] == ["end_call"]


async def test_the_greeting_uses_the_first_name() -> None:
    assert (await Call().say("")).text == "Hello, Ada. What can I do for you?"


async def test_two_misses_in_a_row_get_different_hints() -> None:
    call = Call()
    first = (await call.say("sing me a song about the sea")).text
    second = (await call.say("sing me a song about the sea")).text
    assert "for example" in first
    assert first != second
    assert "help" in second


async def test_something_near_is_offered() -> None:
    call = Call()
    assert (await call.say("open my all todos show")).text == "Did you want to hear your todos?"
    assert [made.name for made in (await call.say("yes")).calls] == ["get_todos"]


@pytest.mark.parametrize(
    ("words", "tool"),
    [
        ("add a todo to buy milk", "create_todo"),
        ("show my todos", "get_todos"),
        ("mark buy milk as done", "complete_todo"),
        ("change the priority of buy milk to high", "update_todo"),
        ("delete the todo buy milk", "delete_todo"),
        ("remind me tomorrow at two to stretch", "create_reminder"),
        ("show my reminders", "get_reminders"),
        ("move the dentist reminder to Friday at 4 PM", "update_reminder"),
        ("delete the dentist reminder", "delete_reminder"),
        ("undo that", "undo_last_change"),
    ],
)
async def test_a_tool_that_is_not_there_is_not_used_and_not_promised(words: str, tool: str) -> None:
    call = Call(tools=[spec for spec in TOOLS if spec.name != tool])
    answer = await call.say(words)
    assert not answer.calls
    assert answer.text.startswith("I'm sorry, I can't")


async def test_help_names_only_what_is_there() -> None:
    assert "reminders" in (await Call().say("what can you do")).text
    some = [spec for spec in TOOLS if "reminder" not in spec.name]
    assert "set reminders" not in (await Call(tools=some).say("what can you do")).text


async def test_repeating_reminders_are_refused_honestly() -> None:
    answer = await Call().say("remind me every Monday at nine to water the plants")
    assert not answer.calls
    assert "can't repeat" in answer.text


async def test_the_day_is_the_callers_own() -> None:
    tokyo = CALLER.model_copy(update={"time_zone": "Asia/Tokyo"})
    answer = await Call(caller=tokyo).say("remind me at 8 pm to eat")
    assert answer.wanted("create_reminder")["reminder_date"] == "2026-11-18T20:00:00+09:00"


async def test_a_retry_has_the_same_ids_and_no_two_calls_share_one() -> None:
    call = Call()
    seen: list[str] = []
    for words in ["undo that"] * 30 + ["add a todo to buy milk and mark buy stamps as done"]:
        answer = await call.say(words)
        turn = call.turns[-1]
        call.turns[-1] = turn.model_copy(update={"steps": ()})
        again = await call.retry()
        call.turns[-1] = turn
        assert again == answer
        seen += [made.id for made in answer.calls]
        await call.get(*["Done."] * len(answer.calls))
    assert len(set(seen)) == len(seen) == 32


async def test_ids_stay_apart_when_old_turns_leave_the_request() -> None:
    call = Call()
    seen: list[str] = []
    for _ in range(90):
        seen += [made.id for made in (await call.say("undo that")).calls]
        await call.get("Done.")
    assert len(set(seen)) == 90


async def test_sentences_spoken_before_a_retry_are_not_said_again() -> None:
    call = Call()
    await call.say("what can you do")
    turn = call.turns[-1]
    call.turns[-1] = turn.model_copy(update={"steps": ()})
    whole = turn.steps[0].text
    first = whole.split(". ")[0] + "."
    again = await call.retry(said=[first])
    assert first not in again.text
    assert whole.endswith(again.text.strip())


async def test_a_caller_without_name_teams_or_zone_is_served() -> None:
    nobody = Caller(user_id=CALLER.user_id, name="", time_zone="Nowhere/Land")
    assert (await Call(caller=nobody).say("hello")).text == "Hello. What can I do for you?"


async def test_the_first_of_two_days_is_the_reminders_own() -> None:
    call = Call()
    answer = await call.say("remind me tomorrow about the meeting on Friday")
    assert answer.text == "At what time tomorrow?"
    answer = await call.say("at nine")
    assert answer.wanted("create_reminder") == {
        "reminder_text": "The meeting on Friday",
        "reminder_date": "2026-11-19T09:00:00+01:00",
    }


@pytest.mark.parametrize("words", ["delete a todo", "delete all my todos", "remove the task"])
async def test_nothing_is_deleted_without_its_name(words: str) -> None:
    call = Call()
    assert (await call.say(words)).text == "Which todo shall I delete?"
    assert (await call.say("buy stamps")).text == 'Shall I delete the todo "buy stamps"?'
    assert (await call.say("yes")).wanted("delete_todo") == {"title": "buy stamps"}


async def test_a_correction_offers_to_undo() -> None:
    call = Call()
    await call.say("add a todo to buy milk")
    await call.get(ADDED)
    assert (await call.say("no, I meant bread")).text == "Shall I undo that?"


@pytest.mark.parametrize(
    "words",
    [
        "Create it to do to call Bob",
        "Ad a to do to call Bob",
        "Created a to-do to call Bob.",
        "um create a a todo to call Bob",
        "add a too do to call Bob",
    ],
)
async def test_what_the_recognizer_got_wrong_is_mended(words: str) -> None:
    assert (await Call().say(words)).wanted("create_todo") == {"title": "Call Bob"}


@pytest.mark.parametrize("halt", ["Stop.", "Wait,", "No, stop!", "Hold on."])
async def test_a_command_behind_a_call_for_silence_is_carried_out(halt: str) -> None:
    answer = await Call().say(f"{halt} Show me my todos please.")
    assert [made.name for made in answer.calls] == ["get_todos"]
