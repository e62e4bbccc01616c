"""Follows every stream this process reads with one blocking command on one connection."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final, cast

from redis.exceptions import ConnectionError, RedisError  # noqa: A004

from convonet.redis.streams import Rows, rows_by_key
from convonet.redis.wire import Part, Wire

_log = logging.getLogger(__name__)

_BLOCK_MS: Final = 500
"""A new follower is taken in after this even when nobody could be woken for it."""

_COUNT: Final = 200
_UNREAD_MAX: Final = 1_000
"""Entries of one stream that wait for their reader; a stream with more is left alone."""

_APART_S: Final = 0.005
"""Between two reads that bring something: what comes meanwhile comes with the second."""

_PAUSE_S, _PAUSE_MAX_S = 0.05, 0.5


class Follower:
    """Somebody's place in some streams."""

    def __init__(self, board: "Switchboard", after: Mapping[str, str]) -> None:
        self._board = board
        self.after = dict(after)
        """Up to where each stream has been read for this follower, taken or not."""
        self._unread: dict[str, Rows] = {}
        self._news = asyncio.Event()
        self._trouble: Exception | None = None

    @property
    def hungry(self) -> bool:
        """Whether it may be brought more."""
        return sum(map(len, self._unread.values())) < _UNREAD_MAX

    async def next(self, within_s: float) -> dict[str, Rows]:
        """Return what came since the last time, by stream, waiting for it; empty when none does.

        Raises:
            ConnectionError, TimeoutError: Redis is away; nothing is missed by asking again.
        """
        if not self._news.is_set():
            try:
                async with asyncio.timeout(within_s):
                    await self._news.wait()
            except TimeoutError:
                return {}
        self._news.clear()
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            if self._unread:
                self._news.set()
            raise trouble
        unread, self._unread = self._unread, {}
        return unread

    def leave(self) -> None:
        """Follow no more."""
        self._board.forget(self)

    def bring(self, key: str, rows: Rows) -> None:
        """Take the next entries of a stream."""
        if rows:
            self._unread.setdefault(key, []).extend(rows)
            self.after[key] = rows[-1][0].decode()
            self._trouble = None
            self._news.set()

    def new(self, key: str, rows: Rows) -> Rows:
        """Return those entries of a stream that this follower has not been brought."""
        place = _place(self.after[key].encode())
        return [row for row in rows if _place(row[0]) > place]

    def warn(self, error: Exception) -> None:
        """Have the next read fail."""
        self._trouble = error
        self._news.set()


class Switchboard:
    """Reads for all followers. Its own connection waits in Redis; the other one wakes it."""

    def __init__(self, wire: Wire, waiting: Wire) -> None:
        self._wire = wire
        self._waiting = waiting
        self._followers: set[Follower] = set()
        self._reading: asyncio.Task[None] | None = None
        self._client_id = 0
        self._waking: set[asyncio.Task[None]] = set()

    async def follow(self, after: Mapping[str, str], most: int = _COUNT) -> Follower:
        """Begin to follow streams, each from behind an entry; what is there is read at once.

        Of that, the first read brings no more than `most` entries of a stream.

        Raises:
            ConnectionError, TimeoutError: Redis is away.
        """
        follower = Follower(self, after)
        for key, rows in rows_by_key(await self._wire.ask(*_xread(after, most))).items():
            follower.bring(key, rows)
        self._followers.add(follower)
        if self._reading is None:
            self._reading = asyncio.create_task(self._run(), name="switchboard")
        else:
            waking = asyncio.create_task(self._wake(), name="switchboard-wake")
            self._waking.add(waking)
            waking.add_done_callback(self._waking.discard)
        return follower

    def forget(self, follower: Follower) -> None:
        """Follow no more for it."""
        self._followers.discard(follower)

    async def close(self) -> None:
        """Follow nothing any more."""
        tasks = [task for task in (self._reading, *self._waking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._waiting.close()

    async def _wake(self) -> None:
        try:
            await self._wire.ask("CLIENT", "UNBLOCK", self._client_id)
        except (RedisError, OSError) as error:
            _log.debug("the switchboard was not woken: %s", error)

    async def _run(self) -> None:
        pause = _PAUSE_S
        while self._followers:
            try:
                await self._read_once()
                pause = _PAUSE_S
            except (RedisError, OSError) as error:
                _log.warning("redis is away, nothing is read: %s", type(error).__name__)
                self._warn(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _PAUSE_MAX_S)
            except Exception:
                # Every call of this process hangs on this task.
                _log.exception("reading for everybody failed")
                self._warn(ConnectionError("the switchboard failed"))
                await asyncio.sleep(_PAUSE_MAX_S)
        self._reading = None

    def _warn(self, error: Exception) -> None:
        self._client_id = 0
        for follower in self._followers:
            follower.warn(error)

    async def _read_once(self) -> None:
        wanted: dict[str, list[Follower]] = {}
        for follower in self._followers:
            if follower.hungry:
                for key in follower.after:
                    wanted.setdefault(key, []).append(follower)
        if not wanted:
            await asyncio.sleep(_PAUSE_S)
            return
        now = asyncio.get_running_loop().time
        began = now()
        found = await self._wait({key: _least(key, those) for key, those in wanted.items()})
        for key, rows in found.items():
            for follower in wanted[key]:
                follower.bring(key, rows if len(wanted[key]) == 1 else follower.new(key, rows))
        early = _APART_S - (now() - began)
        if found and early > 0:
            await asyncio.sleep(early)

    async def _wait(self, after: Mapping[str, str]) -> dict[str, Rows]:
        if not self._client_id:
            self._client_id = cast("int", await self._waiting.ask("CLIENT", "ID"))
        # Not by `ask`: on the next connection we would be another client.
        (reply,) = await self._waiting.ask_all([_xread(after, _COUNT, "BLOCK", _BLOCK_MS)])
        if isinstance(reply, Exception):
            raise reply
        return rows_by_key(reply)


def _xread(after: Mapping[str, str], most: int, *block: Part) -> tuple[Part, ...]:
    return ("XREAD", "COUNT", most, *block, "STREAMS", *after, *after.values())


def _least(key: str, followers: Sequence[Follower]) -> str:
    if len(followers) == 1:
        return followers[0].after[key]
    return min((one.after[key] for one in followers), key=lambda one: _place(one.encode()))


def _place(entry_id: bytes) -> tuple[int, int]:
    ms, _, sequence = entry_id.partition(b"-")
    return int(ms), int(sequence or b"0")
