from convonet.db.engine import Sessions
from tests.db.people import add_user, caller
from tests.tools.calls import Client, data


async def test_a_reminder_is_added_and_read_back(ada: Client) -> None:
    assert (
        await ada.says(
            "create_reminder", reminder_text="Call the dentist", reminder_date="2026-11-19T14:00"
        )
        == "I'll remind you tomorrow at 2 PM: Call the dentist."
    )
    result = await ada.call("get_reminders")
    reminders = data(result)["reminders"]
    assert isinstance(reminders, list)
    assert isinstance(reminders[0], dict)
    assert reminders[0]["reminder_date"] == "2026-11-19T14:00:00+01:00"


async def test_a_reminder_for_a_day_comes_in_the_morning(ada: Client) -> None:
    assert (
        await ada.says("create_reminder", reminder_text="Water", reminder_date="2026-11-20")
        == "I'll remind you on Friday at 9 AM: Water."
    )


async def test_the_past_cannot_be_reminded_of(ada: Client) -> None:
    text = await ada.refuses(
        "create_reminder", reminder_text="Late", reminder_date="2026-11-18T09:30"
    )
    assert text.startswith("That time has already passed: it was today at 9:30 AM.")


async def test_reminders_are_listed_soonest_first(ada: Client) -> None:
    for day, what in (("21", "Third"), ("19", "First"), ("20", "Second")):
        await ada.says("create_reminder", reminder_text=what, reminder_date=f"2026-11-{day}T08:00")
    assert await ada.says("get_reminders") == (
        "You have 3 upcoming reminders: First, tomorrow at 8 AM; Second, on Friday at 8 AM;"
        " and Third, on Saturday at 8 AM."
    )
    assert (
        await ada.says("get_reminders", date_from="2026-11-20", date_before="2026-11-21")
        == "You have 1 upcoming reminder: Second, on Friday at 8 AM."
    )
    assert await ada.says("get_reminders", status="past") == "You have no past reminders."


async def test_a_reminder_is_moved_and_deleted(ada: Client) -> None:
    await ada.says(
        "create_reminder", reminder_text="Call the dentist", reminder_date="2026-11-19T14:00"
    )
    assert (
        await ada.says(
            "update_reminder",
            reminder_text="the dentist reminder",
            reminder_date="2026-11-20T16:00",
        )
        == "I've changed the reminder: Call the dentist, on Friday at 4 PM."
    )
    assert await ada.says("delete_reminder", reminder_text="dentist") == (
        "I've deleted the reminder: Call the dentist, on Friday at 4 PM."
    )
    assert await ada.says("get_reminders") == "You have no upcoming reminders."


async def test_somebody_elses_reminder_is_not_there(ada: Client, sessions: Sessions) -> None:
    result = await ada.call(
        "create_reminder", reminder_text="Secret", reminder_date="2026-11-19T14:00"
    )
    reminder = data(result)["reminder"]
    assert isinstance(reminder, dict)
    eve = Client(ada.host, await caller(sessions, await add_user(sessions, "Eve")))
    for name in ("update_reminder", "delete_reminder"):
        assert await eve.refuses(name, reminder_text=reminder["id"]) == "There is no such reminder."
        assert "did you mean" not in (await eve.refuses(name, reminder_text="secret")).casefold()


async def test_a_reminder_is_snoozed_from_when_it_is_due_or_from_now(ada: Client) -> None:
    assert await ada.refuses("snooze_reminder") == (
        "No reminder has come yet. Which one shall come later?"
    )
    await ada.says(
        "create_reminder", reminder_text="Call the dentist", reminder_date="2026-11-18T09:59:30"
    )
    await ada.says("create_reminder", reminder_text="Stretch", reminder_date="2026-11-19T14:00")
    again = "I'll remind you"
    assert await ada.says("snooze_reminder") == f"{again} today at 10:10 AM: Call the dentist."
    assert (
        await ada.says("snooze_reminder", reminder_text="stretch", minutes=30)
        == f"{again} tomorrow at 2:30 PM: Stretch."
    )
    assert (
        await ada.says("snooze_reminder", reminder_text="dentist", until="2026-11-18T17:00")
        == f"{again} today at 5 PM: Call the dentist."
    )
    assert "passed" in await ada.refuses(
        "snooze_reminder", reminder_text="dentist", until="2026-11-17"
    )
    await ada.says("undo_last_change")
    assert "Call the dentist, today at 10:10 AM" in await ada.says("get_reminders")
