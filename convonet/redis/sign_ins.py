"""Which sign-ins hold: the newest refresh token of each, so that an older one gives itself away."""

from typing import TYPE_CHECKING, Final, Literal, cast
from uuid import UUID

from convonet.redis.client import answering

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST: Final = 50
"""Sign-ins one user may have at once; the one unused for longest has to go."""

AGAIN_S: Final = 60
"""For so long the token before the newest may come again: its answer never arrived."""

Rotation = Literal["rotated", "ended", "reused"]
_ROTATIONS: Final[tuple[Rotation, ...]] = ("rotated", "ended", "reused")

_BEGIN = """
-- KEYS: family, families of the user. ARGV: token, lifetime ms, name of the family, most, prefix.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
local many = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if many > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[2], many)
  for i = 1, #gone, 2 do redis.call('DEL', ARGV[5] .. gone[i]) end
end
"""

_ROTATE = """
-- KEYS: family, families of the user, the token before the newest.
-- ARGV: token shown, its successor, lifetime ms, name, ms in which the one before may come again.
-- Returns 0: rotated, 1: the family has ended, 2: the token was used before, which ends the family.
-- What we send again because its answer was lost is known by the successor.
local newest = redis.call('GET', KEYS[1])
if not newest then return 1 end
if newest == ARGV[1] then
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[5])
elseif newest ~= ARGV[2] and redis.call('GET', KEYS[3]) ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[4])
  return 2
end
local t = redis.call('TIME')
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[3], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 0
"""

_END_ALL = """
-- KEYS: families of the user. ARGV: prefix.
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  redis.call('DEL', ARGV[1] .. name)
end
redis.call('DEL', KEYS[1])
"""


class SignIns:
    """The families of refresh tokens; what is not in Redis does not hold.

    Everything raises `Unavailable` when Redis does not answer.
    """

    def __init__(self, redis: "Redis", lifetime_s: int) -> None:
        self._redis = redis
        self._lifetime_ms = lifetime_s * 1000
        self._begin = redis.register_script(_BEGIN)
        self._rotate = redis.register_script(_ROTATE)
        self._end_all = redis.register_script(_END_ALL)

    async def begin(self, user_id: UUID, family: str, token: str) -> None:
        """Begin a family whose newest refresh token has this id."""
        with answering():
            await self._begin(
                keys=[_family(user_id, family), _families(user_id)],
                args=[token, self._lifetime_ms, family, MOST, _family(user_id, "")],
            )

    async def rotate(self, user_id: UUID, family: str, token: str, successor: str) -> Rotation:
        """Put `successor` in the place of `token`; a token that was used before ends the family.

        A page that is loaded again before the answer has come has nothing but the token it has
        sent. It may send it again for `AGAIN_S`; what the lost answer brought is then worth
        nothing, and whoever shows it ends the family too: of two who hold a copy one gives
        themselves away in any case.

        Returns:
            What became of it; only of `rotated` the successor is worth something.
        """
        with answering():
            reply = await self._rotate(
                keys=[_family(user_id, family), _families(user_id), _before(user_id, family)],
                args=[token, successor, self._lifetime_ms, family, AGAIN_S * 1000],
            )
        return _ROTATIONS[cast("int", reply)]

    async def holds(self, user_id: UUID, family: str) -> bool:
        """Tell whether a sign-in has neither ended nor been forgotten."""
        with answering():
            return bool(await self._redis.exists(_family(user_id, family)))

    async def end(self, user_id: UUID, family: str) -> None:
        """End one sign-in."""
        with answering():
            pipe = self._redis.pipeline(transaction=True)
            pipe.delete(_family(user_id, family))
            pipe.zrem(_families(user_id), family)
            await pipe.execute()

    async def end_all(self, user_id: UUID) -> None:
        """End every sign-in of a user."""
        with answering():
            await self._end_all(keys=[_families(user_id)], args=[_family(user_id, "")])


def _families(user_id: UUID) -> str:
    # The braces keep a user's keys on one cluster node.
    return f"sign-ins:{{{user_id}}}"


def _family(user_id: UUID, family: str) -> str:
    return f"sign-in:{{{user_id}}}:{family}"


def _before(user_id: UUID, family: str) -> str:
    return f"sign-in-before:{{{user_id}}}:{family}"
