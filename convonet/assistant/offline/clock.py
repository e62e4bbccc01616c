"""Times of day as people say them."""

# ruff: noqa: PLR2004  (hours and minutes: 12 is 12)

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from typing import Literal

Meridiem = Literal["am", "pm"]
Part = Literal["morning", "afternoon", "evening", "night"]

PART_HOURS: dict[Part, int] = {"morning": 9, "afternoon": 15, "evening": 19, "night": 20}
"""What a part of the day means when no hour is said. It is read back."""

PART_NAMES: dict[str, Part] = {
    "morning": "morning",
    "afternoon": "afternoon",
    "evening": "evening",
    "night": "night",
    "1st thing": "morning",
}

_BEFORE = r"(?:(?:at|by|for|from|before|until|till|to|starting at) )?(?:about |around |exactly )?"
_HOUR = r"(2[0-4]|1\d|0?\d)"
_SHARP = r"(?: sharp| exactly)?"
_TAIL = r"(?: oclock)?(?: (am|pm))?" + _SHARP
_NOT_COUNTED = (
    r"(?! (?:(?!this\b)[a-z]+s|percent|people|children|more|of|degrees|euros?|dollars?)\b)"
)


@dataclass(frozen=True)
class Clock:
    """An hour and minute as said: with `am` or `pm`, or not yet decided."""

    hour: int
    minute: int = 0
    meridiem: Meridiem | None = None

    @property
    def midnight(self) -> bool:
        """It is twelve at night, at the beginning or the end of a day."""
        return self.at("pm") == time(0, 0)

    @property
    def settled(self) -> bool:
        """Only one time of day can be meant."""
        return self.meridiem is not None or self.hour == 0 or self.hour > 12

    def at(self, meridiem: Meridiem) -> time:
        """Return the time of day, taking `meridiem` where none was said."""
        if self.hour == 0 or self.hour > 12:
            return time(self.hour % 24, self.minute)
        hour = self.hour % 12 + (12 if (self.meridiem or meridiem) == "pm" else 0)
        return time(hour, self.minute)

    def usual(self) -> time:
        """Return the time most people mean: 7 to 11 in the morning, else the afternoon."""
        return self.at("am" if 7 <= self.hour <= 11 else "pm")


@dataclass(frozen=True)
class Range:
    """From one time to another."""

    start: Clock
    end: Clock


def between(pattern: str) -> re.Pattern[str]:
    """Compile a pattern for whole words of `Words.normal`."""
    return re.compile(rf"(?<=\s)(?:{pattern})(?=\s)")


def _meridiem(text: str | None) -> Meridiem | None:
    return "am" if text == "am" else "pm" if text == "pm" else None


def _clock(hour: str, minute: str | None, meridiem: str | None) -> Clock | None:
    value = Clock(int(hour), int(minute or 0), _meridiem(meridiem))
    return value if value.minute < 60 else None


def _shifted(hour: int, direction: str, minutes: int, meridiem: str | None) -> Clock | None:
    """Return `minutes` past or to `hour`."""
    if direction in ("past", "after"):
        return _clock(str(hour), str(minutes), meridiem)
    if hour == 12 and meridiem is not None:
        meridiem = "pm" if meridiem == "am" else "am"
    before = (hour - 2) % 12 + 1 if hour <= 12 else hour - 1
    return _clock(str(before), str(60 - minutes), meridiem)


def _relative(match: re.Match[str]) -> Clock | None:
    amount, direction, hour, meridiem = match.groups()
    minutes = {"quarter": 15, "half": 30}.get(amount) or int(amount.split()[0])
    if hour in ("noon", "midnight"):
        return _shifted(12, direction, minutes, "pm" if hour == "noon" else "am")
    return _shifted(int(hour), direction, minutes, meridiem)


def _plain(match: re.Match[str]) -> Clock | None:
    groups = (*match.groups(), None, None)
    return _clock(groups[0] or "0", groups[1], groups[2])


def _hour_only(match: re.Match[str]) -> Clock | None:
    return _clock(match[1], None, match[2])


def _named(match: re.Match[str]) -> Clock:
    return Clock(12, 0, "am") if match[1] == "midnight" else Clock(12, 0, "pm")


