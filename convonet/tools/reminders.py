"""The MCP server `reminders`."""

from datetime import datetime, time, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from mcp_types import CallToolResult
from pydantic import BaseModel, Field, StringConstraints

from convonet.db.models import Level, Reminder
from convonet.db.reminders import (
    ReminderFilter,
    changeable_reminder,
    list_reminders,
    reminder_candidates,
)
from convonet.db.undo import Undo, snapshot
from convonet.errors import Invalid, NotFound
from convonet.tools.annotations import CHANGES, DESTROYS, READS, Limit
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.matching import as_id, pick
from convonet.tools.spoken import count, enumerated, excerpt
from convonet.tools.times import iso_local, parse_when, speak_moment

MORNING: Final = time(9)
"""When a reminder for a day, at no time in particular, is due."""

_GRACE: Final = timedelta(minutes=1)

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    Field(description="What to be reminded of, short: 'Call the dentist'."),
]
Which = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        description="Which reminder: its text as the caller said it (not necessarily exact) or id.",
    ),
]
When = Annotated[
    str,
    Field(description="ISO 8601, the caller's local time: 2026-03-14T15:00; a bare date is 9 AM."),
]
Importance = Annotated[Level, Field(description="How much it matters.")]


class ReminderView(BaseModel):
    """A reminder, dates in the caller's time zone."""

    id: str
    reminder_text: str
    importance: str
    reminder_date: str


class OneReminder(BaseModel):
    """The reminder a tool has worked on."""

    reminder: ReminderView


class ManyReminders(BaseModel):
    """Some of the reminders there are."""

    total: int
    reminders: list[ReminderView]


def reminders_server(desk: Desk) -> ToolServer:
    """Return the server; every call goes through `desk`."""
    server = ToolServer("reminders", instructions="Reminders of the signed-in caller.")
    _add_reading(server, desk)
    _add_creating(server, desk)
    _add_changing(server, desk)
    _add_snoozing(server, desk)
    return server


def _add_reading(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=READS)
    async def get_reminders(
        ctx: ToolContext,
        status: Annotated[
            Literal["upcoming", "past", "all"], Field(description="Upcoming ones unless asked.")
        ] = "upcoming",
        importance: Importance | None = None,
        date_from: When | None = None,
        date_before: When | None = None,
        limit: Limit = 20,
    ) -> Annotated[CallToolResult, ManyReminders]:
        """List the caller's reminders, the soonest first.

        `date_from` and `date_before` narrow it down to a span of time; a bare date is its start.
        """

        async def do(work: Work) -> Answer:
            wanted = ReminderFilter(
                status=status,
                importance=importance,
                from_=_moment(work, date_from, without_time=time()),
                before=_moment(work, date_before, without_time=time()),
            )
            found, total = await list_reminders(work.session, work.user_id, wanted, work.now, limit)
            return _answer_many(work, found, total, status)

        return await desk.read(ctx, do)


