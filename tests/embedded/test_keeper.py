from pathlib import Path

import pytest

from convonet.embedded.home import claimed
from convonet.embedded.keeper import Backoff, Keeper
from convonet.embedded.program import Program
from convonet.errors import CannotStart


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_first_death_is_answered_at_once_and_repeated_ones_ever_slower() -> None:
    backoff = Backoff(Clock())
    pauses: list[float] = []
    for _ in range(10):
        backoff.started()
        pauses.append(backoff.died())
    assert pauses[0] == 0
    assert pauses == sorted(pauses)
    assert pauses[-1] == pauses[-2] == 15


def test_a_minute_without_a_death_makes_up_for_all_before() -> None:
    clock = Clock()
    backoff = Backoff(clock)
    for _ in range(5):
        backoff.started()
        backoff.died()
    backoff.started()
    clock.now += 60
    assert backoff.died() == 0


def ends_at_once_the_first_time(folder: Path) -> Program:
    """Return a program that ends at once, and works when it is started again."""
    tried, up = folder / "tried", folder / "up"
    script = f'if test -e "{tried}"; then touch "{up}"; exec sleep 300; fi; touch "{tried}"; exit 3'

    async def answers() -> bool:
        return up.exists()

    return Program(name="hesitant", argv=("/bin/sh", "-c", script), answers=answers)


async def test_who_takes_over_does_not_give_up_what_others_rely_on(tmp_path: Path) -> None:
    with claimed(tmp_path / "home") as home:
        keeper = Keeper(ends_at_once_the_first_time(tmp_path), home, announce=print)
        try:
            await keeper.start(None, insist=True)
        finally:
            await keeper.stop()


async def test_a_fresh_start_says_at_once_what_does_not_work(tmp_path: Path) -> None:
    with claimed(tmp_path / "home") as home:
        keeper = Keeper(ends_at_once_the_first_time(tmp_path), home, announce=print)
        with pytest.raises(CannotStart, match="ended at once"):
            await keeper.start(None)
        await keeper.stop()
