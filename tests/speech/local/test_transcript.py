import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.speech.local.transcript import clean, is_invented, looks_looped

LOOP = "create attack at 15, " * 6


@pytest.mark.parametrize("text", [LOOP, "the the the the the the the the the the the the the the"])
def test_a_loop_is_recognised(text: str) -> None:
    assert looks_looped(text)


@pytest.mark.parametrize(
    "text",
    [
        "Create a high priority todo to review the quarterly report.",
        "No, no, I said the dev team, not the design team.",
        "One two three four, one two three five.",
        "",
    ],
)
def test_speech_is_no_loop(text: str) -> None:
    assert not looks_looped(text)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("  Show  me\nmy todos. ", "Show me my todos."),
        ("[BLANK_AUDIO]", ""),
        ("(coughing) Stop. *sighs*", "Stop."),
        ("...", ""),
        ("♪ la ♪", "la"),
        ("Delete the to-do, and all to-dos. To-do!", "Delete the todo, and all todos. Todo!"),
        ("create a task, create a task, create a task, create a", "create a task, create a"),
        ("no no", "no no"),
        ("My PIN is 1 1 1 1.", "My PIN is 1 1 1 1."),
    ],
)
def test_only_words_are_left(written: str, text: str) -> None:
    assert clean(written) == text


@pytest.mark.parametrize("text", ["you", "Thank you.", "Thanks for watching!", "Bye-bye."])
def test_what_whisper_makes_of_silence_is_known(text: str) -> None:
    assert is_invented(text)
    assert not is_invented("Thank you, show me my todos.")


@given(st.text(st.sampled_from("ab1 .,-[]*()♪"), max_size=200))
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
