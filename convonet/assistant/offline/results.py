"""Tells what tools came to, and finds the question that a result may end with."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from convonet.assistant.offline.dates import When
from convonet.assistant.offline.record import Outcome
from convonet.assistant.offline.reply import Pending
from convonet.assistant.offline.understanding import Meaning
from convonet.contracts.assistant import END_CALL_TOOL, ToolState

_QUOTED = re.compile(r'"([^"]+)"')
_FOR_MODELS = re.compile(r"\s*\bAsk [^.?!]*\.\Z")
"""What a result tells a model to do is not for the caller's ears."""

_KIND = re.compile(r"(?:couldn't find an?|There are \d+) (\w+?)s? (?:called|like)\b")
"""Of what kind the thing is that a question is about; as `convonet.tools.matching` asks."""
_SAME = ("title", "new_title", "priority", "team", "assignee", "person", "role", "new_name")
"""Arguments of tools that are called as the slots of a meaning are."""

_LONGEST = 600
"""Characters of a result that are spoken; more than that nobody listens to."""

_FAILURES = {
    ToolState.TIMED_OUT: "That took too long. I don't know whether it was done.",
    ToolState.CANCELLED: "That was broken off. I don't know whether it was done.",
    ToolState.UNKNOWN_TOOL: "I'm sorry, I can't do that on this system.",
}


def tell(outcomes: Sequence[Outcome]) -> str:
    """Return what the caller is told of the results; failures are told as failures."""
    told = [_tell_one(outcome) for outcome in outcomes if outcome.tool != END_CALL_TOOL]
    return " ".join(dict.fromkeys(told)) or "Goodbye."


def _tell_one(outcome: Outcome) -> str:
    if outcome.state in _FAILURES:
        return _FAILURES[outcome.state]
    spoken = _shortened(_FOR_MODELS.sub("", outcome.spoken))
    if outcome.state is ToolState.FAILED:
        if outcome.tool in spoken:
            return "I'm sorry, that didn't work."
        return spoken or "I'm sorry, that didn't work."
    return spoken or "Done."


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text if not text or text[-1] in ".!?" else f"{text}."
    return f"{text[:_LONGEST].rsplit(' ', 1)[0]}, and so on."


def follow_up(outcomes: Sequence[Outcome]) -> Pending | None:
    """Return the question a failed call ended with ("Did you mean ...?"), to be answered next."""
    for outcome in outcomes:
        options = tuple(_QUOTED.findall(outcome.spoken))
        if outcome.state is ToolState.FAILED and outcome.spoken.endswith("?") and options:
            named = _named(outcome)
            return Pending(_meaning(outcome), "which", outcome.spoken, options, named)
    return None


def _named(outcome: Outcome) -> str:
    """Return the slot for what was not found, or found more than once."""
    match = _KIND.search(outcome.spoken)
    kind = match[1] if match else ""
    if kind in ("member", "teammate"):
        return "person" if "person" in outcome.arguments else "assignee"
    return "team" if kind == "team" else "title"


def _meaning(outcome: Outcome) -> Meaning:
    """Return what the call was for, as far as it is needed to call again with another name."""
    known = {"duration_minutes": "minutes", "shift_minutes": "shift", "minutes": "minutes"}
    known |= {same: same for same in _SAME}
    slots = {
        slot: str(outcome.arguments[argument])
        for argument, slot in known.items()
        if argument in outcome.arguments
    }
    return Meaning(outcome.tool, slots, _when(outcome), priority=slots.get("priority", ""))


def _when(outcome: Outcome) -> When | None:
    arguments = outcome.arguments
    said = arguments.get("due_date") or arguments.get("reminder_date")
    said = said or arguments.get("event_from") or arguments.get("until") or ""
    start, end = _moment(str(said)), _moment(str(arguments.get("event_to") or ""))
    if start is None:
        return None
    timed = ":" in str(said)
    return When(start.date(), start if timed else None, end, dated=start.date() != date.min)


def _moment(said: str) -> datetime | None:
    """Return the moment; of a time without a day, which stays as it is, on no real day."""
    for text in (said, f"{date.min}T{said}"):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            continue
    return None
