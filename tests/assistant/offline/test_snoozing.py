"""Sentences that put a reminder off."""

import pytest

from convonet.contracts.assistant import ToolState
from tests.assistant.offline.call import Call


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("snooze", {}),
        ("snooze that for ten minutes", {"minutes": 10}),
        ("snooze the reminder for half an hour", {"minutes": 30}),
        (
            "snooze the dentist reminder until 5 PM",
            {"reminder_text": "dentist", "until": "2026-11-18T17:00:00+01:00"},
        ),
        ("snooze my reminder about the car", {"reminder_text": "car"}),
        ("remind me again in an hour", {"until": "2026-11-18T11:00:00+01:00"}),
        ("remind me about that again tomorrow", {"until": "2026-11-19"}),
    ],
)
async def test_a_reminder_is_put_off(words: str, arguments: dict[str, object]) -> None:
    assert (await Call().say(words)).wanted("snooze_reminder") == arguments


async def test_a_time_that_is_over_is_asked_about() -> None:
    call = Call()
    answer = await call.say("snooze it until 8 AM today")
    assert answer.text == "8 AM today has already passed. Until when?"
    answer = await call.say("at noon")
    assert answer.wanted("snooze_reminder") == {"until": "2026-11-18T12:00:00+01:00"}


@pytest.mark.parametrize(
    ("how_long", "arguments"),
    [
        ("for half an hour", {"minutes": 30}),
        ("until 5 PM", {"until": "2026-11-18T17:00:00+01:00"}),
    ],
)
async def test_which_one_is_answered_with_the_time_kept(
    how_long: str, arguments: dict[str, object]
) -> None:
    call = Call()
    await call.say(f"snooze the dentist reminder {how_long}")
    asked = 'There are 2 reminders like that: "Call the dentist" or "Pay the dentist". Which one?'
    await call.get(asked, state=ToolState.FAILED)
    answer = await call.say("pay the dentist")
    assert answer.wanted("snooze_reminder") == {"reminder_text": "Pay the dentist", **arguments}


async def test_reminding_again_of_something_named_is_a_new_reminder() -> None:
    answer = await Call().say("remind me again to call the dentist at noon")
    assert answer.wanted("create_reminder")["reminder_text"] == "Call the dentist"
