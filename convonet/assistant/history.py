"""What the model is told of the call so far: a pure function of the turn record.

Whatever order utterances, interruptions, tool results and retries came in, the messages are such
as Claude accepts: they begin and end with the user's side, every tool call is followed by exactly
one result, and nothing is empty. Words of the assistant are there only as far as they were heard.

What is not the caller's own words stands in square brackets; the system prompt says so. A model
that works by rules finds them apart in `additional_kwargs`: see `SAID`.
"""

import hashlib
import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from convonet.assistant.heard import allot_heard
from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState, Turn

SAID = "said"
"""Key in a HumanMessage's `additional_kwargs`: the caller's bare words; "" for the greeting."""

ALREADY_SPOKEN = "already_spoken"
"""Key in the last HumanMessage's `additional_kwargs` on a retry: sentences already spoken."""

STATE = "state"
"""Key in a ToolMessage's `additional_kwargs`: the `ToolState`."""

NOTHING_MORE = "[nothing more]"
"""What the model answers on a retry when everything had already been said."""

_KEPT_TURNS = 40
_TRIM_STRIDE = 20
"""Old turns leave this many at a time, so that the cached beginning stays the same meanwhile."""

_RESULT_LIMIT = 8_000
"""Characters of a tool result that the model gets to read."""

_TOOL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

_GREET = "[The call has just begun. Greet the caller by first name and ask how you can help.]"
_SILENT = "[The caller has said nothing.]"
_GO_ON = "[The caller has said nothing more. Go on.]"
_LEFT_OUT = "[Earlier parts of this long call are left out here.]"
_NOTHING_HEARD = "[The caller interrupted you before they heard anything of your answer.]"
_PARTLY_HEARD = (
    "[The caller interrupted you. Of your answer they heard only what stands above; "
    "the rest was never said.]"
)
_LOST_RESULT = (
    "This was broken off before its result came. It may or may not have taken effect: "
    "look before doing it again."
)


def conversation(turns: Sequence[Turn]) -> list[BaseMessage]:
    """Return the messages that ask for the next step of the last of `turns`."""
    start = _first_kept(len(turns))
    messages: list[BaseMessage] = []
    notes = [_LEFT_OUT] if start else []
    ids = _ToolIds()
    for place, turn in enumerate(turns[start:], start):
        messages.append(_utterance(turn, notes, _SILENT if place else _GREET))
        heard = allot_heard([step.text for step in turn.steps], turn.heard)
        for step, words in zip(turn.steps, heard, strict=True):
            _add_step(messages, step, words, ids)
        notes = _notes_after(turn, heard)
    if not messages or isinstance(messages[-1], AIMessage):
        messages.append(HumanMessage(_GO_ON))
    return messages


def continuation(said: Sequence[str]) -> HumanMessage:
    """Return the note that makes the model go on behind what an earlier attempt has spoken.

    Newer Claude models refuse an assistant message at the end, so the words stand in a note.
    """
    spoken = " ".join(sentence.strip() for sentence in said)
    note = (
        "[Your answer to this was broken off by a technical fault, which you need not mention. "
        f'The caller has already heard you say: "{spoken}" '
        "Go on exactly behind these words and repeat none of them. Call the tools you still "
        f"need. If nothing is left to say or to call, answer only {NOTHING_MORE}.]"
    )
    return HumanMessage(note, additional_kwargs={ALREADY_SPOKEN: list(said)})


def _first_kept(count: int) -> int:
    if count < _KEPT_TURNS + _TRIM_STRIDE:
        return 0
    return (count - _KEPT_TURNS) // _TRIM_STRIDE * _TRIM_STRIDE


def _utterance(turn: Turn, notes: Sequence[str], wordless: str) -> HumanMessage:
    words = turn.said.strip()
    return HumanMessage("\n".join([*notes, words or wordless]), additional_kwargs={SAID: words})


def _notes_after(turn: Turn, heard: Sequence[str]) -> list[str]:
    if not turn.interrupted:
        return []
    return [_PARTLY_HEARD if any(heard) else _NOTHING_HEARD]


def _add_step(messages: list[BaseMessage], step: Step, words: str, ids: "_ToolIds") -> None:
    if step.calls:
        calls = [(ids.unique(call.id), call) for call in step.calls]
        results = {result.call_id: result for result in reversed(step.results)}
        _add_words(messages, words, calls)
        messages.extend(_result(key, call, results.get(call.id)) for key, call in calls)
    elif words:
        _add_words(messages, words, [])


def _add_words(messages: list[BaseMessage], words: str, calls: list[tuple[str, ToolCall]]) -> None:
    """Append an assistant message; two in a row become one."""
    if isinstance(messages[-1], AIMessage):
        words = f"{messages.pop().text} {words}".strip()
    tool_calls = [{"id": key, "name": call.name, "args": call.arguments} for key, call in calls]
    messages.append(AIMessage(words, tool_calls=tool_calls))


def _result(key: str, call: ToolCall, result: ToolResult | None) -> ToolMessage:
    state = result.state if result else ToolState.CANCELLED
    text = result.text.strip() if result else _LOST_RESULT
    return ToolMessage(
        text[:_RESULT_LIMIT] or "Done.",
        name=call.name,
        tool_call_id=key,
        status="success" if state is ToolState.SUCCEEDED else "error",
        additional_kwargs={STATE: state.value},
    )


class _ToolIds:
    """Makes ids that the API takes: of its alphabet, and no two alike in one request."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, wanted: str) -> str:
        """Return `wanted` itself where it can be used; the same for the same record."""
        key = wanted
        while key in self._taken or not _TOOL_ID.fullmatch(key):
            key = "call_" + hashlib.sha256(f"{len(self._taken)} {key}".encode()).hexdigest()[:24]
        self._taken.add(key)
        return key
