from typing import cast

import pytest
from pydantic import JsonValue

from convonet.db.engine import Sessions
from tests.db.people import add_user, caller
from tests.tools.calendar_calls import add, event
from tests.tools.calls import Client, data, tool_call

NOTHING = "You have no events in the next 30 days."


async def test_an_event_is_made_and_read_back_in_the_callers_zone(ada: Client) -> None:
    result = await ada.call(
        "create_calendar_event",
        title="Meeting",
        event_from="2026-11-27T14:00",
        event_to="2026-11-27T15:00",
    )
    assert result.text.startswith(
        "I've put it into your calendar: Meeting, on Friday, November 27 from 2 to 3 PM.\n"
    )
    assert event(result)["event_from"] == "2026-11-27T14:00:00+01:00"
    assert data(result)["conflicts"] == []


@pytest.mark.parametrize(
    ("times", "spoken"),
    [
        ({"event_from": "2026-11-19T15:00"}, "tomorrow from 3 to 4 PM"),
        ({"event_from": "2026-11-19T11:30", "duration_minutes": 45},
         "tomorrow from 11:30 AM to 12:15 PM"),
        ({"event_from": "2026-11-19T12:00"}, "tomorrow from noon to 1 PM"),
        ({"event_from": "2026-11-20"}, "all day on Friday"),
        ({"event_from": "2026-11-20", "event_to": "2026-11-22"}, "all day from Friday to Sunday"),
        ({"event_from": "2026-11-19T23:00", "event_to": "2026-11-20T01:00"},
         "tomorrow at 11 PM until on Friday at 1 AM"),
        ({"event_from": "2026-11-19T22:00", "event_to": "2026-11-20T00:00"},
         "tomorrow from 10 PM to midnight"),
        ({"event_from": "2026-11-19T15:00", "event_to": "16:30"}, "tomorrow from 3 to 4:30 PM"),
        ({"event_from": "2026-11-18T20:00:00-08:00"}, "tomorrow from 5 to 6 AM"),
    ],
)  # fmt: skip
async def test_times_are_told_as_people_say_them(
    ada: Client, times: dict[str, str | int], spoken: str
) -> None:
    said = await ada.says("create_calendar_event", title="It", **times)
    assert said == f"I've put it into your calendar: It, {spoken}."


@pytest.mark.parametrize(
    ("times", "complaint"),
    [
        ({"event_from": "2026-11-18T08:00"}, "already passed: it ended today at 9 AM"),
        ({"event_from": "2026-11-17"}, "already passed"),
        ({"event_from": "2026-11-19T15:00", "event_to": "2026-11-19T14:00"}, "before it begins"),
        ({"event_from": "2026-11-19", "event_to": "2029-11-19"}, "at most a year"),
        ({"event_from": "2026-11-19", "duration_minutes": 30}, "At what time does it begin?"),
        ({"event_from": "2026-11-19T15:00", "event_to": "16:00", "duration_minutes": 5},
         "not both"),
        ({"event_from": "soon"}, "ISO 8601"),
    ],
)  # fmt: skip
async def test_times_that_make_no_sense_are_refused(
    ada: Client, times: dict[str, str | int], complaint: str
) -> None:
    assert complaint in await ada.refuses("create_calendar_event", title="It", **times)
    assert await ada.says("get_calendar_events") == NOTHING


async def test_what_is_at_the_same_time_is_told(ada: Client) -> None:
    await add(ada, "Dentist", "2026-11-19T14:30", "2026-11-19T15:30")
    await add(ada, "Before", "2026-11-19T13:00", "2026-11-19T14:00")
    result = await ada.call("create_calendar_event", title="Meeting", event_from="2026-11-19T14:00")
    assert result.text.startswith(
        "I've put it into your calendar: Meeting, tomorrow from 2 to 3 PM."
        " But you already have Dentist then, from 2:30 to 3:30 PM.\n"
    )
    conflicts = cast("list[dict[str, object]]", data(result)["conflicts"])
    assert [conflict["title"] for conflict in conflicts] == ["Dentist"]
    assert (
        await add(ada, "Walk", "2026-11-19T14:45")
        == "I've put it into your calendar: Walk, tomorrow from 2:45 to 3:45 PM. But you already"
        " have 2 events then: Meeting, from 2 to 3 PM; and Dentist, from 2:30 to 3:30 PM."
    )
    assert "already" not in await add(ada, "After", "2026-11-19T15:45")