_Builder = Callable[[re.Match[str]], Clock | None]
_CLOCKS: tuple[tuple[re.Pattern[str], _Builder], ...] = (
    (
        between(
            _BEFORE
            + r"(?:a )?(quarter|half|\d{1,2} minutes?|(?:5|10|20|25)(?= past| after)"
            + r"|(?<=at )(?:5|10|20|25))"
            + r" (past|after|to|before|till|of) (\d{1,2}|noon|midnight)"
            + _TAIL
        ),
        _relative,
    ),
    (between(_BEFORE + _HOUR + r":([0-5]\d)" + _TAIL), _plain),
    (between(_BEFORE + _HOUR + r"\.([0-5]\d) (am|pm)"), _plain),
    (between(r"(?:at|by|from|until|around) " + _HOUR + r"\.([0-5]\d)"), _plain),
    (between(_BEFORE + _HOUR + r" ([0-5]\d) (am|pm)"), _plain),
    (between(_BEFORE + _HOUR + r" (am|pm)" + _SHARP), _hour_only),
    (between(_BEFORE + _HOUR + r" oclock(?: (am|pm))?" + _SHARP), _hour_only),
    (
        between(
            _BEFORE + _HOUR + r" ([0-5]\d)(?= (?:today|tomorrow|tonight|on|in the|[a-z]{3,6}day) )"
        ),
        _plain,
    ),
    (between(r"(?:at |by |until )half " + _HOUR), lambda m: _clock(m[1], "30", None)),
    (
        between(
            r"(?:at|by|around|until|till|before|from|starting at) (?:about |around |exactly )?"
            + _HOUR
            + r"(?: ([0-5]\d))?"
            + _SHARP
            + _NOT_COUNTED
        ),
        _plain,
    ),
    (between(_BEFORE + r"(noon|midday|midnight|lunchtime)"), _named),
)
_MOVED = between(r"to " + _HOUR + r"(?: ([0-5]\d))?" + _NOT_COUNTED)
_ANSWER = re.compile(
    r"(?<=\A )(?:(?:um|uh|maybe|at|say|make it|let's say) )*" + _HOUR + r"(?: ([0-5]\d))?(?= \Z)"
)
_ANSWER_TO = re.compile(r"(?<=\A )(quarter|5|10|20|25) (to|before) (\d{1,2})" + _TAIL + r"(?= \Z)")
_SIDE = (
    r"(?:(?:(quarter|half) (past|to) )?" + _HOUR + r"(?:(?::| )([0-5]\d))?(?: oclock)?"
    r"(?: (am|pm))?|(noon|midnight))"
)
_RANGES = (
    between(r"(?:from|between) " + _SIDE + r" (?:to|until|till|and|through) " + _SIDE),
    between(r"(?:for |at )?" + _SIDE + r" (?:to|until|till) " + _SIDE),
)
_PARTS = (
    between(r"(?:(?:at )?1st thing )?(?:in the|during the) (morning|afternoon|evening|night)"),
    between(r"(?:for |by )?this (morning|afternoon|evening)"),
    between(r"at (night)"),
    between(r"(1st thing)"),
)


def find_ranges(normal: str) -> Iterator[tuple[tuple[int, int], Range]]:
    """Yield every "from two to three" with its place."""
    for pattern in _RANGES:
        for match in pattern.finditer(normal):
            groups = match.groups()
            start, end = _side(groups[:6]), _side(groups[6:])
            if start is not None and end is not None:
                yield match.span(), Range(start, end)


def _side(groups: tuple[str | None, ...]) -> Clock | None:
    fraction, direction, hour, minute, meridiem, named = groups
    if named:
        return Clock(12, 0, "am" if named == "midnight" else "pm")
    if hour is None:
        return None
    if fraction is None or direction is None:
        return _clock(hour, minute, meridiem)
    return _shifted(int(hour), direction, 15 if fraction == "quarter" else 30, meridiem)


def read_answer(normal: str) -> tuple[tuple[int, int], Clock] | None:
    """Return the time when "ten to five" is all that was said: no range then."""
    match = _ANSWER_TO.search(normal)
    clock = _relative(match) if match is not None else None
    return (match.span(), clock) if match is not None and clock is not None else None


def find_clocks(
    normal: str, *, answering: bool, moving: bool
) -> Iterator[tuple[tuple[int, int], Clock]]:
    """Yield every time of day with its place, the surest readings first.

    `answering` takes a bare number for an hour; `moving` takes "to 3" for one.
    """
    patterns = list(_CLOCKS)
    if moving:
        patterns.append((_MOVED, _plain))
    if answering:
        patterns.append((_ANSWER, _plain))
    for pattern, build in patterns:
        for match in pattern.finditer(normal):
            clock = build(match)
            if clock is not None:
                yield match.span(), clock


def find_parts(normal: str) -> Iterator[tuple[tuple[int, int], Part, bool]]:
    """Yield every part of a day with its place, and whether it means today's."""
    for pattern in _PARTS:
        for match in pattern.finditer(normal):
            yield match.span(), PART_NAMES[match[1]], " this " in f" {match[0]} "
