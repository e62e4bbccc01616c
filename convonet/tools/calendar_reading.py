"""The tool that tells what is in the calendar."""

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field

from convonet.db.calendar import list_events, period_of
from convonet.tools.annotations import READS, Limit
from convonet.tools.calendar_lookup import find_event
from convonet.tools.calendar_times import span_of
from convonet.tools.calendar_words import ManyEvents, answer_many, speak_span, when
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.spoken import excerpt

From = Annotated[
    str,
    Field(
        description="From when on, ISO 8601, the caller's local time; a date alone is its start."
    ),
]
Before = Annotated[
    str,
    Field(
        description="Up to when; a date alone is its start, so for one day tell the next day here."
    ),
]


def add_reading(server: ToolServer, desk: Desk) -> None:
    """Add the tool to the server."""

    @server.tool(annotations=READS)
    async def get_calendar_events(
        ctx: ToolContext,
        title: Annotated[
            str,
            Field(
                min_length=1,
                max_length=500,
                description="To look up one event: its title as the caller said it, or its id.",
            ),
        ]
        | None = None,
        date_from: From | None = None,
        date_before: Before | None = None,
        limit: Limit = 20,
    ) -> Annotated[CallToolResult, ManyEvents]:
        """List what is in the caller's calendar, the earliest first: the next 30 days unless told.

        With `limit` 1 it tells the next event.
        """

        async def do(work: Work) -> Answer:
            if title:
                return await _one(work, title, date_from)
            span = span_of(work, date_from, date_before)
            events, total = await list_events(work.session, work.user_id, span, limit)
            if date_from or date_before:
                return answer_many(work, events, total, span, speak_span(span, work))
            answer = answer_many(work, events, total, span, "in the next 30 days")
            if limit == 1 and events:
                answer.text = f"Your next event is {events[0].title}, {when(events[0], work)}."
            return answer

        return await desk.read(ctx, do)


async def _one(work: Work, said: str, on: str | None) -> Answer:
    event = await find_event(work, said, on)
    answer = answer_many(work, [event], 1, period_of(event), "then")
    answer.text = f"{event.title} is {when(event, work)}."
    answer.summary = excerpt(event.title)
    return answer
