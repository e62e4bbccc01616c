"""Days as people say them, found in a sentence and resolved against today."""

# ruff: noqa: PLR2004  (months: 12 is 12)

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from convonet.assistant.offline import days
from convonet.assistant.offline.clock import PART_NAMES, Part, between

Groups = dict[str, str | None]
DOES_NOT_FIT = "That weekday and date do not fit. Which day is it?"
NO_SUCH_DAY = "There is no such day. Which day do you mean?"


@dataclass(frozen=True)
class Day:
    """A day that was named, with the part of it if that was said in the same breath."""

    day: date
    part: Part | None = None


@dataclass(frozen=True)
class Vague:
    """A time was meant, but no one day; `question` asks for it."""

    question: str
    days: tuple[date, date] | None = None
    """The first of several days that were meant, and the day behind the last."""


_BEFORE = (
    r"(?:(?:(?<! is )(?<!'s )due|starting|scheduled|dated|sometime) )?"
    r"(?:(?:on|by|for|before|until|till|from|to|since) )?"
)
_PREPOSITION = (
    r"(?:(?:(?<! is )(?<!'s )due|starting|scheduled) )?"
    r"(?:on|by|for|before|until|till|from|to|due(?<! is due)(?<!'s due))"
)
_DAY = rf"(?P<day>{'|'.join(days.WEEKDAYS)}|mon|tues?|wed|thu(?:rs?)?|fri)"
_MONTH = rf"(?P<month>{'|'.join(days.MONTHS)}|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)"
_PART = r"(?: (?:in the )?(?P<part>morning|afternoon|evening|night))?"
_NUMBER = r"(?P<n>\d{1,2})(?:st|nd|rd|th)?"
_ORDINAL = r"(?P<n>\d{1,2})(?:st|nd|rd|th)"
_YEAR = r"(?: (?P<year>20\d\d))?"
_LATER = r"(?: (?:of )?(?P<later>next week|week|after next))?"
_UNIT = r"(?P<unit>day|week|month|year)"
_AMOUNT = r"(?P<n>a couple of|an?|\d{1,3})"
_GOES_ON = (
    r"(?=(?: \Z| (?:at|from|in|by|to|and|for|remind|about|with|between|around|called|that|on|1st"
    rf"|early|late|{'|'.join(days.MONTHS)}|noon|midday|midnight|please|half"
    r"|quarter|\d{1,2}(?: (?:am|pm))?|\d{1,2}:\d\d) ))"
)
_FIXED = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "new years eve": (12, 31),
    "new year's day": (1, 1),
    "new years day": (1, 1),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
    "valentines day": (2, 14),
}


def _or_ask(found: date | None) -> Day | Vague:
    return Day(found) if found is not None else Vague(NO_SUCH_DAY)


def _part(groups: Groups) -> Part | None:
    return PART_NAMES.get(groups.get("part") or "")


def _amount(text: str | None) -> int:
    if not text or text in ("a", "an"):
        return 1
    return 2 if text == "a couple of" else int(text)


def _iso(groups: Groups, _today: date) -> Day | Vague:
    year, month, day = (int(part) for part in (groups["iso"] or "").split("-"))
    return _or_ask(days.valid_date(year, month, day))


def _slashes(groups: Groups, today: date) -> Day | Vague:
    first, second = int(groups["n"] or 0), int(groups["m"] or 0)
    if first <= 12 and second <= 12 and first != second:
        return Vague("Which day is that? Please say the month by its name.")
    month, day = (second, first) if first > 12 else (first, second)
    return _in_year(month, day, groups.get("year"), today)


def _in_year(month: int, day: int, year: str | None, today: date) -> Day | Vague:
    if year:
        return _or_ask(days.valid_date(int(year), month, day))
    return _or_ask(days.yearly(today, month, day))


def _of_named_month(groups: Groups, today: date) -> Day | Vague:
    month = days.month_number(groups["month"] or "")
    return _in_year(month, int(groups["n"] or 0), groups.get("year"), today)


def _weekday_and_month(groups: Groups, today: date) -> Day | Vague:
    found = _of_named_month(groups, today)
    if isinstance(found, Day) and found.day.weekday() != days.weekday_number(groups["day"] or ""):
        return Vague(DOES_NOT_FIT)
    return found


