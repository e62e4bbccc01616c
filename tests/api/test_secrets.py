"""What must not be found where others may look."""

from convonet.redis import keys
from convonet.redis.client import Redis
from tests.api.client import calling
from tests.api.edge import Edge


async def test_who_reads_redis_cannot_take_over_a_call(edge: Edge, pin: str, redis: Redis) -> None:
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
        kept = await redis.get(keys.meta(call_id))
        assert await redis.keys(f"*{session_id}*") == []
    assert kept
    assert session_id not in str(kept)
