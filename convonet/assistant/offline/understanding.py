"""Finds what a sentence asks for, by hassil's templates, behind the date layer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from io import StringIO
from itertools import islice

from hassil import Intents, recognize_all
from hassil.recognize import RecognizeResult

from convonet.assistant.offline.cleaning import MAX_WORDS, clean, split_commands
from convonet.assistant.offline.dates import Reading, When, read_when
from convonet.assistant.offline.days import WEEKDAYS
from convonet.assistant.offline.names import closest
from convonet.assistant.offline.words import tidy
from convonet.spoken_names import with_addresses

SUBJECTS = ("calls", "calendar", "todos", "reminders", "teams")
_MAX_MATCHES = 40
"""Readings of one sentence that are compared per subject: a bound on the work."""

_I = re.IGNORECASE
_LEVELS = {
    "top": "urgent",
    "urgent": "urgent",
    "critical": "urgent",
    "highest": "urgent",
    "high": "high",
    "important": "high",
    "medium": "medium",
    "normal": "medium",
    "low": "low",
}
_LEVEL = r"(?P<level>top|urgent|critical|highest|high|medium|normal|low)"
_PRIORITIES = (
    re.compile(rf"\b{_LEVEL}[- ]priority(?=,? (?:todos?|tasks?|reminders?|items?)\b)", _I),
    re.compile(rf",? (?:with|at|as|of) (?:an? )?{_LEVEL} (?:priority|importance)\b", _I),
    re.compile(rf"[,;] {_LEVEL} priority\b", _I),
    re.compile(r"\b(?P<level>urgent|important|critical)(?= (?:todo|task|reminder|item)s?\b)", _I),
    re.compile(
        r",? (?:and |because )?(?:it's|it is|its|that's|this is) (?:very )?"
        r"(?P<level>urgent|important)\Z",
        _I,
    ),
)
_TEAM = re.compile(
    r",? (?:for|in|of|on|within) (?:the |my |our )?"
    r"(?P<team>(?!(?:the|my|our)\b)[\w'-]+(?: [\w'-]+)?) team\b(?!')",
    _I,
)
_TIME_FIRST = re.compile(r"remind me (?P<when>.+?) (?P<rest>(?:to|about|that|of) .+)", _I)
_FOR_SOMEBODY = re.compile(r"(?<=todo|task|item) for (?P<who>[A-Z][\w'-]+)(?:[:,]|(?= to ))")
_WAKING = re.compile(r"wake me\b|set an? alarm\b", _I)
_PART_SAID = re.compile(r"\b(?:[ap]\.?\s?m|morning|afternoon|evening|noon|in an?|minutes?)\b", _I)
_DAYS_OWN = re.compile(rf"\b(?:the )?(?P<day>today|tomorrow|{'|'.join(WEEKDAYS)})'s ", _I)
_ABOUT_EVENTS = re.compile(
    r"(?:cancel|call off|move|reschedule|postpone|push|shift|delay|rename|when|what time)\b", _I
)
_NOT_OF_TEAMS = re.compile(
    r"\b(?:todos?|tasks?|reminders?|remind|items?|undo|calendar|meetings?|appointments?|events?)\b",
    _I,
)
_MAY_HOLD_ADDRESSES = re.compile(
    r"(?:add|invite|put|bring|remove|kick|take|delete|change|make|promote|demote|set|give|find"
    r"|look|search|is|i want)\b",
    _I,
)
_NO_NAME = re.compile(r"\b(?:to|for|from|as|in|into|of|with|about|at)\b", _I)
_EXPLICIT = re.compile(
    r"\b(?:todos?|tasks?|reminders?|list|remind me|undo|as (?:done|completed?))\b", _I
)


@dataclass(frozen=True)
class Meaning:
    """What was asked for, with what was said about it."""

    intent: str
    slots: Mapping[str, str] = field(default_factory=dict[str, str])
    when: When | None = None
    question: str = ""
    """Set when a time was meant but cannot be known: what to ask."""
    repeats: bool = False
    priority: str = ""
    team: str = ""
    days: tuple[date, date] | None = None
    """The first of several days that were meant, and the day behind the last."""
    length: timedelta | None = None
    """How long it should take."""


def understand(text: str, now: datetime, teams: Sequence[str]) -> tuple[Meaning, ...]:
    """Return what the sentence asks for; more than one when it is clearly several commands."""
    command = clean(text)
    if len(command.split()) > MAX_WORDS:
        return ()
    parts = split_commands(command)
    if len(parts) > 1 and all(_EXPLICIT.search(part) for part in parts):
        meanings = [_understand_one(part, now, teams) for part in parts]
        if all(meanings):
            return tuple(meaning for meaning in meanings if meaning is not None)
    meaning = _understand_one(command, now, teams)
    return (meaning,) if meaning is not None else ()


def is_explicit(text: str) -> bool:
    """Tell whether a sentence names what it is about, so that it is no mere title."""
    return _EXPLICIT.search(text) is not None


def _understand_one(command: str, now: datetime, teams: Sequence[str]) -> Meaning | None:
    said = _match(command)
    if said is not None and said[0] in ("time", "day", "greeting", "goodbye"):
        return Meaning(*said)
    if (about_teams := _about_teams(command, teams)) is not None:
        return about_teams
    if _WAKING.match(command) and not _PART_SAID.search(command):
        command += " in the morning"
    reading = _read_when(_day_last(command), now)
    rest, priority, team = _attributes(reading.rest, teams)
    rest, assignee = _assignee(rest)
    if _MAY_HOLD_ADDRESSES.match(rest) and not _NOT_OF_TEAMS.search(rest):
        rest = with_addresses(rest)
    found = _match(rest)
    if found is None:
        return Meaning(*said) if said is not None else None
    intent, slots = found
    if assignee:
        slots = {**slots, "assignee": assignee}
    return Meaning(
        intent,
        slots,
        reading.when,
        reading.question,
        reading.repeats,
        priority,
        team,
        days=reading.days,
        length=reading.length,
    )


def _about_teams(command: str, teams: Sequence[str]) -> Meaning | None:
    """Return what is wanted of a team or its members; dates are no part of that, but names are."""
    if _NOT_OF_TEAMS.search(command):
        return None
    if _MAY_HOLD_ADDRESSES.match(command):
        command = with_addresses(command)
    found = _match(_with_team_word(command, teams), ("teams",))
    if found is None or found[0] == "search_users":
        return None
    return Meaning(*found)


def _with_team_word(command: str, teams: Sequence[str]) -> str:
    """Return "add Ann to the hackathon team" for "add Ann to hackathon", if that is a team."""
    names = "|".join(re.escape(name) for name in teams if not name.lower().endswith("team"))
    bare = rf"\b(to|from|into|in|of|on|join|leave)( the)? ({names})(?=[.?!]*\Z| as )"
    return re.sub(bare, r"\1\2 \3 team", command, flags=_I) if names else command


def _day_last(command: str) -> str:
    """Return "cancel the stand-up on friday" for "cancel friday's stand-up"."""
    match = _DAYS_OWN.search(command)
    if match is None or not _ABOUT_EVENTS.match(command):
        return command
    day = match["day"].lower()
    rest = tidy(command[: match.start()] + command[match.end() :])
    return f"{rest} {day}" if day in ("today", "tomorrow") else f"{rest} on {day}"


def _read_when(command: str, now: datetime) -> Reading:
    """Read the time; in "remind me tomorrow about the meeting on Friday" it is the first."""
    reading = read_when(command, now)
    match = _TIME_FIRST.match(command)
    if match is None or not reading.question:
        return reading
    first = read_when(match["when"], now)
    if first.when is None or first.rest:
        return reading
    return replace(first, rest=f"remind me {match['rest']}")


def _assignee(text: str) -> tuple[str, str]:
    match = _FOR_SOMEBODY.search(text)
    if match is None:
        return text, ""
    return tidy(text[: match.start()] + text[match.end() :]), match["who"]


def _attributes(text: str, teams: Sequence[str]) -> tuple[str, str, str]:
    priority = team = ""
    for pattern in _PRIORITIES:
        match = pattern.search(text)
        if match is not None and not priority:
            priority = _LEVELS[match["level"].lower()]
            text = tidy(text[: match.start()] + " " + text[match.end() :])
    match = _TEAM.search(text)
    if match is not None:
        team = closest(match["team"], teams) or match["team"]
        text = tidy(text[: match.start()] + " " + text[match.end() :])
    return text, priority, team


@lru_cache(maxsize=1024)
def _match(text: str, subjects: Sequence[str] = SUBJECTS) -> tuple[str, dict[str, str]] | None:
    """Return the reading that leaves the least to wildcards; kept, as replays ask for it again."""
    best: tuple[int, str, dict[str, str]] | None = None
    for result in _results(text, subjects):
        slots = {
            name: tidy(text[slice(*entity.text_span)])
            if entity.is_wildcard and entity.text_span is not None
            else str(entity.value)
            for name, entity in result.entities.items()
        }
        if _NO_NAME.search(slots.get("name", "")):
            continue  # "Close the deal with the sales team" is about no team of that name.
        free = sum(len(entity.text) for entity in result.entities.values() if entity.is_wildcard)
        if best is None or free < best[0]:
            best = (free, result.intent.name, slots)
    return (best[1], best[2]) if best is not None else None


def _results(text: str, subjects: Sequence[str]) -> Iterator[RecognizeResult]:
    if text.strip(" .,!?"):
        named = is_explicit(text)
        for subject in subjects:
            if named and subject == "calendar":
                continue  # "a todo to prepare the meeting" is none.
            yield from islice(recognize_all(text, templates(subject)), _MAX_MATCHES)


@cache
def templates(subject: str) -> Intents:
    """Return the compiled templates of a subject, read once per process."""
    folder = files("convonet.assistant.offline") / "templates"
    return Intents.from_yaml(StringIO((folder / f"{subject}.yaml").read_text(encoding="utf-8")))
