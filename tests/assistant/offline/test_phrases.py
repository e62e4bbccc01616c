"""The spoken examples and their paraphrases."""

from collections.abc import Sequence

import pytest

from tests.assistant.offline.call import Call
from tests.assistant.offline.harder_phrases import HARDER, HARDER_HELD_OUT, HARDER_TUNED
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


async def missed(phrases: Sequence[Phrase]) -> list[str]:
    return [phrase.words for phrase in phrases if not await understood(phrase)]


async def test_most_of_what_the_templates_were_not_written_for_is_understood_too() -> None:
    """47 of 48 when it was first tried."""
    assert len(await missed(HELD_OUT)) <= 0.1 * len(HELD_OUT)


async def test_looser_speech_is_mostly_understood() -> None:
    """22 of 48 before any template was changed for it."""
    assert len(await missed(HARDER_TUNED)) <= 0.1 * len(HARDER_TUNED)


async def test_looser_speech_that_no_template_was_written_for_is_often_understood() -> None:
    """12 of 24 at first, 19 of 24 after the templates had been widened for the other two thirds."""
    assert len(await missed(HARDER_HELD_OUT)) <= 0.25 * len(HARDER_HELD_OUT)


def test_a_third_of_the_phrases_was_held_out() -> None:
    assert len(PHRASES) >= 120
    assert len(HELD_OUT) * 3 >= len(PHRASES) - 2
    assert len(HARDER_HELD_OUT) * 3 >= len(HARDER) - 2
