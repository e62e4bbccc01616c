import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.errors import Conflict, NotFound
from convonet.tools.matching import normal, pick

TITLES = [
    "Grocery shopping",
    "Review the quarterly report",
    "Water the plants",
    "Buy milk",
    "Buy oat milk",
    "Call the plumber",
    "Call the bank",
]


def choose(said: str, titles: list[str] = TITLES) -> str:
    return pick(said, titles, lambda title: title, "todo")


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("the grocery shopping todo", "Grocery shopping"),
        ("grocery", "Grocery shopping"),
        ("quarterly report", "Review the quarterly report"),
        ("the quarterly reports", "Review the quarterly report"),
        ("water the plans", "Water the plants"),
        ("buy milk", "Buy milk"),
        ("oat milk", "Buy oat milk"),
        ("called the plumber", "Call the plumber"),
    ],
)
def test_a_name_said_from_memory_finds_its_thing(said: str, title: str) -> None:
    assert choose(said) == title


@pytest.mark.parametrize("said", ["call", "milk"])
def test_what_may_mean_several_is_asked_back(said: str) -> None:
    with pytest.raises(Conflict, match="Which one"):
        choose(said)


@pytest.mark.parametrize("said", ["laundry", "", "zzz", "!?"])
def test_what_is_not_there_is_not_made_up(said: str) -> None:
    with pytest.raises(NotFound, match="couldn't find"):
        choose(said)


def test_nothing_is_found_among_nothing() -> None:
    with pytest.raises(NotFound):
        choose("anything", [])


@given(st.sampled_from(TITLES))
def test_an_exact_title_is_always_found(title: str) -> None:
    assert choose(title.upper()) == title


@given(st.text(max_size=40))
def test_any_words_have_a_normal_form(said: str) -> None:
    assert normal(normal(said)) == normal(said)
