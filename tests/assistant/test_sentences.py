from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convonet.assistant.sentences import SentenceSplitter
from convonet.assistant.speakable import speakable


def split(*pieces: str) -> list[str]:
    splitter = SentenceSplitter()
    released = [sentence for piece in pieces for sentence in splitter.feed(piece)]
    return released + splitter.flush()


text = st.lists(
    st.sampled_from(
        [
            "Hello", "hello.", "Dr.", "Smith", "2", "p.m.", "Then", "Tuesday", "3.50", "No.", "5",
            "**bold**", "_x_", "a_b@c.de", "Wait...", "why?", "“Yes.”", "🎉", "✅.", "-", "#", "1.",
            "\n", "\n\n", " ", "  ", "e.g.", "etc.", "I", "and,", "so;", "U.S.", "```", "***",
            "I'll", "x" * 90, "[the", "link](http://a.b/c)", "|", "—", "!", "é", "\r\n", "J.",
        ]
    ),
    max_size=40,
).map(" ".join) | st.text(max_size=80)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(text, st.lists(st.integers(0, 400), max_size=12))
def test_the_pieces_make_no_difference(whole: str, cuts: list[int]) -> None:
    places = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    pieces = [whole[start:end] for start, end in pairwise(places)]
    assert split(*pieces) == split(whole) == split(*whole)


@settings(max_examples=200, deadline=None)
@given(text)
def test_nothing_that_can_be_spoken_is_lost_or_moved(whole: str) -> None:
    assert " ".join(split(whole)) == speakable(whole)
    spoken = whole.replace("](http://a.b/c)", "")
    letters = [character for character in spoken if character.isalnum()]
    kept = [character for character in speakable(spoken) if character.isalnum()]
    assert kept == letters


@settings(max_examples=100, deadline=None)
@given(text)
def test_sentences_are_neither_empty_nor_ragged(whole: str) -> None:
    for sentence in split(whole):
        assert sentence
        assert sentence == sentence.strip()
        assert "\n" not in sentence


@pytest.mark.parametrize(
    ("whole", "sentences"),
    [
        ("Sure. It is done!", ["Sure.", "It is done!"]),
        ("It costs 3.50 dollars. Okay?", ["It costs 3.50 dollars.", "Okay?"]),
        ("Dr. Smith calls at 2 p.m. on Friday.", ["Dr. Smith calls at 2 p.m. on Friday."]),
        ("Until 2 p.m. I am free.", ["Until 2 p.m.", "I am free."]),
        ("At 2 p.m. Tuesday it is.", ["At 2 p.m. Tuesday it is."]),
        ("Hmm... let me see. Well... Yes.", ["Hmm... let me see.", "Well...", "Yes."]),
        ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
        ("Write to a.b@c.de. Thanks.", ["Write to a.b@c.de.", "Thanks."]),
        ("No. That was no. 5 of ten.", ["No.", "That was no. 5 of ten."]),
        ("No. 5 is open.", ["No. 5 is open."]),
        ("J. R. Miller of the U.S. office.", ["J. R. Miller of the U.S. office."]),
        ("Todos:\n1. Buy milk\n2. Call mom", ["Todos:", "1. Buy milk", "2. Call mom"]),
        ("# Title\n\n- **Buy** milk ✅\n* _Call_ `mom`", ["Title", "Buy milk", "Call mom"]),
        ("See [the report](http://x.y/z). Ok", ["See the report.", "Ok"]),
        ("Is 5*3 = 15? Yes 🎉!", ["Is 5*3 = 15?", "Yes"]),
        ("   ", []),
        ("...", []),
    ],
)
def test_sentences_end_where_people_would_end_them(whole: str, sentences: list[str]) -> None:
    assert split(whole) == sentences


def test_a_sentence_comes_as_soon_as_the_next_word_begins() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("Hello Ann.") == []
    assert splitter.feed(" ") == ["Hello Ann."]


def test_a_long_first_sentence_is_begun_at_a_comma() -> None:
    first = "I have looked through all of your todos for this week,"
    later = "and of those that are still open, the most urgent one is the quarterly report."
    assert split(f"{first} {later}") == [first, later]
    assert split(f"Sure. {first} {later}") == ["Sure.", f"{first} {later}"]


def test_text_without_any_punctuation_is_cut_between_words() -> None:
    assert all(len(sentence) < 420 for sentence in split("word " * 500))
