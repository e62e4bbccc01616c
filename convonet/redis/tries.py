"""How often something may be tried, by whoever and whatever is counted; for all instances."""

import secrets
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from convonet.errors import TooManyTries, Unavailable
from convonet.redis.client import answering

if TYPE_CHECKING:
    from redis.asyncio import Redis

_TAKE = """
-- KEYS: what is counted. ARGV: id of the try, then for each key the number of its limits and for
-- each of these how many in how many ms. Returns 0, or the ms until it may be tried again.
-- Either everything is counted or nothing; what comes again is counted once.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local at, wait, longest = 2, 0, {}
for k = 1, #KEYS do
  local known = redis.call('ZSCORE', KEYS[k], ARGV[1])
  local limits = tonumber(ARGV[at])
  at = at + 1
  longest[k] = 0
  for _ = 1, limits do
    local most, span = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
    at = at + 2
    longest[k] = math.max(longest[k], span)
    local nth = redis.call('ZREVRANGE', KEYS[k], most - 1, most - 1, 'WITHSCORES')
    if #nth > 0 and not known then wait = math.max(wait, nth[2] + span - now) end
  end
end
if wait > 0 then return wait end
for k = 1, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[k], '-inf', now - longest[k])
  redis.call('ZADD', KEYS[k], 'NX', now, ARGV[1])
  redis.call('PEXPIRE', KEYS[k], longest[k])
end
return 0
"""


@dataclass(frozen=True)
class Limit:
    """So many in any stretch of this length."""

    most: int
    window_s: int


class Tries:
    """Tries under names (an address, an account); every answer is one atomic step.

    Everything raises `Unavailable` when Redis does not answer: nobody slips by unseen.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._take = redis.register_script(_TAKE)

    async def take(self, counted: Mapping[str, Sequence[Limit]]) -> str:
        """Count a try under each name before it is made; return its id, to `forgive` it by.

        Raises:
            TooManyTries: there have been as many as a limit allows; nothing was counted.
        """
        try_id = secrets.token_hex(8)
        args: list[str | int] = [try_id]
        for limits in counted.values():
            args.append(len(limits))
            for limit in limits:
                args += [limit.most, limit.window_s * 1000]
        with answering():
            reply = await self._take(keys=[_key(name) for name in counted], args=args)
        if wait_ms := cast("int", reply):
            raise TooManyTries("tried too often; wait a while", -(-wait_ms // 1000))
        return try_id

    @asynccontextmanager
    async def counting_wrong(self, counted: Mapping[str, Sequence[Limit]]) -> AsyncGenerator[None]:
        """Count what is done within as a try, unless it turns out right or nobody could tell.

        Raises:
            TooManyTries: there have been as many as a limit allows; nothing was done or counted.
        """
        try_id = await self.take(counted)
        try:
            yield
        except Unavailable:
            await self.forgive(counted, try_id)
            raise
        await self.forgive(counted, try_id)

    async def forgive(self, names: Iterable[str], try_id: str) -> None:
        """Take back the count of a try that was right; earlier ones still count."""
        with answering():
            pipe = self._redis.pipeline(transaction=False)
            for name in names:
                pipe.zrem(_key(name), try_id)
            await pipe.execute()


def _key(name: str) -> str:
    # The braces keep all keys of a try on one cluster node.
    return f"tries:{{all}}:{name}"
