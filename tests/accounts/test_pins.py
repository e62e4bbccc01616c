import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.accounts.pins import check_pin
from convonet.accounts.refusals import TrivialPin

DIGITS = "0123456789"
FIRST_TRIED = """
1111 1212 1122 6969 1234 4321 7890 0987 2468 1357 1900 2099 2580
12345 55555 123123 112233 654321 121212 147258
"""


def is_trivial(pin: str) -> bool:
    try:
        check_pin(pin)
    except TrivialPin:
        return True
    return False


@pytest.mark.parametrize("pin", FIRST_TRIED.split())
def test_what_people_try_first_is_trivial(pin: str) -> None:
    assert is_trivial(pin)


@pytest.mark.parametrize("pin", ["8302", "1243", "1899", "2100", "83027", "198712", "830274"])
def test_what_has_no_pattern_is_not(pin: str) -> None:
    assert not is_trivial(pin)


@given(st.text("0123456789", min_size=2, max_size=2), st.data())
def test_two_digits_in_any_order_are_trivial(two: str, data: st.DataObject) -> None:
    assert is_trivial(data.draw(st.text(two, min_size=4, max_size=6)))


@given(st.sampled_from(DIGITS), st.integers(0, 9), st.integers(4, 6))
def test_equal_steps_are_trivial_forwards_and_backwards(first: str, step: int, size: int) -> None:
    pin = "".join(str((int(first) + step * place) % 10) for place in range(size))
    assert is_trivial(pin)
    assert is_trivial(pin[::-1])


@given(st.text("0123456789", min_size=3, max_size=3))
def test_three_digits_said_twice_are_trivial(half: str) -> None:
    assert is_trivial(half * 2)


def test_nine_of_ten_pins_are_left_to_choose_from() -> None:
    trivial = sum(is_trivial(f"{number:04}") for number in range(10_000))
    assert 800 < trivial < 1_000