def _of_this_month(groups: Groups, today: date) -> Day | Vague:
    first = days.start_of(today, "month", 1 if groups["which"] == "next" else 0)
    return _or_ask(days.valid_date(first.year, first.month, int(groups["n"] or 0)))


def _of_month(groups: Groups, today: date) -> Day | Vague:
    return _or_ask(days.day_of_month(today, int(groups["n"] or 0)))


def _weekday_and_number(groups: Groups, today: date) -> Day | Vague:
    found = days.day_of_month(today, int(groups["n"] or 0), groups["day"] or "")
    return Day(found) if found else Vague(DOES_NOT_FIT)


def _nth_weekday(groups: Groups, today: date) -> Day | Vague:
    if groups["month"]:
        number = days.month_number(groups["month"])
        first = date(today.year + (number < today.month), number, 1)
    else:
        first = days.start_of(today, "month", 1 if groups["which"] == "next" else 0)
    place = -1 if groups["nth"] == "last" else int((groups["nth"] or "1")[0]) - 1
    return _or_ask(days.nth_weekday(first, groups["day"] or "", place))


def _weekday(groups: Groups, today: date) -> Day | Vague:
    which, later = (groups.get("which") or "").strip(), groups.get("later")
    found = days.coming_weekday(
        today, groups["day"] or "", "next" if later == "next week" else which
    )
    if later in ("week", "after next"):
        found += timedelta(days=7)
    return Day(found, _part(groups))


def _weekday_in_this_week(groups: Groups, today: date) -> Day | Vague:
    return Day(days.coming_weekday(today, groups["day"] or ""), _part(groups))


def _relative(groups: Groups, today: date) -> Day | Vague:
    ahead = {"day after tomorrow": 2, "tomorrow": 1, "yesterday": -1}
    part = "night" if groups["rel"] == "tonight" else _part(groups)
    return Day(today + timedelta(days=ahead.get(groups["rel"] or "", 0)), part)


def _end(groups: Groups, today: date) -> Day | Vague:
    if groups["unit"] == "day":
        return Day(today, "evening")
    return Day(days.end_of(today, groups["unit"] or "", 1 if groups["which"] == "next" else 0))


def _start(groups: Groups, today: date) -> Day | Vague:
    return Day(days.start_of(today, groups["unit"] or "", 1))


def _weekend(groups: Groups, today: date) -> Day | Vague:
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    return Day(saturday + timedelta(days=7 if groups["which"] == "next" else 0))


def _ahead(groups: Groups, today: date) -> Day | Vague:
    number, unit = _amount(groups["n"]), groups["unit"]
    if unit in ("month", "year"):
        return Day(days.add_months(today, number * (12 if unit == "year" else 1)))
    return Day(today + timedelta(days=number * (7 if unit == "week" else 1)))


def _weeks_from(groups: Groups, today: date) -> Day | Vague:
    if groups["day"]:
        start = days.coming_weekday(today, groups["day"])
    else:
        start = today + timedelta(days=1 if groups["rel"] == "tomorrow" else 0)
    return Day(start + timedelta(days=7 * _amount(groups["n"])))


def _holiday(groups: Groups, today: date) -> Day | Vague:
    return _or_ask(days.yearly(today, *_FIXED[groups["holiday"] or ""]))


