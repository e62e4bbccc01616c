"""A call's streams: `in` from the caller, `say` from the assistant, `out` to the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from convonet.contracts import Contract
from convonet.contracts.caller import Caller
from convonet.contracts.conversation import Channel, EndReason, Providers
from convonet.contracts.speech import Say
from convonet.contracts.voice import CallEnded, ServerMessage
from convonet.redis import keys, scripts
from convonet.redis.streams import Rows

if TYPE_CHECKING:
    from convonet.redis.client import Redis
    from convonet.redis.switchboard import Follower

LIFETIME_S = 86_400
"""A call's keys live a day at the most, so that no crash can leave them for ever."""

AFTERLIFE_S = 600
"""And this long after the call, for a client that comes back to ask."""

IN_MAXLEN = 6_000
OUT_MAXLEN = 600
"""Entries kept: of the caller's audio two minutes and more, should nobody settle it; of ours a
minute of speech. Who is away is sent nothing after two seconds, so that is more than they miss."""

_KEYS = (
    *(keys.meta, keys.inbound, keys.appended, keys.webm, keys.say, keys.say_fence),
    *(keys.outbound, keys.seq, keys.session),
)

Emission = tuple[ServerMessage, bytes]
"""A message to the caller and the binary frame behind it, empty for none."""


class CallMeta(Contract):
    """What is fixed for the whole call."""

    call_id: str
    session_digest: str
    """Of the session it belongs to (`sessions.digest`): its id stays with the client."""
    caller: Caller
    channel: Channel
    workflow_id: str
    workflow_url: str
    providers: Providers
    input_sample_rate: int
    output_sample_rate: int
    started_at: str


@dataclass(frozen=True)
class OutEntry:
    """A message to the caller: JSON without its `seq`, and the binary frame behind it."""

    seq: int
    event: bytes
    audio: bytes = b""


class OutFollower:
    """Somebody who follows the messages of one call to its caller."""

    def __init__(self, follower: "Follower", key: str) -> None:
        self._follower = follower
        self._key = key

    async def next(self, within_s: float) -> list[OutEntry]:
        """Return the next messages, waiting for them; none when there are none in time.

        Raises:
            RedisError: Redis is away; nothing is missed by asking again.
        """
        return out_entries((await self._follower.next(within_s)).get(self._key, []))

    def leave(self) -> None:
        """Follow no more."""
        self._follower.leave()


def out_entries(rows: Rows) -> list[OutEntry]:
    """Return what entries of an `out` stream hold."""
    return [
        OutEntry(int(entry_id.split(b"-")[0]), fields[b"e"], fields.get(b"a", b""))
        for entry_id, fields in rows
    ]


def pairs(emissions: Sequence[Emission]) -> list[bytes | str]:
    """Return script arguments: each message without its `seq`, then its binary frame."""
    args: list[bytes | str] = []
    for message, audio in emissions:
        args += [message.model_dump_json(exclude={"seq"}, exclude_none=True), audio]
    return args


