"""Read replies of Redis' stream commands, in types."""

from typing import cast

Rows = list[tuple[bytes, dict[bytes, bytes]]]
"""Entries of a stream: id, then fields."""


def rows_of(reply: object, key: str) -> Rows:
    """Return one stream's entries from an XREAD reply; empty when it has none."""
    for name, rows in cast("list[tuple[bytes, Rows]]", reply or []):
        if name == key.encode():
            return rows
    return []
