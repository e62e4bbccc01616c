"""Tools that tell where the calendar is kept: with us, and in no Google account."""

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import BaseModel

from convonet.db.calendar import event_candidates
from convonet.tools.annotations import READS
from convonet.tools.desk import Answer, Desk, ToolContext, ToolServer, Work
from convonet.tools.spoken import count

_NOT_CONNECTED = "No Google account is connected"
_LOCAL = "Your calendar is kept in Convonet and works without one."


class GoogleConnection(BaseModel):
    """Whether a Google account is connected, and how many events came from or went to it."""

    google_connected: bool
    synced: int


class Visibility(BaseModel):
    """Who sees the caller's calendar, and what there is to see."""

    visible_to: str
    google_connected: bool
    upcoming: int


def add_account(server: ToolServer, desk: Desk) -> None:
    """Add the tools to the server."""

    @server.tool(annotations=READS)
    async def check_calendar_visibility(ctx: ToolContext) -> Annotated[CallToolResult, Visibility]:
        """Tell who can see the caller's calendar, and whether it is in Google Calendar too."""

        async def do(work: Work) -> Answer:
            events = await event_candidates(work.session, work.user_id, work.now, upcoming=True)
            number = count(len(events), "upcoming event")
            data = Visibility(visible_to="owner", google_connected=False, upcoming=len(events))
            return Answer(
                text=f"Your calendar has {number}, and only you can see it. {_NOT_CONNECTED}.",
                summary="Only you",
                data=data.model_dump(mode="json"),
            )

        return await desk.read(ctx, do)

    @server.tool(annotations=READS)
    async def test_google_calendar(ctx: ToolContext) -> Annotated[CallToolResult, GoogleConnection]:
        """Tell whether the caller's Google Calendar is connected."""
        return await desk.read(ctx, lambda _: _not_connected(f"{_NOT_CONNECTED}. {_LOCAL}"))

    @server.tool(annotations=READS)
    async def sync_google_calendar_events(
        ctx: ToolContext,
    ) -> Annotated[CallToolResult, GoogleConnection]:
        """Bring the calendar and the caller's Google Calendar into line, where one is connected."""
        text = f"{_NOT_CONNECTED}, so there is nothing to sync. {_LOCAL}"
        return await desk.read(ctx, lambda _: _not_connected(text))


async def _not_connected(text: str) -> Answer:
    data = GoogleConnection(google_connected=False, synced=0)
    return Answer(text=text, summary=_NOT_CONNECTED, data=data.model_dump(mode="json"))
