"""Guesses what was meant when no template fits, so that the caller can say yes or no."""

from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

_ENOUGH: Final = 78.0
_FEWEST_WORDS = 2


@dataclass(frozen=True)
class Guess:
    """Something that may have been meant, and how to ask for it."""

    intent: str
    question: str


_QUESTIONS: Final = {
    "get_todos": "Did you want to hear your todos?",
    "get_reminders": "Did you want to hear your reminders?",
    "get_teams": "Did you want to hear which teams you are in?",
    "get_team_members": "Did you want to hear who is in a team?",
    "undo": "Shall I undo the last change?",
    "human": "Do you want to talk to a person?",
    "goodbye": "Do you want to end the call?",
    "create_todo": "Do you want to add a todo?",
    "create_reminder": "Do you want to set a reminder?",
    "get_calendar_events": "Did you want to hear what is in your calendar?",
    "create_calendar_event": "Do you want to put something into your calendar?",
    "find_free_slot": "Do you want to know when you are free?",
}
_SAMPLES: Final = {
    "show me all my todos": "get_todos",
    "what is on my todo list": "get_todos",
    "read my open tasks": "get_todos",
    "show my reminders": "get_reminders",
    "what are my reminders": "get_reminders",
    "what teams are available": "get_teams",
    "show me my teams": "get_teams",
    "who are the members of the team": "get_team_members",
    "undo the last change": "undo",
    "talk to a human agent": "human",
    "end the call goodbye": "goodbye",
    "add a new todo": "create_todo",
    "create a task": "create_todo",
    "set a new reminder": "create_reminder",
    "what is on my calendar": "get_calendar_events",
    "which meetings do i have": "get_calendar_events",
    "schedule a new meeting": "create_calendar_event",
    "make an appointment": "create_calendar_event",
    "when am i free": "find_free_slot",
}


def guess(said: str) -> Guess | None:
    """Return what comes near, or None."""
    words = said.lower().split()
    if len(words) < _FEWEST_WORDS:
        return None
    text = " ".join(words)
    nearest, score, _ = process.extractOne(text, list(_SAMPLES), scorer=fuzz.token_sort_ratio)
    if score >= _ENOUGH:
        intent = _SAMPLES[nearest]
        return Guess(intent, _QUESTIONS[intent])
    return _by_keyword(words)


def _by_keyword(words: list[str]) -> Guess | None:
    for stem, intent in (
        ("remind", "create_reminder"),
        ("todo", "create_todo"),
        ("task", "create_todo"),
        ("calendar", "get_calendar_events"),
        ("appointment", "create_calendar_event"),
    ):
        if any(fuzz.ratio(word[: len(stem) + 2], stem) >= _ENOUGH for word in words):
            return Guess(intent, _QUESTIONS[intent])
    return None
