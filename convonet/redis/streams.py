"""Read replies of Redis' stream commands, in types."""

from typing import cast

Rows = list[tuple[bytes, dict[bytes, bytes]]]
"""Entries of a stream: id, then fields."""


def rows_by_key(reply: object) -> dict[str, Rows]:
    """Return all streams' entries from an XREAD reply as it comes over the wire."""
    streams = cast("list[tuple[bytes, list[tuple[bytes, list[bytes]]]]]", reply or [])
    return {
        name.decode(): [(entry_id, _fields(flat)) for entry_id, flat in rows]
        for name, rows in streams
    }


def _fields(flat: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
