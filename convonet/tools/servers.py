"""Our own MCP servers, by name."""

from collections.abc import Callable, Mapping
from typing import Final

from convonet.tools.calendar import calendar_server
from convonet.tools.changes import changes_server
from convonet.tools.desk import Desk, ToolServer
from convonet.tools.reminders import reminders_server
from convonet.tools.teams import teams_server
from convonet.tools.todos import todos_server

SERVERS: Final[Mapping[str, Callable[[Desk], ToolServer]]] = {
    "todos": todos_server,
    "reminders": reminders_server,
    "calendar": calendar_server,
    "teams": teams_server,
    "changes": changes_server,
}
