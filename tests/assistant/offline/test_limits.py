"""Whatever is said, there is an answer, and the work for it is bounded."""

from hassil.intents import RangeSlotList
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage

from convonet.assistant.offline.cleaning import MAX_CHARACTERS, MAX_WORDS, clean
from convonet.assistant.offline.model import OfflineChatModel
from convonet.assistant.offline.understanding import SUBJECTS, templates
from tests.assistant.offline.call import Call
from tests.assistant.offline.harder_phrases import HARDER
from tests.assistant.offline.phrases import PHRASES

WORDS = st.sampled_from(
    sorted({word for item in (*PHRASES, *HARDER) for word in item.words.split()})
)
SPEECH = st.one_of(
    st.sampled_from([item.words for item in (*PHRASES, *HARDER)]),
    st.lists(WORDS, max_size=30).map(" ".join),
    st.text(max_size=500),
)


@given(st.lists(SPEECH, min_size=1, max_size=5), st.booleans())
@settings(max_examples=60, deadline=None)
async def test_every_turn_has_words_or_calls(speech: list[str], told: bool) -> None:
    call = Call()
    for words in speech:
        answer = await call.say(words)
        assert answer.text.strip() or answer.calls
        if answer.calls and told:
            after = await call.get(*['Which "a" or "b"?'] * len(answer.calls))
            assert after.text.strip()


def test_no_template_counts_through_a_range() -> None:
    for subject in SUBJECTS:
        lists = templates(subject).slot_lists.values()
        assert not [found for found in lists if isinstance(found, RangeSlotList)]


def test_no_template_has_more_than_two_wildcards() -> None:
    for subject in SUBJECTS:
        intents = templates(subject)
        wild = [
            name for name, found in intents.slot_lists.items() if "Wildcard" in type(found).__name__
        ]
        for intent in intents.intents.values():
            for data in intent.data:
                for text in data.sentence_texts:
                    assert sum(text.count(f"{{{name}}}") for name in wild) <= 2, text


async def test_a_flood_of_words_is_cut_off_before_the_templates() -> None:
    answer = await Call().say("add a todo to " * 100)
    assert "one thing at a time" in answer.text
    assert len(clean("word " * 1000)) <= MAX_CHARACTERS
    assert MAX_WORDS <= 100


async def test_it_is_a_chat_model_like_any_other() -> None:
    answer = await OfflineChatModel().ainvoke([HumanMessage("hello")])
    assert answer.text == "Hello. What can I do for you?"
    bound = OfflineChatModel().bind_tools([{"name": "undo_last_change", "input_schema": {}}])
    assert [made["name"] for made in bound.invoke("undo that").tool_calls] == ["undo_last_change"]
