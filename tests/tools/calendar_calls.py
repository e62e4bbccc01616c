"""Calls of the calendar's tools, as tests make them."""

from typing import cast

from convonet.contracts.assistant import ToolResult
from tests.tools.calls import Client, data


def event(result: ToolResult) -> dict[str, object]:
    return cast("dict[str, object]", data(result)["event"])


async def add(ada: Client, title: str, start: str, end: str | None = None) -> str:
    return await ada.says("create_calendar_event", title=title, event_from=start, event_to=end)