def _add_creating(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def create_reminder(
        ctx: ToolContext,
        reminder_text: Text,
        reminder_date: When,
        importance: Importance = "medium",
    ) -> Annotated[CallToolResult, OneReminder]:
        """Remind the caller of something at a time. Ask for the time if they named none."""

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            reminder = Reminder(
                user_id=work.user_id,
                reminder_text=reminder_text,
                reminder_date=_future(work, reminder_date),
                importance=importance,
            )
            work.session.add(reminder)
            await work.session.flush()
            text = f"I'll remind you {_when(reminder, work)}: {reminder_text}."
            return _answer_one(work, reminder, text, "Reminder"), Undo.created(reminder)

        return await desk.change(ctx, do)


def _add_changing(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def update_reminder(
        ctx: ToolContext,
        reminder_text: Which,
        new_text: Text | None = None,
        reminder_date: When | None = None,
        importance: Importance | None = None,
    ) -> Annotated[CallToolResult, OneReminder]:
        """Change a reminder. Only what is given is changed."""

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            reminder = await _find(work, reminder_text)
            before = snapshot(reminder)
            reminder.reminder_text = new_text or reminder.reminder_text
            reminder.importance = importance or reminder.importance
            if reminder_date:
                reminder.reminder_date = _future(work, reminder_date)
            await work.session.flush()
            undo = Undo.changed(reminder, before)
            did = "I've changed the reminder" if undo else "It was already like that"
            text = f"{did}: {reminder.reminder_text}, {_when(reminder, work)}."
            return _answer_one(work, reminder, text, "Changed"), undo

        return await desk.change(ctx, do)

    @server.tool(annotations=DESTROYS)
    async def delete_reminder(
        ctx: ToolContext, reminder_text: Which
    ) -> Annotated[CallToolResult, OneReminder]:
        """Delete a reminder."""

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            reminder = await _find(work, reminder_text)
            undo = Undo.deleted(reminder)
            text = f"I've deleted the reminder: {reminder.reminder_text}, {_when(reminder, work)}."
            answer = _answer_one(work, reminder, text, "Deleted")
            await work.session.delete(reminder)
            await work.session.flush()
            return answer, undo

        return await desk.change(ctx, do)


def _add_snoozing(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def snooze_reminder(
        ctx: ToolContext,
        reminder_text: Which | None = None,
        minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60, description="How much later.")] = 10,
        until: When | None = None,
    ) -> Annotated[CallToolResult, OneReminder]:
        """Let a reminder come later, or once more: the one named, else the last that was due.

        `until` names the time; otherwise it is so many minutes from now, or from when it is due.
        """

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            reminder = await _find(work, reminder_text) if reminder_text else await _last_due(work)
            before = snapshot(reminder)
            due = max(work.now.replace(microsecond=0), reminder.reminder_date)
            later = due + timedelta(minutes=minutes)
            reminder.reminder_date = _future(work, until) if until else later
            await work.session.flush()
            text = f"I'll remind you {_when(reminder, work)}: {reminder.reminder_text}."
            return _answer_one(work, reminder, text, "Snoozed"), Undo.changed(reminder, before)

        return await desk.change(ctx, do)


async def _last_due(work: Work) -> Reminder:
    past = await reminder_candidates(work.session, work.user_id, work.now, upcoming=False)
    if not past:
        raise NotFound("No reminder has come yet. Which one shall come later?")
    return await changeable_reminder(work.session, work.user_id, past[0].id)


async def _find(work: Work, said: str) -> Reminder:
    reminder_id = as_id(said) or await _id_by_text(work, said)
    return await changeable_reminder(work.session, work.user_id, reminder_id)


async def _id_by_text(work: Work, said: str) -> UUID:
    """Upcoming ones first; a past one only when no upcoming one is meant."""
    upcoming = await reminder_candidates(work.session, work.user_id, work.now, upcoming=True)
    try:
        return pick(said, upcoming, lambda reminder: reminder.reminder_text, "reminder").id
    except NotFound as not_upcoming:
        past = await reminder_candidates(work.session, work.user_id, work.now, upcoming=False)
        try:
            return pick(said, past, lambda reminder: reminder.reminder_text, "reminder").id
        except NotFound:
            raise not_upcoming from None


def _moment(work: Work, text: str | None, without_time: time) -> datetime | None:
    if not text or not text.strip():
        return None
    return parse_when(text, work.zone, without_time=without_time)


def _future(work: Work, text: str) -> datetime:
    when = parse_when(text, work.zone, without_time=MORNING)
    if when < work.now - _GRACE:
        spoken = speak_moment(when, work.now, work.zone)
        raise Invalid(f"That time has already passed: it was {spoken}. Ask when it should be.")
    return when


def _when(reminder: Reminder, work: Work) -> str:
    return speak_moment(reminder.reminder_date, work.now, work.zone)


def _view(reminder: Reminder, work: Work) -> ReminderView:
    return ReminderView(
        id=str(reminder.id),
        reminder_text=reminder.reminder_text,
        importance=reminder.importance,
        reminder_date=iso_local(reminder.reminder_date, work.zone),
    )


def _answer_one(work: Work, reminder: Reminder, text: str, summary: str) -> Answer:
    data = OneReminder(reminder=_view(reminder, work))
    return Answer(
        text=text,
        summary=f"{summary}: {excerpt(reminder.reminder_text)}",
        data=data.model_dump(mode="json"),
    )


def _answer_many(work: Work, found: list[Reminder], total: int, status: str) -> Answer:
    kind = "" if status == "all" else f"{status} "
    data = ManyReminders(total=total, reminders=[_view(reminder, work) for reminder in found])
    if found:
        spoken = [f"{reminder.reminder_text}, {_when(reminder, work)}" for reminder in found]
        text = f"You have {count(total, f'{kind}reminder')}: {enumerated(spoken, total)}."
    else:
        text = f"You have no {kind}reminders."
    return Answer(
        text=text,
        summary=count(total, f"{kind}reminder"),
        data=data.model_dump(mode="json"),
    )
