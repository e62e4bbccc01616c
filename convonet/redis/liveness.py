"""Worker processes say that they live and what they do, so that a death is noticed at once."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final, cast

from pydantic import ConfigDict
from redis.exceptions import ResponseError

from convonet.contracts import Contract
from convonet.redis import keys
from convonet.redis.calls import LIFETIME_S

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = logging.getLogger(__name__)

BEAT_S: Final = 0.2
"""How often a process says that it lives: once, however many calls it has."""

FROZEN_S: Final = 1.6
"""One that is connected but has been silent for longer is taken for frozen."""

_HICCUP_S: Final = 3 * BEAT_S
"""Whoever has not looked for longer knows nothing of what the others did meanwhile."""


class Task(Contract):
    """One attempt of an activity, in the hands of one worker process."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    worker: str
    workflow_id: str
    run_id: str
    activity_id: str
    attempt: int
    token: bytes
    """By which Temporal knows this very attempt."""

    @property
    def key(self) -> str:
        """Its name among all attempts there ever are."""
        return f"{self.workflow_id}/{self.run_id}/{self.activity_id}/{self.attempt}"

    def is_newer(self, other: "Task") -> bool:
        """Whether this is a later attempt of the same activity."""
        mine = (self.workflow_id, self.run_id, self.activity_id)
        return (
            mine == (other.workflow_id, other.run_id, other.activity_id)
            and self.attempt > other.attempt
        )


_CLIENTS: Final = 4
"""Which reply to a beat tells who is connected."""


@dataclass(frozen=True)
class Lost:
    """A worker process that is gone, or stands still."""

    worker: str
    frozen: bool
    """It is still connected: it may have taken work that it will never begin."""


@dataclass
class _Sight:
    beat: str
    since: float
    missed: int = 0


class Watch:
    """Judges who is lost, by what one process sees of the others. Clocks are monotonic seconds.

    A closed connection is certain, as only a death closes it for longer than a beat; silence
    counts only while the watcher itself was never held up.
    """

    def __init__(self) -> None:
        self._sights: dict[str, _Sight] = {}
        self._looked = -_HICCUP_S

    @property
    def connections(self) -> list[str]:
        """Ids of the connections the others had when last seen."""
        return [_connection(sight.beat) for sight in self._sights.values()]

    def look(self, beats: Mapping[str, str], connected: set[str], now: float) -> list[Lost]:
        """Take in everybody's newest beat and which of `connections` are open; return the lost."""
        if now - self._looked > _HICCUP_S:
            self.start_over()
        self._looked = now
        self._sights = {
            worker: self._seen(worker, beat, connected, now) for worker, beat in beats.items()
        }
        lost: list[Lost] = []
        for worker, sight in self._sights.items():
            if sight.missed > 1:
                lost.append(Lost(worker, frozen=False))
            elif now - sight.since > FROZEN_S:
                lost.append(Lost(worker, frozen=True))
        return lost

    def start_over(self) -> None:
        """Whatever was seen so far means nothing any more."""
        self._sights.clear()

    def _seen(self, worker: str, beat: str, connected: set[str], now: float) -> _Sight:
        before = self._sights.get(worker)
        if before is None or before.beat != beat:
            return _Sight(beat, now)
        if _connection(beat) not in connected:
            before.missed += 1
        return before


class Lifeline:
    """One worker process among all of them."""

    def __init__(self, redis: "Redis", worker: str) -> None:
        self.worker = worker
        self._redis = redis
        self._watch = Watch()
        self._connection = ""
        self._count = 0
        self._begun: dict[str, Task] = {}
        self._over: set[str] = set()
        self._wake = asyncio.Event()

    def began(self, task: Task) -> None:
        """An activity begins here: the others must know before anything can happen to us."""
        self._begun[task.key] = task
        self._wake.set()

    def ended(self, task: Task) -> None:
        """An activity is over."""
        self._over.add(task.key)

    async def beat(self) -> list[Lost]:
        """Say that we live and what we do; return which others are lost.

        Raises what `AWAY` lists; to be called again then, nothing is forgotten.
        """
        if not self._connection:
            self._connection = str(await self._redis.client_id())
        begun, over = dict(self._begun), set(self._over)
        asked = self._watch.connections
        self._count += 1
        pipe = self._redis.pipeline(transaction=False)
        pipe.client_id()
        pipe.hset(keys.WORKERS, self.worker, f"{self._connection} {self._count}")
        pipe.hgetall(keys.WORKERS)
        pipe.expire(keys.WORKERS, LIFETIME_S)
        pipe.client_list(client_id=[self._connection, *asked])
        if begun:
            pipe.hset(
                keys.TASKS, mapping={key: task.model_dump_json() for key, task in begun.items()}
            )
        if over:
            pipe.hdel(keys.TASKS, *over)
        replies = cast("list[object]", await pipe.execute(raise_on_error=False))
        for reply in (*replies[:_CLIENTS], *replies[_CLIENTS + 1 :]):
            if isinstance(reply, ResponseError):
                raise reply
        self._begun = {key: task for key, task in self._begun.items() if key not in begun}
        self._over -= over
        if self._connection != (connection := str(replies[0])):
            self._connection = connection
            self._watch.start_over()  # What cut us off may have cut off everybody.
        beats = {
            name.decode(): beat.decode()
            for name, beat in cast("Mapping[bytes, bytes]", replies[2]).items()
        }
        beats.pop(self.worker, None)
        connected = replies[_CLIENTS]
        # Some hosted servers do not tell who is connected: then silence alone counts.
        unknown = isinstance(connected, ResponseError)
        return self._watch.look(beats, set(asked) if unknown else _ids(connected), monotonic())

    async def pause(self) -> None:
        """Wait until the next beat is due: at once when an activity has begun."""
        try:
            async with asyncio.timeout(BEAT_S):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def claim(self, lost: Lost) -> bool:
        """Take care of a lost worker; False when somebody else already does."""
        return bool(await self._redis.hdel(keys.WORKERS, lost.worker))

    async def tasks(self) -> list[Task]:
        """Return what all workers are carrying out."""
        raw = cast("Mapping[bytes, bytes]", await self._redis.hgetall(keys.TASKS))
        return [Task.read(one) for one in raw.values()]

    async def forget(self, tasks: list[Task]) -> None:
        """Strike out attempts that are over."""
        if tasks:
            await self._redis.hdel(keys.TASKS, *(task.key for task in tasks))

    async def leave(self) -> None:
        """Nothing runs here any more, and nobody need wonder why."""
        await self._redis.hdel(keys.WORKERS, self.worker)


def _connection(beat: str) -> str:
    return beat.partition(" ")[0]


def _ids(clients: object) -> set[str]:
    return {str(client["id"]) for client in cast("list[dict[str, object]]", clients)}
