"""When the caller means: spoken dates and times, resolved against their clock or asked about."""

# ruff: noqa: PLR2004  (hours: 12 is 12)

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from convonet.assistant.offline.clock import (
    PART_HOURS,
    Clock,
    Part,
    Range,
    between,
    find_clocks,
    find_parts,
    find_ranges,
    read_answer,
)
from convonet.assistant.offline.day_phrases import Day, Vague, find_days
from convonet.assistant.offline.words import split_words

Span = tuple[int, int]


@dataclass(frozen=True)
class When:
    """A point in time, a range, or only a day; in the caller's time zone."""

    day: date
    start: datetime | None = None
    """None when only the day is known."""
    end: datetime | None = None
    part: Part | None = None
    """Set when no hour was said but a part of the day; `start` is its usual hour then."""
    dated: bool = True
    """False when the day was not said: it is the next on which the time is still to come."""


@dataclass(frozen=True)
class Reading:
    """What a sentence says about time, and the sentence without it."""

    rest: str
    when: When | None = None
    question: str = ""
    """Set when a time was meant but cannot be known: what to ask."""
    repeats: bool = False
    """It should happen again and again."""
    days: tuple[date, date] | None = None
    """The first of several days that `question` is about, and the day behind the last."""
    length: timedelta | None = None
    """How long it should take."""


@dataclass
class _Fragments:
    spans: list[Span] = field(default_factory=list[Span])
    days: list[Day] = field(default_factory=list[Day])
    clocks: list[Clock] = field(default_factory=list[Clock])
    ranges: list[Range] = field(default_factory=list[Range])
    parts: list[Part] = field(default_factory=list[Part])
    offset: timedelta | None = None
    length: timedelta | None = None
    question: str = ""
    several: tuple[date, date] | None = None

    def take(self, span: Span) -> bool:
        """Claim a place in the sentence unless a surer reading already has it."""
        if any(span[0] < end and start < span[1] for start, end in self.spans):
            return False
        self.spans.append(span)
        return True


_UNITS = {"second": 1, "minute": 60, "min": 60, "hour": 3600}
_QUANTITY = (
    r"(?P<n>\d{1,3}|an?|a couple of|half an?|a quarter of an|3 quarters of an)"
    r"(?P<half1> and a half)?"
    r" (?P<unit>second|minute|min|hour)s?(?P<half2> and a half)?"
    r"(?: and (?P<more>\d{1,2}) minutes?)?"
)
_OFFSETS = (between(rf"in (?:about )?{_QUANTITY}"), between(rf"{_QUANTITY} from now"))
_LENGTH = between(rf"for {_QUANTITY}")
_REPEATS = between(
    r"(?:every|each) (?:single )?(?:other |2nd |\d{1,3} )?(?:day|morning|afternoon|evening|night"
    r"|week|weekday|month|year|hour|minute|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday)s?|daily|weekly|monthly|hourly|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)days"
)
_MOVES = re.compile(r"\A (?:move|change|reschedule|push|shift|postpone|set|make|bring) ")


def read_when(
    text: str, now: datetime, *, day: date | None = None, answering: bool = False
) -> Reading:
    """Find when the caller means; `now` is their local time, with its zone.

    `day` is a day already known from before; `answering` takes a bare "two" for a time.
    Never raises, and never guesses between two days: then `question` asks.
    """
    words = split_words(text)
    normal = words.normal
    found = _find(normal, now, answering=answering)
    repeats = _REPEATS.search(normal)
    if repeats is not None:
        found.spans.append(repeats.span())
    rest = words.without(found.spans)
    reading = Reading(rest, repeats=repeats is not None, days=found.several, length=found.length)
    if found.question:
        return replace(reading, question=found.question)
    try:
        return replace(reading, when=_resolve(found, now, day))
    except _Unclear as unclear:
        return replace(reading, question=str(unclear))


class _Unclear(Exception):
    """More than one time could be meant; the message asks."""


def _find(normal: str, now: datetime, *, answering: bool) -> _Fragments:
    """Collect what is said about time; what is read first keeps its words."""
    found = _Fragments()
    _find_lengths(normal, found)
    if answering and (answer := read_answer(normal)) is not None:
        found.take(answer[0])
        found.clocks.append(answer[1])
    found.ranges.extend(item for span, item in find_ranges(normal) if found.take(span))
    _find_days(normal, now.date(), found)
    moving = _MOVES.search(normal) is not None
    clocks = find_clocks(normal, answering=answering, moving=moving)
    found.clocks.extend(item for span, item in clocks if found.take(span))
    for span, part, today in find_parts(normal):
        if found.take(span):
            found.parts.append(part)
            found.days.extend([Day(now.date())] if today else [])
    return found


def _find_days(normal: str, today: date, found: _Fragments) -> None:
    for span, item in find_days(normal, today):
        if not found.take(span):
            continue
        if isinstance(item, Vague):
            found.question, found.several = item.question, item.days
        else:
            found.days.append(item)


