"""Room for calls: shrinks at once, grows back slowly, and does not flap."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from convonet.settings import Settings
from workers.strain import Room, Strain, cores, counted_on, machine


def after(room: Room, seconds: str, calls: int) -> int:
    """Let seconds pass, `x` for a bad one; return how many calls there is room for then."""
    for second in seconds:
        room.passed(bad=second == "x", calls=calls)
    return room.calls


def test_there_is_room_for_what_is_counted_on_until_something_goes_wrong() -> None:
    assert after(Room(20), "", 0) == 20
    assert after(Room(20), ".........", 5) == 20


def test_a_bad_moment_costs_nobody_a_place() -> None:
    assert after(Room(20), "..x..x....x.x", 5) == 20


def test_under_strain_nobody_comes_in_beside_those_who_talk() -> None:
    assert after(Room(20), "xxx", 7) == 7


def test_while_strained_the_places_of_those_who_leave_stay_empty() -> None:
    room = Room(20)
    after(room, "xxx", 7)
    assert after(room, "x", 4) == 4
    assert after(room, "x", 6) == 4


def test_one_caller_always_fits() -> None:
    assert after(Room(20), "xxxxxxxxx", 0) == 1


def test_places_come_back_one_by_one_when_all_is_well() -> None:
    room = Room(20)
    after(room, "xxx", 7)
    assert after(room, "....", 7) == 7
    assert after(room, ".", 7) == 8
    assert after(room, "..", 7) == 10
    assert after(room, "." * 100, 7) == 20


def test_between_good_and_bad_nothing_changes() -> None:
    room = Room(20)
    after(room, "xxx..", 7)
    assert after(room, "..x." * 20, 3) == 7


@given(
    most=st.integers(1, 50),
    seconds=st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=60),
)
def test_there_is_never_no_room_nor_more_than_is_counted_on(
    most: int, seconds: list[tuple[bool, int]]
) -> None:
    room = Room(most)
    for bad, calls in seconds:
        before = room.calls
        room.passed(bad=bad, calls=calls)
        assert 1 <= room.calls <= most
        assert room.calls <= before + 1


def test_speech_on_these_cores_leaves_room_for_fewer() -> None:
    offline, provided = Settings(), Settings(deepgram_api_key=SecretStr("a key"))
    assert counted_on(offline) < counted_on(provided)


@pytest.mark.parametrize(("per_core", "calls"), [(0.001, 1), (7.0, int(cores() * 7))])
def test_an_operator_may_know_better(per_core: float, calls: int) -> None:
    assert counted_on(Settings(convonet_calls_per_core=per_core)) == calls


def test_a_machine_has_one_name() -> None:
    assert machine() == machine()
    assert " " not in machine()


async def test_a_second_in_which_a_sentence_had_a_hole_is_bad() -> None:
    strain = Strain()
    second = asyncio.create_task(strain.second_is_bad())
    await asyncio.sleep(0)
    strain.late()
    assert await second


async def test_a_second_in_which_nothing_moved_is_bad() -> None:
    second = asyncio.create_task(Strain().second_is_bad())
    await asyncio.sleep(0)
    time.sleep(0.4)  # noqa: ASYNC251 - that is what is to be noticed
    assert await second
