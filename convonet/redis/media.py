"""What a media session reads and writes, fenced: of two sessions of a call only one counts."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pydantic import JsonValue, TypeAdapter

from convonet.contracts.speech import Say
from convonet.errors import Fenced
from convonet.redis import keys, scripts
from convonet.redis.calls import OUT_MAXLEN, Emission, pairs
from convonet.redis.client import AWAY

if TYPE_CHECKING:
    from convonet.redis.client import Redis
    from convonet.redis.switchboard import Follower

_log = logging.getLogger(__name__)

_NOT_OURS = frozenset({"generation", "attempt", "owner", "batch", "ended"})

_KEPT_MS = 20_000
"""How much of the caller's audio is kept behind what is settled: a Redis that loses its last
moments goes back a second, and an edge that lost an answer looks for what it has appended."""
_TRIM_EVERY_MS = 5_000

START = "0-0"
"""Before the first entry of any stream."""

_CONTROL: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


@dataclass(frozen=True)
class InEntry:
    """What the caller sent: audio, or a control."""

    id: str
    arrived_ms: int
    """Unix ms, at the edge."""
    audio: bytes = b""
    control: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True)
class SayEntry:
    """What the assistant wants spoken."""

    id: str
    say: Say


def _in_entry(entry_id: bytes, fields: Mapping[bytes, bytes]) -> InEntry:
    control = fields.get(b"c")
    return InEntry(
        id=entry_id.decode(),
        arrived_ms=int(fields.get(b"t", b"0")),
        audio=fields.get(b"a", b""),
        control=_CONTROL.validate_json(control) if control is not None else None,
    )


class MediaStore:
    """One call's streams and session state, for one media session."""

    def __init__(self, redis: "Redis", call_id: str) -> None:
        self._wire = redis.wire
        self._board = redis.switchboard
        self._follower: Follower | None = None
        self._read_to = ("", "")
        self._call_id = call_id
        self._owner = ""
        self._batch = 0
        self._known: dict[str, str | int] = {}
        self._seq = 0
        self._trimmed_ms = 0
        self._take = redis.wire.script(scripts.TAKE)
        self._advance = redis.wire.script(scripts.ADVANCE)

    async def take(self, generation: int, attempt: int) -> dict[str, str]:
        """Become the call's media session; return the state the last one left.

        Raises:
            Fenced: a newer one is at work.
        """
        self._owner = f"{generation}.{attempt}"
        key = keys.session(self._call_id)
        if not await self._take(keys=[key], args=[generation, attempt, self._owner]):
            raise Fenced(f"call {self._call_id} has a newer media session")
        flat = cast("list[bytes]", await self._wire.ask("HGETALL", key))
        state = {
            name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)
        }
        self._batch = int(state.get("batch", "0"))
        self._known = {name: state[name] for name in state if name not in _NOT_OURS}
        return state

    async def advance(
        self, fields: Mapping[str, str | int], emissions: Sequence[Emission] = ()
    ) -> bool:
        """Keep state and send messages, both or neither; neither, and False, after the call's end.

        Not to be called again before it has returned; when it raised anything but `Fenced`, to
        be called again with the same arguments: they take effect once.

        Raises:
            Fenced: a newer media session has taken over; nothing was written.
        """
        self._known |= fields
        outcome = await self._write(fields, emissions, "")
        if outcome == scripts.SET_BACK:
            _log.warning("Redis lost its last moments; writing all of the session's state again")
            outcome = await self._write(self._known, emissions, str(self._seq))
        if outcome == scripts.FENCED:
            raise Fenced(f"call {self._call_id} has a newer media session")
        self._batch += 1
        self._seq = max(self._seq, outcome)
        if "in_cursor" in fields:
            await self._trim(int(str(fields["in_cursor"]).split("-")[0]))
        return outcome != scripts.ENDED

    async def _trim(self, settled_ms: int) -> None:
        """Let go of audio that nobody will hear again."""
        if settled_ms < self._trimmed_ms + _TRIM_EVERY_MS:
            return
        self._trimmed_ms = settled_ms
        oldest = max(0, settled_ms - _KEPT_MS)
        with suppress(*AWAY):  # The stream is bounded without it.
            await self._wire.ask("XTRIM", keys.inbound(self._call_id), "MINID", "~", oldest)

    async def _write(
        self, fields: Mapping[str, str | int], emissions: Sequence[Emission], seq: str
    ) -> int:
        flat: list[str | int] = [part for item in fields.items() for part in item]
        reply = await self._advance(
            keys=[
                keys.session(self._call_id),
                keys.outbound(self._call_id),
                keys.seq(self._call_id),
            ],
            args=[
                *(self._owner, self._batch + 1, OUT_MAXLEN, seq, len(fields)),
                *flat,
                *pairs(emissions),
            ],
        )
        return int(cast("int", reply))

    async def read(
        self, in_after: str, say_after: str, block_ms: int
    ) -> tuple[list[InEntry], list[SayEntry]]:
        """Return what came after the two cursors, waiting up to `block_ms` for anything."""
        inbound, say = keys.inbound(self._call_id), keys.say(self._call_id)
        if self._follower is None or self._read_to != (in_after, say_after):
            self.leave()
            self._follower = await self._board.follow({inbound: in_after, say: say_after})
        found = await self._follower.next(block_ms / 1_000)
        heard = [_in_entry(entry_id, fields) for entry_id, fields in found.get(inbound, ())]
        said = [
            SayEntry(entry_id.decode(), Say.read(fields[b"s"]))
            for entry_id, fields in found.get(say, ())
        ]
        self._read_to = (
            heard[-1].id if heard else in_after,
            said[-1].id if said else say_after,
        )
        return heard, said

    def leave(self) -> None:
        """Read no more; to be called at the end."""
        if self._follower is not None:
            self._follower.leave()
            self._follower = None

    async def client_is_there(self) -> bool:
        """Tell whether any connection serves the caller now."""
        return bool(await self._wire.ask("EXISTS", keys.client(self._call_id)))

    async def ended(self) -> bool:
        """Tell whether the conversation has been closed."""
        return bool(await self._wire.ask("HEXISTS", keys.session(self._call_id), "ended"))
