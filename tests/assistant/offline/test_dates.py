"""Spoken dates, said on Wednesday, 18 November 2026, at 10:00 in Berlin."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.assistant.offline.dates import When, read_when

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=BERLIN)

SAID = {
    "tomorrow at 2 PM": "2026-11-19T14:00",
    "next Friday from 2 to 3 PM": "2026-11-27T14:00/15:00",
    "in twenty minutes": "2026-11-18T10:20",
    "on the third of December": "2026-12-03",
    "two p m": "2026-11-18T14:00",
    "tonight": "2026-11-18T20:00",
    "at noon": "2026-11-18T12:00",
    "this afternoon": "2026-11-18T15:00",
    "end of the week": "2026-11-20",
    "by the end of the month": "2026-11-30",
    "end of next week": "2026-11-27",
    "beginning of next month": "2026-12-01",
    "Monday morning": "2026-11-23T09:00",
    "at half past nine": "2026-11-18T21:30",
    "quarter to five": "2026-11-18T16:45",
    "at a quarter past four": "2026-11-18T16:15",
    "December the third at half past nine": "2026-12-03T09:30",
    "on december the third at half past nine": "2026-12-03T09:30",
    "Thursday from nine thirty to eleven": "2026-11-19T09:30/11:00",
    "the fifteenth at noon": "2026-12-15T12:00",
    "from eleven to one tomorrow": "2026-11-19T11:00/13:00",
    "tomorrow from eleven to one pm": "2026-11-19T11:00/13:00",
    "tomorrow between 2 and 4": "2026-11-19T14:00/16:00",
    "tomorrow for an hour at 3": "2026-11-19T15:00/16:00",
    "the day after tomorrow at 8:15 in the evening": "2026-11-20T20:15",
    "next Monday at ten past three": "2026-11-23T15:10",
    "Friday": "2026-11-20",
    "on Wednesday at five": "2026-11-25T17:00",
    "in an hour and a half": "2026-11-18T11:30",
    "in two and a half hours": "2026-11-18T12:30",
    "in an hour and twenty minutes": "2026-11-18T11:20",
    "half an hour from now": "2026-11-18T10:30",
    "in a couple of days": "2026-11-20",
    "in two weeks": "2026-12-02",
    "two days from now": "2026-11-20",
    "a week from Friday": "2026-11-27",
    "Friday after next": "2026-11-27",
    "the last Friday of the month at 4": "2026-11-27T16:00",
    "the first Monday in January at 9 am": "2027-01-04T09:00",
    "25/12 at noon": "2026-12-25T12:00",
    "2026-12-24 at 18:30": "2026-12-24T18:30",
    "new year's eve at 11 pm": "2026-12-31T23:00",
    "tomorrow at 14:30": "2026-11-19T14:30",
    "tonight at eight": "2026-11-18T20:00",
    "tomorrow night": "2026-11-19T20:00",
    "at nine oh five": "2026-11-18T21:05",
    "at twenty past six": "2026-11-18T18:20",
    "the thirty first of January 2027 at seven thirty am": "2027-01-31T07:30",
    "Friday the 27th at 2": "2026-11-27T14:00",
    "at five minutes to six": "2026-11-18T17:55",
    "yesterday": "2026-11-17",
    "this weekend": "2026-11-21",
    "next weekend": "2026-11-28",
    "the twenty second": "2026-11-22",
    "at 5 o'clock tomorrow": "2026-11-19T17:00",
    "first thing in the morning": "2026-11-19T09:00",
    "first thing tomorrow": "2026-11-19T09:00",
    "tomorrow morning at eight": "2026-11-19T08:00",
    "at 3 in the afternoon on Friday": "2026-11-20T15:00",
    "2 pm on the 3rd": "2026-12-03T14:00",
    "Thursday, December 3rd, at 10 a.m.": "2026-12-03T10:00",
    "Sunday noon": "2026-11-22T12:00",
    "at midnight": "2026-11-19T00:00",
    "tonight at midnight": "2026-11-19T00:00",
    "Nov 30": "2026-11-30",
    "3 December 9:30am": "2026-12-03T09:30",
    "at ten thirty p.m.": "2026-11-18T22:30",
    "eleven thirty tomorrow": "2026-11-19T11:30",
    "at quarter to noon": "2026-11-18T11:45",
    "in three quarters of an hour": "2026-11-18T10:45",
    "next week on Tuesday at 9 am": "2026-11-24T09:00",
    "in six months": "2027-05-18",
    "Christmas Eve": "2026-12-24",
}

ASKED = {
    "next week": "day",
    "in December": "day",
    "later today": "time",
    "in a few minutes": "exactly",
    "3/4 at noon": "month",
    "the thirty first of November": "no such day",
    "Friday the 26th": "do not fit",
    "Tuesday and Thursday": "two days",
    "tomorrow at two or at five": "two times",
    "tomorrow at midnight": "either end",
}

NOT_DATES = (
    "review the friday report",
    "prepare Monday's slides",
    "call the three people about the second floor",
    "count to ten",
    "book a table for two",
    "I may march on",
    "buy milk",
)

ANSWERS = {
    "two": "2026-11-18T14:00",
    "maybe two thirty": "2026-11-18T14:30",
    "ten to five": "2026-11-18T16:50",
    "nine am": "2026-11-19T09:00",
    "the fifth": "2026-12-05",
}


def spelled(when: When | None) -> str:
    if when is None:
        return ""
    if when.start is None:
        return when.day.isoformat()
    end = f"/{when.end:%H:%M}" if when.end is not None else ""
    return f"{when.start:%Y-%m-%dT%H:%M}{end}"


@pytest.mark.parametrize(("words", "meant"), SAID.items())
def test_spoken_dates_are_resolved(words: str, meant: str) -> None:
    assert spelled(read_when(words, NOW).when) == meant


@pytest.mark.parametrize(("words", "part"), ASKED.items())
def test_what_may_mean_two_things_is_asked_about(words: str, part: str) -> None:
    reading = read_when(words, NOW)
    assert reading.when is None
    assert part in reading.question


@pytest.mark.parametrize("words", NOT_DATES)
def test_words_that_only_look_like_dates_stay_where_they_are(words: str) -> None:
    reading = read_when(words, NOW)
    assert (reading.when, reading.question, reading.rest) == (None, "", words)


@pytest.mark.parametrize(("words", "meant"), ANSWERS.items())
def test_a_bare_answer_is_a_time(words: str, meant: str) -> None:
    assert spelled(read_when(words, NOW, answering=True).when) == meant


def test_an_answer_joins_the_day_that_is_already_known() -> None:
    day = NOW.date().replace(day=20)
    assert spelled(read_when("at two", NOW, day=day, answering=True).when) == "2026-11-20T14:00"


def test_dates_are_cut_out_and_the_callers_words_stay() -> None:
    reading = read_when("Remind me tomorrow at 2 PM to read chapter Three", NOW)
    assert reading.rest == "Remind me to read chapter Three"


def test_repetition_is_noticed() -> None:
    assert read_when("every Monday at nine", NOW).repeats
    assert not read_when("on Monday at nine", NOW).repeats


def test_an_hour_that_summer_time_skips_moves_on() -> None:
    before = datetime(2026, 3, 28, 10, 0, tzinfo=BERLIN)
    when = read_when("tomorrow at 2:30 am", before).when
    assert when is not None
    assert when.start is not None
    assert when.start.isoformat() == "2026-03-29T03:30:00+02:00"


def test_minutes_ahead_count_real_time_across_the_end_of_summer_time() -> None:
    before = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    when = read_when("in an hour", before).when
    assert when is not None
    assert when.start is not None
    assert when.start.isoformat() == "2026-10-25T02:30:00+01:00"


PIECES = st.sampled_from(
    [*" ".join([*SAID, *ASKED, *NOT_DATES]).split(), "31st", "32nd", "99", "25:61", "february"]
)


@given(st.lists(PIECES, max_size=12), st.booleans())
def test_no_mixture_of_words_makes_it_stumble(pieces: list[str], answering: bool) -> None:
    read_when(" ".join(pieces), NOW, answering=answering)


@given(st.text(max_size=200))
def test_no_text_makes_it_stumble(text: str) -> None:
    read_when(text, NOW)
