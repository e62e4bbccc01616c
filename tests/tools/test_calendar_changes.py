import asyncio
from typing import cast

from pydantic import JsonValue

from tests.tools.calendar_calls import add, event
from tests.tools.calls import Client, data


async def test_an_event_is_moved_and_stays_as_long_as_it_was(ada: Client) -> None:
    await add(ada, "Dentist appointment", "2026-11-19T10:00", "2026-11-19T10:30")
    did = "I've changed the event: Dentist appointment,"
    for wanted, spoken in (
        ({"event_from": "2026-11-19T16:00"}, "tomorrow from 4 to 4:30 PM"),
        ({"event_from": "2026-11-20"}, "on Friday from 4 to 4:30 PM"),
        ({"event_from": "09:15"}, "on Friday from 9:15 to 9:45 AM"),
        ({"event_to": "10:15"}, "on Friday from 9:15 to 10:15 AM"),
        ({"duration_minutes": 50}, "on Friday from 9:15 to 10:05 AM"),
        ({"shift_minutes": -30}, "on Friday from 8:45 to 9:35 AM"),
        ({"shift_minutes": 30}, "on Friday from 9:15 to 10:05 AM"),
        ({"duration_minutes": 20}, "on Friday from 9:15 to 9:35 AM"),
    ):
        assert (
            await ada.says("update_calendar_event", title="my dentist appointment", **wanted)
            == f"{did} {spoken}."
        )
    assert (
        await ada.says("update_calendar_event", title="dentist", new_title="Dentist Dr. Wu")
        == "I've changed the event: Dentist Dr. Wu, on Friday from 9:15 to 9:35 AM."
    )
    assert (await ada.says("update_calendar_event", title="dentist")).startswith(
        "It was already like that"
    )


async def test_a_whole_day_that_is_moved_stays_whole_over_a_change_of_clocks(ada: Client) -> None:
    await add(ada, "Holiday", "2027-03-26")
    moved = await ada.call("update_calendar_event", title="holiday", event_from="2027-03-28")
    assert event(moved)["event_from"] == "2027-03-28T00:00:00+01:00"
    assert event(moved)["event_to"] == "2027-03-29T00:00:00+02:00"
    assert event(moved)["all_day"] is True


async def test_moving_onto_something_else_is_told(ada: Client) -> None:
    await add(ada, "Lunch", "2026-11-19T12:00")
    await add(ada, "Call", "2026-11-19T15:00")
    assert await ada.says("update_calendar_event", title="call", event_from="12:30") == (
        "I've changed the event: Call, tomorrow from 12:30 to 1:30 PM."
        " But you already have Lunch then, from noon to 1 PM."
    )
    assert "already" not in await ada.says(
        "update_calendar_event", title="call", new_title="Phone call"
    )


async def test_events_of_one_name_are_told_apart_by_their_time(ada: Client) -> None:
    await add(ada, "Stand-up", "2026-11-19T09:00")
    await add(ada, "Stand-up", "2026-11-20T09:00")
    question = (
        'There are 2 events like that: "Stand-up tomorrow at 9 AM" or "Stand-up on Friday at 9 AM".'
        " Which one?"
    )
    assert await ada.refuses("delete_calendar_event", title="the stand-up") == question
    gone = "I've cancelled it: Stand-up,"
    assert (
        await ada.says("delete_calendar_event", title="Stand-up on Friday at 9 AM")
        == f"{gone} on Friday from 9 to 10 AM."
    )
    await add(ada, "Stand-up", "2026-11-20T09:00")
    assert (
        await ada.says("delete_calendar_event", title="standup", when="2026-11-19")
        == f"{gone} tomorrow from 9 to 10 AM."
    )
    assert await ada.refuses("delete_calendar_event", title="stand-up", when="2026-11-21") == (
        "I couldn't find 'stand-up' on Saturday. Did you mean \"Stand-up on Friday at 9 AM\"?"
    )


async def test_a_time_alone_names_an_event_when_only_one_is_then(ada: Client) -> None:
    await add(ada, "Stand-up", "2026-11-19T09:00")
    await add(ada, "Lunch", "2026-11-19T12:00")
    assert "2 events tomorrow" in await ada.refuses("delete_calendar_event", when="2026-11-19")
    assert "no event on Friday" in await ada.refuses("delete_calendar_event", when="2026-11-20")
    assert "Which event" in await ada.refuses("delete_calendar_event")
    assert "Lunch" in await ada.says("delete_calendar_event", when="2026-11-19T12:30")
    assert "Stand-up" in await ada.says("delete_calendar_event", when="09:00")


async def test_the_next_event_is_the_one_that_begins_next(ada: Client) -> None:
    assert await ada.refuses("delete_calendar_event", title="my next meeting") == (
        "You have no events to come."
    )
    await add(ada, "Running", "2026-11-18T09:30", "2026-11-18T11:00")
    await add(ada, "Meeting with Bob", "2026-11-20T09:00")
    await add(ada, "Lunch", "2026-11-19T12:00")
    assert await ada.says("delete_calendar_event", title="my next meeting") == (
        "I've cancelled it: Lunch, tomorrow from noon to 1 PM."
    )


async def test_of_two_made_at_once_the_second_is_told_of_the_first(ada: Client) -> None:
    wanted: dict[str, JsonValue] = {"event_from": "2026-11-19T12:00"}
    results = await asyncio.gather(
        *(ada.call("create_calendar_event", title=title, **wanted) for title in ("A", "B", "C"))
    )
    assert sorted(len(cast("list[object]", data(it)["conflicts"])) for it in results) == [0, 1, 2]
