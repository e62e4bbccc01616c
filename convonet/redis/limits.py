"""How often one address may try: wrong PINs and open connections, counted for all instances."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from redis.asyncio import Redis

WINDOW_S, WRONG_PER_WINDOW = 600, 15
"""Wrong PINs one address may send in any ten minutes ..."""

DAY_S, WRONG_PER_DAY = 86_400, 50
"""... and in any 24 hours."""

CONNECTIONS_PER_ADDRESS = 50
CONNECTION_LEASE_S = 15
"""A connection that nobody has vouched for in this time no longer counts."""

RUSH_PER_MINUTE = 60
"""Wrong PINs a minute, from everywhere, above which every sign-in has to wait its turn."""

RUSH_STEP_MS = 250
RUSH_WAIT_MAX_MS = 5_000
"""A turn every quarter of a second; whoever would wait longer than this is sent away."""

_TAKE = """
-- KEYS: tries of the address, tries of all, next turn.
-- ARGV: id of the try, window s, per window, day s, per day, rush, step ms, longest wait ms.
-- Returns tries left after this one (-1: refused), ms until one more is allowed, ms to wait.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local window, day = ARGV[2] * 1000, ARGV[4] * 1000
local per_window, per_day = tonumber(ARGV[3]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - day)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 60000)

local function retry_in(limit, span)
  local nth = redis.call('ZREVRANGE', KEYS[1], limit - 1, limit - 1, 'WITHSCORES')
  if #nth == 0 then return 0 end
  return math.max(0, nth[2] + span - now)
end
local function left()
  local recent = redis.call('ZCOUNT', KEYS[1], '(' .. (now - window), '+inf')
  return math.min(per_window - recent, per_day - redis.call('ZCARD', KEYS[1]))
end
local function wait_for_next()
  return math.max(retry_in(per_window, window), retry_in(per_day, day))
end

if ARGV[1] == '' then return {left(), wait_for_next(), 0} end
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  if left() <= 0 then return {-1, wait_for_next(), 0} end
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], day)
  redis.call('ZADD', KEYS[2], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[2], 60000)
end
local pause = 0
if redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[6]) then
  local turn = math.max(now, tonumber(redis.call('GET', KEYS[3]) or '0')) + ARGV[7]
  pause = turn - now
  if pause > tonumber(ARGV[8]) then
    redis.call('ZREM', KEYS[1], ARGV[1])
    return {-1, pause, 0}
  end
  redis.call('SET', KEYS[3], turn, 'PX', 60000)
end
return {left(), wait_for_next(), pause}
"""

_JOIN = """
-- KEYS: connections of the address. ARGV: connection, lease ms, most. Returns 1, or 0 when full.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not known and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""


@dataclass(frozen=True)
class Attempt:
    """What became of asking to try a PIN."""

    id: str
    allowed: bool
    left: int
    """Wrong PINs this address may still send after this one."""
    retry_after_s: int
    """Seconds until this address may try again, once nothing is left."""
    pause_s: float = 0.0
    """To be waited before this try is answered, right or wrong."""


class SignInLimits:
    """Wrong PINs per address and over time; every answer is one atomic step."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._take = redis.register_script(_TAKE)

    async def take(self, address: str) -> Attempt:
        """Count a try before it is made, as wrong until `forgive`; many at once cannot slip by."""
        return await self._ask(address, secrets.token_hex(8))

    async def look(self, address: str) -> Attempt:
        """Return what is left to an address, counting nothing."""
        return await self._ask(address, "")

    async def forgive(self, address: str, attempt: Attempt) -> None:
        """Take back the count of a try that was right; earlier wrong ones still count."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.zrem(_tries(address), attempt.id)
        pipe.zrem(_ALL_TRIES, attempt.id)
        await pipe.execute()

    async def _ask(self, address: str, attempt_id: str) -> Attempt:
        reply = await self._take(
            keys=[_tries(address), _ALL_TRIES, _NEXT_TURN],
            args=[
                attempt_id,
                WINDOW_S,
                WRONG_PER_WINDOW,
                DAY_S,
                WRONG_PER_DAY,
                RUSH_PER_MINUTE,
                RUSH_STEP_MS,
                RUSH_WAIT_MAX_MS,
            ],
        )
        left, retry_ms, pause_ms = (int(part) for part in cast("list[int]", reply))
        return Attempt(
            id=attempt_id,
            allowed=left >= 0 if attempt_id else left > 0,
            left=max(0, left),
            retry_after_s=-(-retry_ms // 1000),
            pause_s=pause_ms / 1000,
        )


class ConnectionLimits:
    """Open connections per address."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._join = redis.register_script(_JOIN)

    async def join(self, address: str, connection_id: str) -> bool:
        """Count a connection, or prolong its lease; False when the address has too many."""
        reply = await self._join(
            keys=[_connections(address)],
            args=[connection_id, CONNECTION_LEASE_S * 1000, CONNECTIONS_PER_ADDRESS],
        )
        return bool(reply)

    async def leave(self, address: str, connection_id: str) -> None:
        """Stop counting a connection."""
        await self._redis.zrem(_connections(address), connection_id)


_ALL_TRIES = "pin:{all}:tries"
_NEXT_TURN = "pin:{all}:turn"


def _tries(address: str) -> str:
    # The braces keep all keys of the script on one cluster node.
    return f"pin:{{all}}:tries:{address}"


def _connections(address: str) -> str:
    return f"connections:{address}"
