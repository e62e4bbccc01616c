"""A call's `in` stream as one connection of the caller writes it: everything once, in order."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pydantic import JsonValue, TypeAdapter

from convonet.redis import keys
from convonet.redis.calls import IN_MAXLEN, LIFETIME_S
from convonet.redis.wire import Part

if TYPE_CHECKING:
    from convonet.redis.client import Redis

_CONTROL: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])

_APPEND_AGAIN = """
-- KEYS: in, appended. ARGV: connection, number of the first thing, maxlen, lifetime s, then
-- (entry id or '', field, value, arrived ms) of each. Returns the newest entry's id.
-- What was appended before is passed over: by its number, when by this script, else by its id.
-- What a connection that was given up still brings later has an id that is taken or too old.
local done = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '-1')
local number = tonumber(ARGV[2])
for i = 5, #ARGV, 4 do
  local id = ARGV[i]
  if number > done then
    if id == '' or #redis.call('XRANGE', KEYS[1], id, id) == 0 then
      local fields = {ARGV[i + 1], ARGV[i + 2], 't', ARGV[i + 3]}
      local added = id ~= '' and redis.pcall('XADD', KEYS[1], id, unpack(fields))
      if type(added) ~= 'string' then
        redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', unpack(fields))
      end
    end
    done = number
  end
  number = number + 1
end
redis.call('HSET', KEYS[2], ARGV[1], done)
redis.call('EXPIRE', KEYS[1], ARGV[4], 'NX')
redis.call('EXPIRE', KEYS[2], ARGV[4], 'NX')
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
return newest[1] and newest[1][1] or '0-0'
"""

_KEEP = """
-- KEYS: client, in. ARGV: connection, ttl s, lifetime s.
-- Returns 1, or 0 when another connection has the call.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3], 'NX')
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


class _EntryIds:
    """Ids for a connection's entries: rising, and nobody else's."""

    def __init__(self) -> None:
        self._own = secrets.randbits(32) << 20
        self._ms = 0
        self._count = 0

    def next(self) -> str:
        """Return the next one; as its time, now."""
        now = time.time_ns() // 1_000_000
        if now > self._ms:
            self._ms, self._count = now, 0
        self._count += 1
        return f"{self._ms}-{self._own + self._count}"

    def go_on_behind(self, entry_id: bytes) -> None:
        """Somebody whose clock is ahead of ours has written this one."""
        self._ms, self._count = max(self._ms, int(entry_id.split(b"-")[0]) + 1), 0


class Inlet:
    """One connection's way into one call."""

    def __init__(self, redis: "Redis", call_id: str, connection_id: str) -> None:
        self._redis = redis
        self._call_id = call_id
        self._connection_id = connection_id
        self._ids = _EntryIds()
        self._uncertain: list[str] = []
        """Ids of the things from number `_done` on that were sent, nobody knows how far."""
        self._done = 0
        self._append_again = redis.wire.script(_APPEND_AGAIN)
        self._keep = redis.wire.script(_KEEP)
        self._leave = redis.wire.script(_LEAVE)
        self._raise_seq = redis.wire.script(_RAISE_SEQ)

    async def append(self, first: int, things: Sequence[Said]) -> None:
        """Append things numbered from `first`; what an earlier try has appended is passed over.

        Numbers begin at 0 and rise by one for as long as the connection serves the call, so a
        batch whose reply was lost can be sent again, also with more behind it.
        """
        things = things[max(0, self._done - first) :]
        first = max(first, self._done)
        if things and (self._uncertain or not await self._append_first(first, things)):
            await self._append_rest(first, things)
        self._uncertain = []
        self._done = first + len(things)

    async def _append_first(self, first: int, things: Sequence[Said]) -> bool:
        """Append what was never sent before; False when something of it was refused."""
        key = keys.inbound(self._call_id)
        self._uncertain = [self._ids.next() for _ in things]
        commands: list[tuple[Part, ...]] = []
        for entry_id, thing in zip(self._uncertain, things, strict=True):
            name, value, arrived_ms = thing.fields()
            fields = (name, value, "t", arrived_ms)
            commands.append(("XADD", key, "MAXLEN", "~", IN_MAXLEN, entry_id, *fields))
        if first == 0:
            commands.append(("EXPIRE", key, LIFETIME_S, "NX"))
        replies = await self._redis.wire.ask_all(commands)
        return not any(isinstance(reply, Exception) for reply in replies)

    async def _append_rest(self, first: int, things: Sequence[Said]) -> None:
        ids = iter(self._uncertain)
        flat = [part for thing in things for part in (next(ids, ""), *thing.fields())]
        newest = await self._append_again(
            keys=[keys.inbound(self._call_id), keys.appended(self._call_id)],
            args=[self._connection_id, first, IN_MAXLEN, LIFETIME_S, *flat],
        )
        self._ids.go_on_behind(cast("bytes", newest))

    async def keep(self, ttl_s: int) -> bool:
        """Go on serving the call for `ttl_s`; False when another connection has taken it over."""
        reply = await self._keep(
            keys=[keys.client(self._call_id), keys.inbound(self._call_id)],
            args=[self._connection_id, ttl_s, LIFETIME_S],
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
