"""How `convonet deploy status` looks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.table import Table

from temporal.build import BUILD
from temporal.deployments import Build


def build_table(builds: Sequence[Build]) -> Table:
    """Return a table of builds: which is current, and how many calls each still has."""
    table = Table("Build", "State", "Calls", "Since", "", box=None, header_style="bold")
    for one in builds:
        since = datetime.fromtimestamp(one.created_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
        here = "this code" if one.build_id == BUILD else ""
        table.add_row(one.build_id, one.state, str(len(one.calls)), since, here)
    return table
