"""A Redis that comes back without its last moments."""

import json

from convonet.contracts.voice import Notice
from convonet.redis import keys
from convonet.redis.client import Redis
from convonet.redis.media import MediaStore
from tests.redis.edge import EdgeStreams


async def test_a_media_session_makes_up_for_what_redis_has_lost(
    streams: EdgeStreams, redis: Redis, call_id: str
) -> None:
    store = MediaStore(redis, call_id)
    await store.take(0, 1)
    await store.advance({"epoch": 1, "turn_count": 1}, [(Notice(text="a"), b"")])
    snapshot = [await redis.dump(key) for key in _keys(call_id)]
    await store.advance({"epoch": 2}, [(Notice(text="b"), b"")])
    await store.advance({"turn_count": 2}, [(Notice(text="c"), b"")])
    for key, value in zip(_keys(call_id), snapshot, strict=True):
        assert value is not None
        await redis.restore(key, 0, value, replace=True)
    await store.advance({"state": "thinking"}, [(Notice(text="d"), b"")])
    await store.advance({}, [(Notice(text="e"), b"")])
    state = await MediaStore(redis, call_id).take(0, 2)
    assert (state["epoch"], state["turn_count"], state["state"]) == ("2", "2", "thinking")
    # A client that has seen the third message is told the fourth and fifth.
    entries = await streams.follow(call_id, 3, 1)
    assert [(entry.seq, json.loads(entry.event)["text"]) for entry in entries] == [
        (4, "d"),
        (5, "e"),
    ]


def _keys(call_id: str) -> list[str]:
    return [keys.session(call_id), keys.outbound(call_id), keys.seq(call_id)]
