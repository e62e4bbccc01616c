"""Calls under way and how many fit, counted for all instances: whether there is room for one more.

A call counts while somebody vouches for it: first the edge that let it in, then the voice worker
that carries it. Whatever dies stops vouching, and its calls stop counting.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

from convonet.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

BEGINNING_S: Final = 30
"""A call counts for this long after it was let in, until a voice worker has taken it over."""

CALL_LEASE_S: Final = 15
"""And for this long after its voice worker has vouched for it: ample to move to another one."""

WORKER_LEASE_S: Final = 5
"""A voice worker that has said nothing for this long carries nothing new."""

_NOW = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
"""

_CAPACITY = """
-- What all live workers carry: of those on one machine no more than the machine does. While none
-- is there, what they carried last; -1 when nobody has ever said.
local function capacity(workers, says, last)
  local live = redis.call('ZRANGEBYSCORE', workers, '(' .. now, '+inf')
  local carried, most = {}, {}
  for _, worker in ipairs(live) do
    local machine, whole, own =
      string.match(redis.call('HGET', says, worker) or '', '^(%S+) (%d+) (%d+)$')
    if machine then
      carried[machine] = (carried[machine] or 0) + tonumber(own)
      most[machine] = math.max(most[machine] or 0, tonumber(whole))
    end
  end
  if #live == 0 then return tonumber(redis.call('GET', last) or '-1'), 0 end
  local total = 0
  for machine, calls in pairs(carried) do total = total + math.min(calls, most[machine]) end
  return total, #live
end
"""

_ASK = (
    _NOW
    + _CAPACITY
    + """
-- KEYS: calls, workers, what they say, what they said last, refused, calls of the user, the user's
-- starts. ARGV: call, lease ms, most calls ('' for what the workers carry), of a user, starts a
-- minute. Returns the verdict, and for too many starts the ms until there may be one more.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return {'admitted', 0} end

for _, call in ipairs(redis.call('SMEMBERS', KEYS[6])) do
  if not redis.call('ZSCORE', KEYS[1], call) then redis.call('SREM', KEYS[6], call) end
end
if redis.call('SCARD', KEYS[6]) >= tonumber(ARGV[4]) then return {'user_busy', 0} end
redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', now - 60000)
local starts = redis.call('ZCARD', KEYS[7]) - tonumber(ARGV[5])
if starts >= 0 then
  local began = redis.call('ZRANGE', KEYS[7], starts, starts, 'WITHSCORES')[2]
  return {'user_hasty', began + 60000 - now}
end

local most = tonumber(ARGV[3]) or capacity(KEYS[2], KEYS[3], KEYS[4])
if most >= 0 and redis.call('ZCARD', KEYS[1]) >= most then
  redis.call('INCR', KEYS[5])
  return {'full', 0}
end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('SADD', KEYS[6], ARGV[1])
redis.call('EXPIRE', KEYS[6], 86400)
redis.call('ZADD', KEYS[7], now, ARGV[1])
redis.call('EXPIRE', KEYS[7], 60)
return {'admitted', 0}
"""
)

_REPORT = (
    _NOW
    + _CAPACITY
    + """
-- KEYS: calls, workers, what they say, what they said last. ARGV: worker, its lease ms, what it
-- says ('' when it ends), lease of its calls ms, how many have ended, those, and those it carries.
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
  redis.call('ZREM', KEYS[2], dead)
  redis.call('HDEL', KEYS[3], dead)
end
local ended = tonumber(ARGV[5])
for i = 6, 5 + ended do redis.call('ZREM', KEYS[1], ARGV[i]) end
for i = 6 + ended, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[i]) end
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
  return
end
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
local total = capacity(KEYS[2], KEYS[3], KEYS[4])
redis.call('SET', KEYS[4], total, 'EX', 86400)
"""
)

_LOOK = (
    _NOW
    + _CAPACITY
    + """
-- KEYS: calls, workers, what they say, what they said last, refused.
local total, live = capacity(KEYS[2], KEYS[3], KEYS[4])
local calls = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
return {calls, total, live, tonumber(redis.call('GET', KEYS[5]) or '0')}
"""
)


class Verdict(StrEnum):
    """Whether a call may begin."""

    ADMITTED = "admitted"
    FULL = "full"
    """There are as many calls as can be carried well."""
    USER_BUSY = "user_busy"
    """This user has as many calls as anybody may have at once."""
    USER_HASTY = "user_hasty"
    """This user has begun as many calls in the last minute as anybody may."""