_Builder = Callable[[Groups, date], Day | Vague]
_PATTERNS: tuple[tuple[str, _Builder], ...] = (
    (_BEFORE + r"(?P<iso>\d{4}-\d\d-\d\d)", _iso),
    (_BEFORE + r"(?P<n>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<year>20\d\d))?", _slashes),
    (_BEFORE + rf"{_DAY} (?:the )?{_NUMBER} (?:of )?{_MONTH}" + _YEAR, _weekday_and_month),
    (_BEFORE + rf"{_DAY} {_MONTH} (?:the )?{_NUMBER}" + _YEAR, _weekday_and_month),
    (
        _BEFORE + rf"(?:the )?(?P<nth>1st|2nd|3rd|4th|last) {_DAY} (?:of|in) "
        rf"(?:(?P<which>this|the|next) month|{_MONTH})",
        _nth_weekday,
    ),
    (_BEFORE + rf"(?:the )?{_NUMBER} (?:day )?(?:of )?{_MONTH}" + _YEAR, _of_named_month),
    (
        _BEFORE + rf"{_MONTH} (?:the )?{_NUMBER}" + _YEAR + r"(?! (?:am|pm|oclock) )",
        _of_named_month,
    ),
    (_BEFORE + rf"(?:the )?{_ORDINAL} of (?P<which>this|the|next) month", _of_this_month),
    (_BEFORE + rf"(?:the )?(?:end|last day) of (?:(?P<which>this|the|next) )?{_UNIT}", _end),
    (_BEFORE + rf"(?:the )?(?:beginning|start) of next {_UNIT}", _start),
    (_BEFORE + rf"{_DAY} (?:the )?{_ORDINAL}", _weekday_and_number),
    (rf"(?:in )?{_AMOUNT} weeks? from (?:{_DAY}|(?P<rel>today|now|tomorrow))", _weeks_from),
    (_BEFORE + rf"(?P<which>next) week (?:on )?{_DAY}" + _PART, _weekday),
    (_BEFORE + rf"this week (?:on )?{_DAY}" + _PART, _weekday_in_this_week),
    (_BEFORE + rf"(?P<which>next|last) {_DAY}" + _LATER + _PART, _weekday),
    (
        _BEFORE + rf"(?:this|this coming|the coming|coming|the following) {_DAY}" + _PART,
        _weekday_in_this_week,
    ),
    (_PREPOSITION + rf" {_DAY}" + _LATER + _PART, _weekday),
    (rf"(?<! the )(?<! a )(?<! my ){_DAY}" + _LATER + _PART + _GOES_ON, _weekday),
    (
        _BEFORE + r"(?:the )?(?P<rel>day after tomorrow|today|tonight|tomorrow|yesterday)" + _PART,
        _relative,
    ),
    (_BEFORE + r"(?:at the |over the |the )?(?:(?P<which>this|next) )?weekend", _weekend),
    (rf"(?:in|within) {_AMOUNT} {_UNIT}s?", _ahead),
    (rf"{_AMOUNT} {_UNIT}s? from now", _ahead),
    (_BEFORE + rf"(?P<holiday>{'|'.join(_FIXED)})", _holiday),
    (r"(?:on|by|for|before|until|due|till|to) (?:the )?" + _ORDINAL + _GOES_ON, _of_month),
    (r"the " + _ORDINAL + _GOES_ON, _of_month),
)
_COMPILED = tuple((between(pattern), build) for pattern, build in _PATTERNS)
_VAGUE: tuple[tuple[re.Pattern[str], str], ...] = (
    (between(_BEFORE + r"(?:some ?time )?(?:next|this) week"), "Which day of the week?"),
    (between(_BEFORE + r"(?:the )?rest of (?:the|this) week"), "Which day of the week?"),
    (between(_BEFORE + rf"(?:next|this) month|{_BEFORE}in {_MONTH}"), "Which day of the month?"),
    (between(_BEFORE + r"next year"), "Which day next year?"),
    (between(r"in (?:a few|some|several) (?:minutes|hours|days|weeks)"), "In how many exactly?"),
    (between(r"some ?time (?:later|soon)|later on"), "At what time exactly?"),
)
_LATER_TODAY = between(r"later (?:today|tonight)")


def find_days(normal: str, today: date) -> Iterator[tuple[tuple[int, int], Day | Vague]]:
    """Yield every day named in `Words.normal` with its place, the surest readings first."""
    for match in _LATER_TODAY.finditer(normal):
        yield match.span(), Vague("At what time today?")
    for pattern, build in _COMPILED:
        for match in pattern.finditer(normal):
            yield match.span(), build(match.groupdict(), today)
    for pattern, question in _VAGUE:
        for match in pattern.finditer(normal):
            yield match.span(), Vague(question, _several(match[0], today))


def _several(said: str, today: date) -> tuple[date, date] | None:
    """Return the days of "this week", of which the rest is meant, or of "next month"."""
    named = re.search(r"(this|the|next) (week|month)\Z", said)
    if named is None:
        return _month(said, today)
    if named[1] != "next":
        return today, days.start_of(today, named[2], 1)
    return days.start_of(today, named[2], 1), days.start_of(today, named[2], 2)


def _month(said: str, today: date) -> tuple[date, date] | None:
    """Return the days to come of "in December": of this year, or of the next once it is over."""
    named = re.search(rf"in {_MONTH}\Z", said)
    if named is None:
        return None
    number = days.month_number(named["month"])
    first = date(today.year + (number < today.month), number, 1)
    return max(first, today), days.add_months(first, 1)