async def test_the_events_of_a_span_are_listed_in_order(ada: Client) -> None:
    await add(ada, "Lunch", "2026-11-19T12:00")
    await add(ada, "Stand-up", "2026-11-19T09:00", "2026-11-19T09:15")
    await add(ada, "Offsite", "2026-11-23", "2026-11-24")
    assert (
        await ada.says("get_calendar_events", date_from="2026-11-19", date_before="2026-11-20")
        == "You have 2 events tomorrow: Stand-up, from 9 to 9:15 AM; and Lunch, from noon to 1 PM."
    )
    assert (
        await ada.says("get_calendar_events", date_from="2026-11-24", date_before="2026-11-25")
        == "You have 1 event on Tuesday: Offsite, all day from Monday to Tuesday."
    )
    assert (
        await ada.says("get_calendar_events", date_from="2026-11-20", date_before="2026-11-23")
        == "You have no events from Friday to Sunday."
    )
    assert (
        await ada.says("get_calendar_events", limit=1)
        == "Your next event is Stand-up, tomorrow from 9 to 9:15 AM."
    )
    assert (await ada.says("get_calendar_events")).startswith(
        "You have 3 events in the next 30 days: Stand-up, tomorrow from 9 to 9:15 AM; Lunch, "
    )
    assert await ada.says("get_calendar_events", title="the lunch") == (
        "Lunch is tomorrow from noon to 1 PM."
    )


@pytest.mark.parametrize(
    ("times", "spoken"),
    [
        # 2:30 does not exist on that day: it is an hour later, and read back as such.
        ({"event_from": "2027-03-28T02:30"}, "on March 28, 2027 from 3:30 to 4:30 AM"),
        ({"event_from": "2027-03-28T01:30", "event_to": "2027-03-28T03:30"},
         "on March 28, 2027 from 1:30 to 3:30 AM"),
        # 2:30 comes twice: the first is meant, and an hour later it is 2:30 again.
        ({"event_from": "2027-10-31T02:30"}, "on October 31, 2027 from 2:30 to 2:30 AM"),
        ({"event_from": "2027-10-31"}, "all day on October 31, 2027"),
    ],
)  # fmt: skip
async def test_when_the_clocks_change_the_times_on_the_wall_count(
    ada: Client, times: dict[str, str], spoken: str
) -> None:
    said = await ada.says("create_calendar_event", title="It", **times)
    assert said == f"I've put it into your calendar: It, {spoken}."


async def test_names_are_found_by_their_sound_or_guessed_at(ada: Client) -> None:
    await add(ada, "Quarterly planning", "2026-11-19T09:00")
    await add(ada, "Lunch with Sara", "2026-11-19T12:00")
    assert "Sara" in await ada.says("get_calendar_events", title="lunch with Sarah")
    refusal = await ada.refuses("get_calendar_events", title="early planting")
    assert 'Did you mean "Quarterly planning tomorrow at 9 AM"?' in refusal


async def test_making_moving_and_cancelling_can_be_taken_back(ada: Client) -> None:
    await add(ada, "Lunch", "2026-11-19T12:00")
    await ada.says("update_calendar_event", title="lunch", event_from="2026-11-20")
    await ada.says("delete_calendar_event", title="lunch")
    back = "I've taken that back: the event 'Lunch'"
    assert await ada.says("undo_last_change") == f"{back} is there again."
    assert await ada.says("undo_last_change") == f"{back} is as it was before."
    assert "tomorrow from noon to 1 PM" in await ada.says("get_calendar_events")
    assert await ada.says("undo_last_change") == f"{back} is gone again."
    assert await ada.says("get_calendar_events") == NOTHING


async def test_an_event_that_is_asked_for_twice_is_made_once(ada: Client) -> None:
    request = tool_call(
        ada.caller,
        "create_calendar_event",
        arguments={"title": "Once", "event_from": "2026-11-19T12:00"},
    )
    first, again = await ada.host.call(request), await ada.host.call(request)
    assert first.text == again.text
    assert data(await ada.call("get_calendar_events"))["total"] == 1


