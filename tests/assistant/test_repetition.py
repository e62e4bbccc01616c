import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.assistant.heard import allot_heard
from convonet.assistant.repetition import RepetitionFilter

SAID = ["Sure.", "I have added milk.", "It is due on Friday."]


def news(answer: str, *said: str) -> str:
    """Return what is left of `answer`, fed character by character."""
    repetition = RepetitionFilter(said)
    return "".join(map(repetition.feed, answer)) + repetition.flush()


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("Anything else?", "Anything else?"),
        ("Sure. I have added milk. It is due on Friday. Anything else?", "Anything else?"),
        ("sure, I have added **milk**; it is due on friday! Anything else?", "Anything else?"),
        ("It is due on Friday. Anything else?", "Anything else?"),
        ("Sure. I have added milk. What else?", "What else?"),
        ("Sure. I have added bread too.", "I have added bread too."),
        ("Sure thing, Ann.", "Sure thing, Ann."),
        ("It is due on Friday.", ""),
        ("It is due on Monday.", "It is due on Monday."),
        ("[nothing more]", ""),
        ("Nothing more to do.", "Nothing more to do."),
        ("", ""),
    ],
)
def test_an_answer_loses_the_sentences_that_were_already_said(answer: str, left: str) -> None:
    assert news(answer, *SAID) == left


def test_without_anything_said_nothing_is_held_back() -> None:
    assert RepetitionFilter([]).feed("Sure") == "Sure"
    assert news("Sure. Sure.") == "Sure. Sure."


def test_an_answer_is_held_back_only_while_it_may_be_a_repetition() -> None:
    repetition = RepetitionFilter(SAID)
    assert repetition.feed("I have ") == ""
    assert repetition.feed("no ") == "I have no "
    assert repetition.feed("idea.") == "idea."


@given(st.lists(st.sampled_from(SAID), max_size=3), st.text(alphabet="xyz .", max_size=20))
def test_what_is_new_is_never_lost(said: list[str], new: str) -> None:
    assert news(" ".join([*said, new]), *said).split() == new.split()


@given(st.lists(st.text(alphabet="ab .*", max_size=20), min_size=1, max_size=4), st.integers(0, 80))
def test_heard_words_are_a_beginning_of_each_text(texts: list[str], end: int) -> None:
    heard = allot_heard(texts, " ".join(texts)[:end])
    for text, part in zip(texts, heard, strict=True):
        assert text.strip().startswith(part)
    assert allot_heard(texts, None) == [text.strip() for text in texts]


def test_all_heard_is_all_words() -> None:
    texts = ["Let me see.", "You have **two** todos."]
    assert allot_heard(texts, "Let me see. You have two todos.") == texts
    assert allot_heard(texts, "Let me see. You have tw") == ["Let me see.", "You have"]
    assert allot_heard(texts, "") == ["", ""]
