import json
from uuid import uuid4

from redis.asyncio import Redis

from convonet.redis import keys
from convonet.redis.client import connect
from convonet.redis.liveness import BEAT_S, FROZEN_S, Lifeline, Lost, Task, Watch

CONNECTED = {"7"}


def looks(watch: Watch, beats: list[str], connected: set[str] = CONNECTED) -> list[list[Lost]]:
    """Let one look at another once a beat; return whom it found lost each time."""
    return [
        watch.look({"other": beat}, connected, number * BEAT_S) for number, beat in enumerate(beats)
    ]


def task(worker: str, attempt: int = 1) -> Task:
    return Task(
        worker=worker,
        workflow_id="w",
        run_id="r",
        activity_id="1",
        attempt=attempt,
        token=b"\x00\xff",
    )


def test_one_that_beats_is_not_lost() -> None:
    beats = [f"7 {number}" for number in range(50)]
    assert not any(looks(Watch(), beats))


def test_one_whose_connection_stays_closed_is_dead() -> None:
    found = looks(Watch(), ["7 1", "7 2", "7 2", "7 2"], connected=set())
    assert found == [[], [], [], [Lost("other", frozen=False)]]


def test_one_that_comes_back_by_another_connection_is_not_lost() -> None:
    assert not any(looks(Watch(), ["7 1", "7 1", "8 2", "8 2", "8 3", "8 3"], connected=set()))


def test_one_that_is_connected_and_silent_stands_still() -> None:
    silent = int(FROZEN_S / BEAT_S) + 2
    found = looks(Watch(), ["7 1"] * silent)
    assert not any(found[:-2])
    assert found[-1] == [Lost("other", frozen=True)]


def test_who_was_held_up_itself_thinks_nobody_lost() -> None:
    watch = Watch()
    watch.look({"other": "7 1"}, CONNECTED, 0)
    assert watch.look({"other": "7 1"}, CONNECTED, 60) == []
    assert watch.look({"other": "7 1"}, CONNECTED, 60 + BEAT_S) == []


async def test_a_death_is_seen_by_its_closed_connection_and_cared_for_by_one(
    redis: Redis, redis_url: str
) -> None:
    await redis.delete(keys.WORKERS, keys.TASKS)
    others = [Lifeline(redis, "a"), Lifeline(redis, "b")]
    doing = task("dying")
    async with connect(redis_url) as its_own:
        dying = Lifeline(its_own, "dying")
        dying.began(doing)
        await dying.beat()
        assert await others[0].tasks() == [doing]
        assert await others[0].beat() == []
    found: list[Lost] = []
    while not found:
        found = await others[0].beat()
    assert found == [Lost("dying", frozen=False)]
    assert [await one.claim(found[0]) for one in others] == [True, False]


async def test_what_a_newer_worker_is_doing_is_read_by_an_older_one(redis: Redis) -> None:
    await redis.delete(keys.WORKERS, keys.TASKS)
    doing = task("newer")
    written = json.dumps({**doing.model_dump(mode="json"), "added_later": {"by": "a new release"}})
    await redis.hset(keys.TASKS, doing.key, written)
    older = Lifeline(redis, uuid4().hex)
    assert await older.tasks() == [doing]
    await older.forget([doing])


async def test_what_is_over_is_struck_out_and_a_later_attempt_is_not(redis: Redis) -> None:
    await redis.delete(keys.WORKERS, keys.TASKS)
    line = Lifeline(redis, uuid4().hex)
    first, second = task(line.worker), task(line.worker, attempt=2)
    line.began(first)
    line.began(second)
    await line.beat()
    line.ended(first)
    await line.beat()
    assert await line.tasks() == [second]
    assert second.is_newer(first)
    await line.leave()
    assert not await redis.hexists(keys.WORKERS, line.worker)
