"""What the assistant asks back, and what it makes of the answer."""

import pytest

from tests.assistant.offline.call import Call


async def test_a_missing_time_is_asked_for_and_taken_from_the_answer() -> None:
    call = Call()
    assert (await call.say("Remind me to call the dentist")).text == "When should I remind you?"
    answer = await call.say("tomorrow at two")
    assert answer.wanted("create_reminder") == {
        "reminder_text": "Call the dentist",
        "reminder_date": "2026-11-19T14:00:00+01:00",
    }


async def test_a_day_without_an_hour_is_completed() -> None:
    call = Call()
    assert (await call.say("remind me on Friday to pay")).text == "At what time on Friday?"
    answer = await call.say("half past three")
    assert answer.wanted("create_reminder")["reminder_date"] == "2026-11-20T15:30:00+01:00"


async def test_text_and_time_are_asked_for_one_after_the_other() -> None:
    call = Call()
    assert "what" in (await call.say("set a reminder")).text.lower()
    assert "When" in (await call.say("to finish the report")).text
    assert "day" in (await call.say("next week")).text
    answer = await call.say("Tuesday at nine in the morning")
    assert answer.wanted("create_reminder") == {
        "reminder_text": "Finish the report",
        "reminder_date": "2026-11-24T09:00:00+01:00",
    }


async def test_a_time_that_has_passed_is_asked_about() -> None:
    call = Call()
    answer = await call.say("remind me today at 9 am to stretch")
    assert not answer.calls
    assert "9 AM today has already passed" in answer.text
    answer = await call.say("tomorrow at nine")
    assert answer.wanted("create_reminder")["reminder_date"] == "2026-11-19T09:00:00+01:00"


async def test_an_answer_without_a_time_is_asked_again_once_and_then_left() -> None:
    call = Call()
    await call.say("remind me to stretch")
    assert "tomorrow at two" in (await call.say("hmm blue")).text
    assert (await call.say("green")).text == "Okay, I'll leave that."


async def test_a_new_command_replaces_an_open_question() -> None:
    call = Call()
    await call.say("remind me to stretch")
    answer = await call.say("show my todos")
    assert [made.name for made in answer.calls] == ["get_todos"]


async def test_never_mind_drops_an_open_question() -> None:
    call = Call()
    await call.say("remind me to stretch")
    assert (await call.say("never mind")).text == "Okay, I'll leave that."
    assert not (await call.say("tomorrow at two")).calls


async def test_deleting_waits_for_a_yes() -> None:
    call = Call()
    answer = await call.say("delete the todo buy stamps")
    assert answer.text == 'Shall I delete the todo "buy stamps"?'
    answer = await call.say("yes please")
    assert answer.wanted("delete_todo") == {"title": "buy stamps"}


@pytest.mark.parametrize("words", ["no", "no, don't", "stop", "keep it"])
async def test_deleting_stops_at_a_no(words: str) -> None:
    call = Call()
    await call.say("delete the reminder about the dentist")
    answer = await call.say(words)
    assert not answer.calls
    assert answer.text == "Okay, I won't."


async def test_an_unclear_confirmation_is_asked_again() -> None:
    call = Call()
    await call.say("delete the todo buy stamps")
    assert (await call.say("purple")).text.startswith("Please say yes or no.")
    assert (await call.say("yes")).wanted("delete_todo") == {"title": "buy stamps"}