@dataclass(frozen=True)
class Limits:
    """How many calls there may be."""

    calls: int | None
    """Of everybody at once; None for as many as the voice workers say they carry."""
    user_calls: int
    """Of one user at once."""
    user_starts: int
    """Begun by one user in any minute."""


def limits(settings: Settings) -> Limits:
    """Return the limits an operator has set."""
    return Limits(
        settings.convonet_max_calls, settings.convonet_user_calls, settings.convonet_user_starts
    )


@dataclass(frozen=True)
class Answer:
    """What became of asking for a call."""

    verdict: Verdict
    retry_after_s: int = 0
    """For `USER_HASTY`: when there may be one more."""


@dataclass(frozen=True)
class Carries:
    """How many calls a voice worker says it can carry."""

    machine: str
    """The same for workers that share its cores."""
    whole: int
    """That many calls the machine carries, whoever takes them."""
    own: int
    """That many this worker would have now."""


@dataclass(frozen=True)
class Load:
    """How busy everything is."""

    calls: int
    """Under way."""
    capacity: int | None
    """That many fit; None while no voice worker has ever said."""
    voice_workers: int
    """Those that say what they carry."""
    refused: int
    """Calls refused because everything was full, since counting began."""

    @property
    def in_words(self) -> str:
        """How busy, for people."""
        most = "nobody has said how many fit" if self.capacity is None else f"{self.capacity} fit"
        return f"{self.calls} calls under way, {most}, {self.refused} refused so far"


class Admission:
    """The count of calls; every answer is one atomic step."""

    def __init__(self, redis: "Redis", limits: Limits) -> None:
        self._redis = redis
        self._limits = limits
        self._ask = redis.register_script(_ASK)
        self._look = redis.register_script(_LOOK)

    async def ask(self, call_id: str, user_id: str) -> Answer:
        """Count a call that is about to begin, or say why it may not.

        Asking again for a call that was admitted is harmless.
        """
        most = self._limits.calls
        reply = await self._ask(
            keys=[*_ALL, _REFUSED, _calls_of(user_id), _starts_of(user_id)],
            args=[
                call_id,
                BEGINNING_S * 1000,
                "" if most is None else most,
                self._limits.user_calls,
                self._limits.user_starts,
            ],
        )
        verdict, retry_ms = cast("tuple[bytes, int]", tuple(reply))
        return Answer(Verdict(verdict.decode()), -(-int(retry_ms) // 1000))

    async def take_back(self, call_id: str) -> None:
        """Stop counting a call that has not begun after all."""
        await self._redis.zrem(_CALLS, call_id)

    async def load(self) -> Load:
        """Return how many calls there are, and how many fit."""
        reply = await self._look(keys=[*_ALL, _REFUSED])
        calls, carried, workers, refused = (int(part) for part in cast("list[int]", reply))
        measured = None if carried < 0 else carried
        most = measured if self._limits.calls is None else self._limits.calls
        return Load(calls, most, workers, refused)


class Reports:
    """What one voice worker says of itself; to be repeated well within its lease."""

    def __init__(self, redis: "Redis", worker: str, lease_s: float = WORKER_LEASE_S) -> None:
        self._worker = worker
        self._lease_ms = int(lease_s * 1000)
        self._report = redis.register_script(_REPORT)

    async def say(self, carries: Carries, calls: Collection[str], ended: Collection[str]) -> None:
        """Vouch for this worker and its calls, and stop counting those that have ended."""
        says = f"{carries.machine} {carries.whole} {carries.own}"
        await self._send(says, calls, ended)

    async def leave(self, ended: Collection[str]) -> None:
        """Take no more calls; those it still has count until another worker vouches for them."""
        await self._send("", (), ended)

    async def _send(self, says: str, calls: Collection[str], ended: Collection[str]) -> None:
        leases = (self._lease_ms, says, CALL_LEASE_S * 1000)
        await self._report(
            keys=list(_ALL), args=[self._worker, *leases, len(ended), *ended, *calls]
        )


# The braces keep all keys of a script on one cluster node.
_CALLS = "admission:{all}:calls"
_ALL = (
    _CALLS,
    "admission:{all}:workers",
    "admission:{all}:carries",
    "admission:{all}:carried_last",
)
_REFUSED = "admission:{all}:refused"


def _calls_of(user_id: str) -> str:
    return f"admission:{{all}}:calls:{user_id}"


def _starts_of(user_id: str) -> str:
    return f"admission:{{all}}:starts:{user_id}"
