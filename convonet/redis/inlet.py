"""A call's `in` stream as one connection of the caller writes it: everything once, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pydantic import JsonValue, TypeAdapter

from convonet.redis import keys
from convonet.redis.calls import IN_MAXLEN, LIFETIME_S

if TYPE_CHECKING:
    from redis.asyncio import Redis

_CONTROL: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])

_APPEND = """
-- KEYS: in, appended. ARGV: connection, number of the first thing, maxlen, lifetime s, then
-- (field, value, arrived ms) of each. What was appended before is passed over.
local done = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '-1')
local number = tonumber(ARGV[2])
for i = 5, #ARGV, 3 do
  if number > done then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', ARGV[i], ARGV[i + 1], 't', ARGV[i + 2])
    done = number
  end
  number = number + 1
end
redis.call('HSET', KEYS[2], ARGV[1], done)
redis.call('EXPIRE', KEYS[1], ARGV[4], 'NX')
redis.call('EXPIRE', KEYS[2], ARGV[4], 'NX')
return done
"""

_KEEP = """
-- KEYS: client. ARGV: connection, ttl s. Returns 1, or 0 when another connection has the call.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""

_LEAVE = """
-- KEYS: client, in. ARGV: connection, maxlen, control, now ms, lifetime s.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'c', ARGV[3], 't', ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[5], 'NX')
return 1
"""

_RAISE_SEQ = """
-- KEYS: seq. ARGV: seq a client has seen, how much further it may be, lifetime s.
-- Returns the newest seq.
local newest = tonumber(redis.call('GET', KEYS[1]) or '0')
local seen = tonumber(ARGV[1])
if seen <= newest or seen > newest + tonumber(ARGV[2]) then return newest end
redis.call('SET', KEYS[1], seen, 'EX', ARGV[3])
return seen
"""

_SEQ_LOST_AT_MOST = 1_000


@dataclass(frozen=True)
class Said:
    """Something from the caller: audio (16 kHz, mono, 16-bit), or a control."""

    arrived_ms: int
    """Unix ms, at the edge."""
    audio: bytes = b""
    control: Mapping[str, JsonValue] | None = None

    def fields(self) -> tuple[str, bytes, int]:
        """Return field name, value and arrival for the stream."""
        if self.control is not None:
            return "c", _CONTROL.dump_json(dict(self.control)), self.arrived_ms
        return "a", self.audio, self.arrived_ms


class Inlet:
    """One connection's way into one call."""

    def __init__(self, redis: "Redis", call_id: str, connection_id: str) -> None:
        self._redis = redis
        self._call_id = call_id
        self._connection_id = connection_id
        self._append = redis.register_script(_APPEND)
        self._keep = redis.register_script(_KEEP)
        self._leave = redis.register_script(_LEAVE)
        self._raise_seq = redis.register_script(_RAISE_SEQ)

    async def append(self, first: int, things: Sequence[Said]) -> None:
        """Append things numbered from `first`; what an earlier try has appended is passed over.

        Numbers begin at 0 and rise by one for as long as the connection serves the call, so a
        batch whose reply was lost can be sent again, also with more behind it.
        """
        flat = [part for thing in things for part in thing.fields()]
        await self._append(
            keys=[keys.inbound(self._call_id), keys.appended(self._call_id)],
            args=[self._connection_id, first, IN_MAXLEN, LIFETIME_S, *flat],
        )

    async def keep(self, ttl_s: int) -> bool:
        """Go on serving the call for `ttl_s`; False when another connection has taken it over."""
        reply = await self._keep(
            keys=[keys.client(self._call_id)], args=[self._connection_id, ttl_s]
        )
        return bool(reply)

    async def leave(self, now_ms: int) -> bool:
        """Say `disconnected`, unless another connection has taken the call over."""
        reply = await self._leave(
            keys=[keys.client(self._call_id), keys.inbound(self._call_id)],
            args=[self._connection_id, IN_MAXLEN, '{"type":"disconnected"}', now_ms, LIFETIME_S],
        )
        return bool(reply)

    async def raise_seq(self, seen: int) -> int:
        """Return the call's newest `seq`, first raised to what the client has seen.

        A Redis that lost its last moments would otherwise number messages a second time, and the
        client would take them for old ones.
        """
        reply = await self._raise_seq(
            keys=[keys.seq(self._call_id)], args=[seen, _SEQ_LOST_AT_MOST, LIFETIME_S]
        )
        return int(cast("int", reply))

    async def save_head(self, head: bytes) -> None:
        """Keep the head of the caller's audio container, for whoever decodes its middle."""
        await self._redis.set(keys.webm(self._call_id), head, ex=LIFETIME_S)

    async def head(self) -> bytes:
        """Return the head kept by any connection; empty when the audio has none."""
        raw = cast("bytes | None", await self._redis.get(keys.webm(self._call_id)))
        return raw or b""