async def test_somebody_elses_calendar_is_not_there(ada: Client, sessions: Sessions) -> None:
    mine = event(
        await ada.call("create_calendar_event", title="Secret", event_from="2026-11-19T12:00")
    )
    eve = Client(ada.host, await caller(sessions, await add_user(sessions, "Eve")))
    for name in ("update_calendar_event", "delete_calendar_event", "get_calendar_events"):
        assert await eve.refuses(name, title=str(mine["id"])) == "There is no such event."
        assert "did you mean" not in (await eve.refuses(name, title="secret")).casefold()
    assert await eve.says("get_calendar_events") == NOTHING
    assert "You're free" in await eve.says(
        "find_free_slot", date_from="2026-11-19T12:00", date_before="2026-11-19T13:00"
    )


HOSTILE = [
    *("", " ", "\x00", "24:00", "9999-12-31", "0001-01-01", "0001-01-01T00:00+14:00", "2026-W47"),
    *(
        "9999-12-31T23:59:59-12:00",
        "2026-02-30",
        "tomorrow",
        "12:00+05:00",
        "2199-12-31",
        "1970-01-01",
    ),
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_date_is_our_mistake(ada: Client, text: str) -> None:
    await add(ada, "Lunch", "2026-11-19T12:00")
    calls: list[tuple[str, dict[str, JsonValue]]] = [
        ("create_calendar_event", {"title": "It", "event_from": text}),
        ("create_calendar_event", {"title": "It", "event_from": "2026-11-20", "event_to": text}),
        ("update_calendar_event", {"title": "lunch", "event_from": text}),
        ("update_calendar_event", {"title": "lunch", "event_to": text}),
        ("get_calendar_events", {"date_from": text}),
        ("get_calendar_events", {"date_before": text}),
        ("get_calendar_events", {"title": "lunch", "date_from": text}),
        ("find_free_slot", {"date_from": text}),
        ("find_free_slot", {"date_before": text}),
        ("find_free_slot", {"date_from": "2026-11-19", "date_before": text}),
        ("delete_calendar_event", {"when": text}),
    ]
    for name, arguments in calls:
        said = (await ada.call(name, **arguments)).text
        assert "our side" not in said, (name, arguments)


async def test_free_time_is_told(ada: Client) -> None:
    await add(ada, "Lunch", "2026-11-19T12:00")
    await add(ada, "Call", "2026-11-19T17:00")
    assert (
        await ada.says("find_free_slot", date_from="2026-11-19")
        == "You're free tomorrow from 9 AM to noon; and from 1 to 5 PM."
    )
    assert (
        await ada.says(
            "find_free_slot", date_from="2026-11-19T13:00", date_before="2026-11-19T14:00"
        )
        == "You're free tomorrow from 1 to 2 PM."
    )
    assert (
        await ada.says("find_free_slot", date_from="2026-11-19T12:00")
        == "You're not free tomorrow from noon to 12:30 PM. There is Lunch, from noon to 1 PM."
    )
    assert (
        await ada.says("find_free_slot", date_from="2026-11-19T12:30", duration_minutes=60)
        == "You have no hour free tomorrow from 12:30 to 1:30 PM. There is Lunch, from noon to"
        " 1 PM."
    )
    assert (await ada.says("find_free_slot")).startswith(
        "You're free today from 10 AM to 6 PM; tomorrow from 9 AM to noon; from 1 to 5 PM; on Frid"
    )
    assert "passed" in await ada.refuses("find_free_slot", date_from="2026-11-17")
    assert "before it begins" in await ada.refuses(
        "find_free_slot", date_from="2026-11-19", date_before="2026-11-19"
    )


async def test_nothing_pretends_to_be_google(ada: Client) -> None:
    for name in ("sync_google_calendar_events", "test_google_calendar"):
        result = await ada.call(name)
        assert result.text.startswith("No Google account is connected")
        assert data(result) == {"google_connected": False, "synced": 0}
    await add(ada, "Lunch", "2026-11-19T12:00")
    result = await ada.call("check_calendar_visibility")
    assert result.text.startswith("Your calendar has 1 upcoming event, and only you can see it.")
    assert data(result)["google_connected"] is False
