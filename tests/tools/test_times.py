from contextlib import suppress
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.errors import Invalid
from convonet.tools.times import parse_when, speak_moment, zone_named

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-19T14:00", "2026-11-19T13:00"),
        ("2026-07-19T14:00", "2026-07-19T12:00"),
        ("2026-11-19T14:00:00Z", "2026-11-19T14:00"),
        ("2026-11-19 14:00-05:00", "2026-11-19T19:00"),
        ("2026-11-19", "2026-11-19T08:00"),
    ],
)
def test_a_moment_is_read_in_the_callers_zone(text: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert parse_when(text, BERLIN, without_time=time(9)) == expected


@given(st.text(max_size=30))
def test_whatever_is_no_date_is_refused(text: str) -> None:
    with suppress(Invalid):
        assert parse_when(text, BERLIN, without_time=time(9)).tzinfo is UTC


@pytest.mark.parametrize("text", ["tomorrow", "", "2026-13-01", "0001-01-01", "9999-12-31T23:59"])
def test_what_is_refused_says_why(text: str) -> None:
    with pytest.raises(Invalid, match=r"ISO 8601|out of range"):
        parse_when(text, BERLIN, without_time=time(9))


@given(st.text(max_size=30))
def test_any_zone_name_gives_a_zone(name: str) -> None:
    assert zone_named(name)


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("2026-11-18T00:00", "today at midnight"),
        ("2026-11-18T23:59", "today"),
        ("2026-11-19T12:30", "tomorrow at 12:30 PM"),
        ("2026-11-24T09:05", "on Tuesday at 9:05 AM"),
        ("2026-11-25T09:00", "on Wednesday, November 25 at 9 AM"),
        ("2026-11-10T09:00", "on Tuesday, November 10 at 9 AM"),
        ("2026-12-02T09:00", "on December 2 at 9 AM"),
        ("2025-12-24T09:00", "on December 24, 2025 at 9 AM"),
    ],
)
def test_a_moment_is_said_as_people_say_it(local: str, words: str) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert speak_moment(moment, NOW, BERLIN) == words
