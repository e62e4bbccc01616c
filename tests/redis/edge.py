"""A call's streams with the edge's part played by a test, one entry at a time."""

import json
from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue
from redis.typing import EncodableT, FieldT

from convonet.redis import keys
from convonet.redis.calls import IN_MAXLEN, LIFETIME_S, CallStreams, OutEntry, out_entries
from convonet.redis.streams import Rows


class EdgeStreams(CallStreams):
    async def append_audio(self, call_id: str, pcm: bytes, arrived_ms: int) -> None:
        """Take caller audio: 16 kHz, mono, 16-bit; `arrived_ms` is Unix time."""
        await self._append(call_id, {"a": pcm, "t": arrived_ms})

    async def append_control(
        self, call_id: str, control: Mapping[str, JsonValue], arrived_ms: int
    ) -> None:
        """Take a control: `text`, `played`, `hangup`, `transfer`, `connected`, `disconnected`."""
        await self._append(call_id, {"c": json.dumps(control), "t": arrived_ms})

    async def _append(self, call_id: str, fields: dict[FieldT, EncodableT]) -> None:
        key = keys.inbound(call_id)
        pipe = self._redis.pipeline(transaction=False)
        pipe.xadd(key, fields, maxlen=IN_MAXLEN)
        pipe.expire(key, LIFETIME_S, nx=True)
        await pipe.execute()

    async def follow(
        self, call_id: str, after_seq: int, block_ms: int, count: int = 50
    ) -> list[OutEntry]:
        """Return the messages after `after_seq`, waiting up to `block_ms` for the first."""
        key = keys.outbound(call_id)
        reply = await self._redis.xread({key: f"{after_seq}-0"}, count=count, block=block_ms)
        streams = cast("list[tuple[bytes, Rows]]", reply or [])
        return [entry for _, rows in streams for entry in out_entries(rows)]