class CallStreams:
    """All calls' streams, as the edge and the assistant use them, over one Redis client."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._emit = redis.wire.script(scripts.EMIT)
        self._emit_once = redis.wire.script(scripts.EMIT_ONCE)
        self._say = redis.wire.script(scripts.SAY)
        self._silence = redis.wire.script(scripts.SILENCE)
        self._close = redis.wire.script(scripts.CLOSE)

    # --- the edge ----------------------------------------------------------------

    async def create(self, meta: CallMeta, last_seq: int) -> None:
        """Begin a call whose next message to the client is number `last_seq + 1`."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(keys.meta(meta.call_id), meta.model_dump_json(), ex=LIFETIME_S)
        pipe.set(keys.seq(meta.call_id), last_seq, ex=LIFETIME_S)
        await pipe.execute()

    async def meta(self, call_id: str) -> CallMeta | None:
        """Return what is fixed for a call; None when there is no such call (any more)."""
        raw = await self._redis.get(keys.meta(call_id))
        return CallMeta.read(raw) if raw else None

    async def emit(self, call_id: str, emissions: Sequence[Emission]) -> int:
        """Send messages to the caller from outside the media session; return the newest seq."""
        reply = await self._emit(
            keys=[keys.outbound(call_id), keys.seq(call_id)],
            args=[OUT_MAXLEN, *pairs(emissions)],
        )
        return int(cast("int", reply))

    async def following(self, call_id: str, after_seq: int) -> OutFollower:
        """Begin to follow the messages after `after_seq`; the first read brings all there are.

        Raises:
            RedisError: Redis is away.
        """
        key = keys.outbound(call_id)
        after = {key: f"{after_seq}-0"}
        return OutFollower(await self._redis.switchboard.follow(after, 2 * OUT_MAXLEN), key)

    async def hold_client(self, call_id: str, connection_id: str, ttl_s: int) -> None:
        """Note that a connection serves this call; to be repeated before `ttl_s` are over."""
        await self._redis.set(keys.client(call_id), connection_id, ex=ttl_s)

    async def client(self, call_id: str) -> str | None:
        """Return the connection that serves this call now."""
        raw = cast("bytes | None", await self._redis.get(keys.client(call_id)))
        return raw.decode() if raw else None

    async def ended(self, call_id: str) -> str | None:
        """Return why the call has ended; None while it goes on."""
        return await self._session_field(call_id, "ended")

    async def state(self, call_id: str) -> str:
        """Return `listening`, `thinking` or `speaking`."""
        return await self._session_field(call_id, "state") or "listening"

    async def _session_field(self, call_id: str, field: str) -> str | None:
        raw = cast("bytes | None", await self._redis.hget(keys.session(call_id), field))
        return raw.decode() if raw else None

    # --- the assistant -----------------------------------------------------------

    async def say(self, call_id: str, say: Say, attempt: int) -> bool:
        """Hand over something to be spoken; False when it is stale and nobody will hear it.

        Handing over the same (turn, step, epoch, index) again is harmless.
        """
        step = _step(say.turn_id, say.step, say.epoch)
        reply = await self._say(
            keys=[keys.say(call_id), keys.session(call_id), keys.say_fence(call_id)],
            args=[say.epoch, step, attempt, say.index, say.model_dump_json()],
        )
        return bool(reply)

    async def said(
        self, call_id: str, turn_id: str, step: int, epoch: int, attempt: int = 0
    ) -> list[Say]:
        """Return what this step has already handed over, in order; silence older attempts.

        An older one that is not dead but slow could otherwise still write in between.
        """
        await self._silence(
            keys=[keys.say_fence(call_id)], args=[_step(turn_id, step, epoch), attempt]
        )
        rows = await self._redis.xrange(keys.say(call_id))
        says = [Say.read(fields[b"s"]) for _, fields in cast("Rows", rows)]
        mine = [say for say in says if (say.turn_id, say.step, say.epoch) == (turn_id, step, epoch)]
        return sorted(mine, key=lambda say: say.index)

    async def emit_once(self, call_id: str, name: str, message: ServerMessage) -> None:
        """Send a message to the caller, unless one of that name has been sent in this call."""
        await self._emit_once(
            keys=[keys.outbound(call_id), keys.seq(call_id), keys.say_fence(call_id)],
            args=[f"event {name}", OUT_MAXLEN, *pairs([(message, b"")])],
        )

    # --- the end -----------------------------------------------------------------

    async def close(self, call_id: str, reason: EndReason) -> bool:
        """Mark the call as ended and tell the caller, in one step; False when it had ended."""
        first = await self._close(
            keys=[keys.session(call_id), keys.outbound(call_id), keys.seq(call_id)],
            args=[reason, OUT_MAXLEN, *pairs([(CallEnded(reason=reason), b"")])],
        )
        return bool(first)

    async def expire(self, call_id: str) -> None:
        """Let everything of a call go, a while after its end."""
        pipe = self._redis.pipeline(transaction=False)
        for key in _KEYS:
            pipe.expire(key(call_id), AFTERLIFE_S)
        pipe.delete(keys.client(call_id))
        await pipe.execute()


def _step(turn_id: str, step: int, epoch: int) -> str:
    # With the epoch: an eager utterance and the one that replaces it have the same turn id.
    return f"{turn_id}/{step}/{epoch}"