def _find_lengths(normal: str, found: _Fragments) -> None:
    for pattern in _OFFSETS:
        match = pattern.search(normal)
        if match is not None and found.take(match.span()):
            found.offset = _quantity(match)
    match = _LENGTH.search(normal)
    if match is not None and found.take(match.span()):
        found.length = _quantity(match)


def _quantity(match: re.Match[str]) -> timedelta:
    seconds = _UNITS[match["unit"]]
    text = match["n"]
    fractions = {"half a": 0.5, "half an": 0.5, "a quarter of an": 0.25, "3 quarters of an": 0.75}
    number = fractions.get(text) or {"a": 1.0, "an": 1.0, "a couple of": 2.0}.get(text)
    if number is None:
        number = float(text)
    if match["half1"] or match["half2"]:
        number += 0.5
    return timedelta(seconds=seconds * number + 60 * int(match["more"] or 0))


def _resolve(found: _Fragments, now: datetime, day: date | None) -> When | None:
    if found.offset is not None:
        start = (now.astimezone(UTC) + found.offset).astimezone(now.tzinfo)
        return When(start.date(), start.replace(microsecond=0))
    named = _one_day(found)
    part = _one_part(found)
    on = named or day
    if found.ranges:
        return replace(_range(found.ranges, part, on, now), dated=on is not None)
    if len(found.clocks) > 1:
        raise _Unclear("I heard two times. At what time exactly?")
    if not found.clocks:
        return _no_clock(on, part, now)
    start = _moment(_not_midnight(found.clocks[0], part, on, now), part, on, now)
    end = start + found.length if found.length is not None else None
    return When(start.date(), start, end, dated=on is not None)


def _not_midnight(clock: Clock, part: Part | None, on: date | None, now: datetime) -> Clock:
    """Refuse the midnight of a day, which may be either end of it; tonight's is plain."""
    if clock.midnight and on is not None and not (on == now.date() and part == "night"):
        raise _Unclear("Midnight may be either end of that day. Which day, and 12 AM or 11:59 PM?")
    return clock


def _one_day(found: _Fragments) -> date | None:
    named = {item.day for item in found.days}
    if len(named) > 1:
        raise _Unclear("I heard two days. Which day do you mean?")
    return named.pop() if named else None


def _one_part(found: _Fragments) -> Part | None:
    parts: list[Part] = [*found.parts, *(day.part for day in found.days if day.part is not None)]
    return parts[0] if parts else None


def _no_clock(on: date | None, part: Part | None, now: datetime) -> When | None:
    if part is None:
        return When(on) if on is not None else None
    start = _at(on or now.date(), time(PART_HOURS[part]), now)
    if on is None and start <= now:
        start = _at(start.date() + timedelta(days=1), time(PART_HOURS[part]), now)
    return When(start.date(), start, part=part, dated=on is not None)


def _in_part(clock: Clock, part: Part | None) -> time:
    if part is None or clock.settled:
        return clock.usual()
    if part == "night" and (clock.hour == 12 or clock.hour < 5):
        raise _Unclear("Is that in the night before or after that day? Please say the day again.")
    return clock.at("am" if part == "morning" else "pm")


def _moment(clock: Clock, part: Part | None, on: date | None, now: datetime) -> datetime:
    if clock.midnight:
        return _at(now.date() + timedelta(days=1), time(0, 0), now)
    usual = _in_part(clock, part)
    open_ = part is None and not clock.settled
    other = clock.at("pm" if usual.hour < 12 else "am") if open_ else usual
    start = _at(on or now.date(), usual, now)
    if start > now or (on is not None and on != now.date()):
        return start
    evening = _at(on or now.date(), other, now)
    if evening > now and other.hour >= 12:
        return evening
    return start if on is not None else _at(now.date() + timedelta(days=1), usual, now)


def _range(ranges: list[Range], part: Part | None, on: date | None, now: datetime) -> When:
    if len(ranges) > 1:
        raise _Unclear("I heard two times. From when until when exactly?")
    first, last = ranges[0].start, ranges[0].end
    if last.settled:
        end = last.at("pm")
        sides = (first.at("pm"), first.at("am"))
        before = [side for side in sides if side < end]
        start = first.usual() if first.settled or not before else before[0]
    else:
        start = _in_part(first, part)
        sides = (last.at("am"), last.at("pm"))
        end = next((side for side in sorted(sides) if side > start), sides[0])
    day = on or now.date()
    if on is None and _at(day, start, now) <= now:
        day += timedelta(days=1)
    begins, ends = _at(day, start, now), _at(day, end, now)
    return When(day, begins, ends if ends > begins else ends + timedelta(days=1))


def _at(day: date, clock: time, now: datetime) -> datetime:
    """Return the local time as it exists: one skipped by summer time moves on an hour."""
    local = datetime.combine(day, clock, now.tzinfo)
    return local.astimezone(UTC).astimezone(now.tzinfo)
