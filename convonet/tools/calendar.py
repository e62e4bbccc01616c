"""The MCP server `calendar`."""

from datetime import timedelta
from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field, StringConstraints

from convonet.db.calendar import events_within, lock_calendar, period_of
from convonet.db.models import CalendarEvent
from convonet.db.undo import Undo, snapshot
from convonet.tools.annotations import CHANGES, DESTROYS
from convonet.tools.calendar_account import add_account
from convonet.tools.calendar_free import add_finding_time
from convonet.tools.calendar_lookup import conflicts_of, find_event
from convonet.tools.calendar_reading import add_reading
from convonet.tools.calendar_times import moved, period_for, shifted
from convonet.tools.calendar_words import OneEvent, answer_one, when
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    Field(description="What it is, short: 'Meeting with Anna'."),
]
Description = Annotated[str, Field(max_length=5_000)]
Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60, description="How long it is, in minutes.")]
Which = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        description="Which event: its title as the caller said it (need not be exact), or its id.",
    ),
]
WhichTime = Annotated[
    str,
    Field(
        description="When the event is now, if the caller said: a date, a time, or both (ISO 8601)."
    ),
]


def calendar_server(desk: Desk) -> ToolServer:
    """Return the server; every call goes through `desk`."""
    server = ToolServer("calendar", instructions="The calendar of the signed-in caller.")
    add_reading(server, desk)
    add_finding_time(server, desk)
    _add_creating(server, desk)
    _add_updating(server, desk)
    _add_deleting(server, desk)
    add_account(server, desk)
    return server


def _add_creating(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def create_calendar_event(
        ctx: ToolContext,
        *,
        title: Title,
        event_from: Annotated[
            str,
            Field(
                description="When it begins, ISO 8601, the caller's local time: 2026-03-14T15:00;"
                " a date alone is the whole day."
            ),
        ],
        event_to: Annotated[
            str, Field(description="When it ends, likewise; an hour later unless told.")
        ]
        | None = None,
        duration_minutes: Minutes | None = None,
        description: Description | None = None,
    ) -> Annotated[CallToolResult, OneEvent]:
        """Put an event into the caller's calendar. Ask for the time if they named none.

        It is made also when there is something else at that time; the answer tells what.
        """

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            period = period_for(work, event_from, event_to, _length(duration_minutes))
            await lock_calendar(work.session, work.user_id)
            event = CalendarEvent(
                user_id=work.user_id,
                title=title,
                description=description,
                event_from=period.start,
                event_to=period.end,
            )
            work.session.add(event)
            await work.session.flush()
            text = f"I've put it into your calendar: {title}, {when(event, work)}."
            answer = answer_one(work, event, text, "Event", await _conflicts(work, event))
            return answer, Undo.created(event)

        return await desk.change(ctx, do)


def _add_updating(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=CHANGES)
    async def update_calendar_event(  # noqa: PLR0913
        ctx: ToolContext,
        *,
        title: Which,
        when: WhichTime | None = None,
        new_title: Title | None = None,
        event_from: Annotated[
            str,
            Field(
                description="When it is to begin. A date alone keeps its time of day, a time alone"
                " (15:00) its day; it stays as long as it is unless told otherwise."
            ),
        ]
        | None = None,
        event_to: Annotated[str, Field(description="When it is to end.")] | None = None,
        duration_minutes: Minutes | None = None,
        shift_minutes: Annotated[
            int,
            Field(
                ge=-30 * 24 * 60,
                le=30 * 24 * 60,
                description="Instead of event_from: by how much it is to be later.",
            ),
        ]
        | None = None,
        description: Description | None = None,
    ) -> Annotated[CallToolResult, OneEvent]:
        """Move or change an event. Only what is given is changed."""

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            await lock_calendar(work.session, work.user_id)
            event = await find_event(work, title, when)
            before = snapshot(event)
            old = period_of(event)
            if shift_minutes:
                period = shifted(work, event, timedelta(minutes=shift_minutes))
            else:
                period = moved(work, event, event_from, event_to, _length(duration_minutes))
            event.event_from, event.event_to = period.start, period.end
            event.title = new_title or event.title
            if description is not None:
                event.description = description
            await work.session.flush()
            undo = Undo.changed(event, before)
            conflicts = await _conflicts(work, event) if period != old else []
            return answer_one(work, event, _changed(event, undo, work), "Changed", conflicts), undo

        return await desk.change(ctx, do)


def _add_deleting(server: ToolServer, desk: Desk) -> None:
    @server.tool(annotations=DESTROYS)
    async def delete_calendar_event(
        ctx: ToolContext, title: Which | None = None, when: WhichTime | None = None
    ) -> Annotated[CallToolResult, OneEvent]:
        """Cancel an event: take it out of the calendar. `when` alone will do if only one is then.

        Nobody else is told of it.
        """

        async def do(work: Work) -> tuple[Answer, Undo | None]:
            event = await find_event(work, title, when)
            undo = Undo.deleted(event)
            text = f"I've cancelled it: {_told(event, work)}."
            answer = answer_one(work, event, text, "Cancelled")
            await work.session.delete(event)
            await work.session.flush()
            return answer, undo

        return await desk.change(ctx, do)


async def _conflicts(work: Work, event: CalendarEvent) -> list[CalendarEvent]:
    near = await events_within(work.session, work.user_id, period_of(event))
    return conflicts_of(near, event)


def _changed(event: CalendarEvent, undo: Undo | None, work: Work) -> str:
    did = "I've changed the event" if undo else "It was already like that"
    return f"{did}: {_told(event, work)}."


def _told(event: CalendarEvent, work: Work) -> str:
    return f"{event.title}, {when(event, work)}"


def _length(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)
