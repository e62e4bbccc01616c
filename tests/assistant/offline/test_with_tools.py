"""Whole conversations with the real tools on the real database."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.contracts.assistant import CallTool
from convonet.db.engine import Sessions, sessionmaker, transaction
from convonet.db.models import User
from convonet.tools.host import ToolHost, own_servers
from tests.assistant.offline.call import NOON, Call
from tests.db.people import add_team, add_user, caller


@pytest.fixture
async def sessions(engine: AsyncEngine) -> Sessions:
    return sessionmaker(engine)


@pytest.fixture
async def host(sessions: Sessions) -> AsyncGenerator[ToolHost]:
    async with ToolHost(own_servers(sessions, clock=lambda: NOON)) as host:
        yield host


class Conversation:
    """Says something, lets the tools work, hears the answer."""

    def __init__(self, call: Call, host: ToolHost) -> None:
        self.call = call
        self.host = host

    async def say(self, words: str) -> str:
        answer = await self.call.say(words)
        heard = [answer.text]
        if answer.calls:
            results = [
                await self.host.call(
                    CallTool(
                        call_id="c",
                        caller=self.call.caller,
                        turn_id="t",
                        epoch=1,
                        call=made,
                        idempotency_key=f"{self.call.caller.user_id}:{made.id}",
                    )
                )
                for made in answer.calls
            ]
            heard.append((await self.call.give(results)).text)
        return " ".join(filter(None, heard))


@pytest.fixture
async def talk(host: ToolHost, sessions: Sessions) -> Conversation:
    ada = await add_user(sessions, "Ada", time_zone="Europe/Berlin")
    await add_team(sessions, "development", {ada: "owner"})
    who = await caller(sessions, ada)
    return Conversation(Call(tools=host.specs(), caller=who), host)


async def test_the_spoken_examples(talk: Conversation) -> None:
    said = await talk.say("Create a high priority todo to review the quarterly report")
    assert said == "I've added a high priority todo: Review the quarterly report."
    said = await talk.say("Show me all my pending todos")
    assert said == "You have 1 open todo: Review the quarterly report, high priority."
    said = await talk.say("Add a reminder to call the dentist tomorrow at 2 PM")
    assert said == "I'll remind you tomorrow at 2 PM: Call the dentist."
    await talk.say("Add a todo called grocery shopping")
    said = await talk.say("Mark the grocery shopping todo as completed")
    assert said == "I've marked it as completed: Grocery shopping."
    assert "nothing" not in (said := await talk.say("undo that")).lower()
    assert "Grocery shopping" in said
    assert "Grocery shopping" in await talk.say("what's on my list?")


async def test_a_todo_for_a_team_that_was_misheard(talk: Conversation) -> None:
    assert await talk.say("Create a high priority todo for the deaf team") == (
        "What is the todo for the development team?"
    )
    said = await talk.say("fix the login page by Friday")
    assert "development: Fix the login page, due on Friday" in said


async def test_reminders_are_moved_and_deleted(talk: Conversation) -> None:
    await talk.say("remind me on Friday at ten to call the dentist")
    said = await talk.say("move the dentist reminder to Friday at 4 PM")
    assert "on Friday at 4 PM" in said
    assert "1 upcoming reminder" in await talk.say("what reminders do I have")
    assert "no upcoming reminders" in await talk.say("do I have any reminders for tomorrow")
    assert await talk.say("delete the dentist reminder") == (
        'Shall I delete the reminder "dentist"?'
    )
    assert "I've deleted the reminder: Call the dentist" in await talk.say("yes")


async def test_two_todos_alike_are_told_apart(talk: Conversation) -> None:
    await talk.say("add a todo to read the annual report")
    await talk.say("add a todo to write the annual report")
    assert "Which one?" in await talk.say("mark the annual report as done")
    said = await talk.say("read the annual report")
    assert said == "I've marked it as completed: Read the annual report."


async def test_todos_are_changed_and_listed_by_date(talk: Conversation) -> None:
    await talk.say("add a todo to pay the rent")
    assert "Pay the rent" in await talk.say("change the priority of pay the rent to urgent")
    assert "due tomorrow" in await talk.say("move the pay the rent todo to tomorrow")
    assert "Pay the rent" in await talk.say("what's due tomorrow")
    assert "no open todos" in await talk.say("what should I do today")
    assert "Pay the rent" in await talk.say("show my urgent todos")


async def test_a_calendar_is_kept_by_voice(talk: Conversation) -> None:
    assert await talk.say("Schedule a meeting for next Friday from 2 to 3 PM") == (
        "I've put it into your calendar: Meeting, on Friday, November 27 from 2 to 3 PM."
    )
    assert await talk.say("I have a dentist appointment tomorrow at 10") == (
        "I've put it into your calendar: Dentist appointment, tomorrow from 10 to 11 AM."
    )
    assert await talk.say("What's on my calendar tomorrow?") == (
        "You have 1 event tomorrow: Dentist appointment, from 10 to 11 AM."
    )
    assert await talk.say("Move my dentist appointment to Thursday at 4") == (
        "I've changed the event: Dentist appointment, tomorrow from 4 to 5 PM."
    )
    assert await talk.say("When am I free tomorrow afternoon?") == (
        "You're free tomorrow from noon to 4 PM; and from 5 to 6 PM."
    )
    assert (await talk.say("am I free tomorrow at 4")).startswith(
        "You're not free tomorrow from 4 to 5 PM. There is Dentist appointment"
    )
    assert await talk.say("what's on my calendar next week") == (
        "You have 1 event from Monday to Sunday, November 29: Meeting, on Friday, November 27"
        " from 2 to 3 PM."
    )
    await talk.say("cancel the dentist")
    assert await talk.say("yes") == (
        "I've cancelled it: Dentist appointment, tomorrow from 4 to 5 PM."
    )
    assert await talk.say("undo that") == (
        "I've taken that back: the event 'Dentist appointment' is there again."
    )
    assert "No Google account is connected" in await talk.say("sync my google calendar")


async def test_two_events_of_one_name_are_told_apart(talk: Conversation) -> None:
    await talk.say("schedule a stand-up tomorrow at 9")
    await talk.say("schedule a stand-up on Friday at 9")
    await talk.say("cancel the stand-up")
    assert "Which one?" in await talk.say("yes")
    assert await talk.say("the one on Friday") == (
        "I've cancelled it: Stand-up, on Friday from 9 to 10 AM."
    )


async def test_the_spoken_examples_of_teams(talk: Conversation, sessions: Sessions) -> None:
    john = await add_user(sessions, "John")
    async with transaction(sessions) as session:
        address = (await session.scalars(select(User.email).where(User.id == john))).one()
    spoken = address.replace("@", " at ").replace(".", " dot ")
    assert await talk.say("Create a hackathon team") == (
        "I've created the team hackathon. You are its owner."
    )
    assert await talk.say("What teams are available?") == (
        "You are in 2 teams: development, as an owner; and hackathon, as an owner."
    )
    assert await talk.say(f"Add {spoken} to the dev team") == (
        "I've added John to development as a member."
    )
    assert await talk.say("Who are the members of the development team?") == (
        "development has 2 members: Ada, owner; and John, member."
    )
    assert await talk.say("Assign a code review task to Jon in the dev team") == (
        "I've added a todo for development: Code review."
    )
    assert await talk.say(f"Change {address} to admin role in the deaf team") == (
        "John is now an admin of development."
    )
    assert await talk.say("undo that") == "I've taken that back: John is a member again."
    misheard = address.replace("example", "exemple")
    said = await talk.say(f"Add {misheard} to hackathon as owner")
    assert said.endswith(f'Did you mean "{address}"?')
    assert await talk.say("yes") == "I've added John to hackathon as an owner."
    assert "Do you really want to leave" in await talk.say("leave the hackathon team")
    assert await talk.say("yes") == "You have left hackathon."
    assert "without an owner" in await talk.say("make me a viewer in the development team")
