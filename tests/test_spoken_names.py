import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.spoken_names import as_email, sounds_like, with_addresses


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ("admin at convonet dot com", "admin@convonet.com"),
        ("Admin at Convonet.com.", "admin@convonet.com"),
        ("ADMIN@convonet.com", "admin@convonet.com"),
        ("john dot smith at example dot co dot uk", "john.smith@example.co.uk"),
        ("agent 2001 at convonet dot com", "agent2001@convonet.com"),
        ("john underscore doe at my dash firm dot org", "john_doe@my-firm.org"),
        ("ann plus lists at example dot org", "ann+lists@example.org"),
        ("John", None),
        ("meet me at noon", None),
        ("anna at work", None),
        ("", None),
    ],
)
def test_an_address_is_known_by_how_it_is_said(said: str, email: str | None) -> None:
    assert as_email(said) == email


def test_only_the_address_in_a_sentence_is_rewritten() -> None:
    said = "Add Ben dot Miller at example dot org to the Dev team at noon"
    assert with_addresses(said) == "Add ben.miller@example.org to the Dev team at noon"


@pytest.mark.parametrize(
    ("said", "name", "alike"),
    [
        ("Jon", "John Miller", True),
        ("Catherine", "Kathryn", True),
        ("fenix", "Phoenix", True),
        ("Finance", "Phoenix", False),
        ("Bob", "Rob", False),
        ("J", "Joe", False),
    ],
)
def test_names_are_alike_by_sound_and_some_letters(said: str, name: str, alike: bool) -> None:
    assert sounds_like(said, name) is alike


@given(st.text(max_size=60))
def test_any_words_may_be_said(said: str) -> None:
    email = as_email(said)
    assert email is None or as_email(email) == email
    assert with_addresses(with_addresses(said)) == with_addresses(said)
