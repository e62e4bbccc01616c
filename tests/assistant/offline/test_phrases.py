"""The spoken examples and their paraphrases."""

import pytest

from tests.assistant.offline.call import Call
from tests.assistant.offline.phrases import HELD_OUT, PHRASES, TUNED, Phrase


async def understood(phrase: Phrase) -> bool:
    answer = await Call().say(phrase.words)
    expected = phrase.expected
    if phrase.outcome in ("ask", "say"):
        return not answer.calls and all(
            word.lower() in answer.text.lower() for word in expected.values()
        )
    if phrase.outcome == "confirm":
        kind = expected["tool"].removeprefix("delete_")
        return answer.text.startswith(f"Shall I delete the {kind} ")
    if phrase.outcome not in [call.name for call in answer.calls]:
        return False
    arguments = answer.wanted(phrase.outcome)
    return all(str(arguments.get(name, "")).startswith(value) for name, value in expected.items())


@pytest.mark.parametrize("phrase", TUNED, ids=lambda phrase: phrase.words)
async def test_what_people_say_is_understood(phrase: Phrase) -> None:
    assert await understood(phrase)


async def test_most_of_what_templates_were_not_written_for_is_understood_too() -> None:
    missed = [phrase.words for phrase in HELD_OUT if not await understood(phrase)]
    print(missed)
    assert len(missed) <= 0.15 * len(HELD_OUT), missed


def test_a_third_of_at_least_120_phrases_was_held_out() -> None:
    assert len(PHRASES) >= 120
    assert len(HELD_OUT) * 3 >= len(PHRASES) - 2
