"""Free time against a model that looks at every minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from convonet.db.calendar import Period
from convonet.tools.free_time import Hours, free_periods, still_to_come, working_hours

START = datetime(2026, 11, 18, tzinfo=UTC)
MINUTES = 300
MANY = 1_000


def period(start: int, end: int) -> Period:
    return Period(START + timedelta(minutes=start), START + timedelta(minutes=end))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.integers(0, MINUTES - 1))
    return period(start, draw(st.integers(start + 1, MINUTES)))


@st.composite
def apart(draw: st.DrawFn) -> list[Period]:
    """Windows in order that do not touch."""
    edges = sorted(draw(st.sets(st.integers(0, MINUTES), max_size=8)))
    return [period(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]


def minute_by_minute(window: Period, busy: list[Period], shortest: int) -> list[Period]:
    """Runs of minutes of the window in which nothing is."""
    runs: list[list[datetime]] = [[]]
    moment = window.start
    while moment < window.end:
        if any(it.start <= moment < it.end for it in busy):
            runs.append([])
        else:
            runs[-1].append(moment)
        moment += timedelta(minutes=1)
    return [
        Period(run[0], run[-1] + timedelta(minutes=1))
        for run in runs
        if run and len(run) >= shortest
    ]


@given(windows=apart(), busy=st.lists(periods(), max_size=8), shortest=st.integers(1, 90))
def test_free_time_is_what_a_look_at_every_minute_finds(
    windows: list[Period], busy: list[Period], shortest: int
) -> None:
    expected = [run for window in windows for run in minute_by_minute(window, busy, shortest)]
    assert free_periods(windows, busy, timedelta(minutes=shortest), MANY) == expected
    assert free_periods(windows, busy, timedelta(minutes=shortest), 2) == expected[:2]


@given(one=periods(), other=periods())
def test_two_periods_overlap_when_a_minute_is_in_both(one: Period, other: Period) -> None:
    shared = any(
        one.start <= START + timedelta(minutes=minute) < one.end
        and other.start <= START + timedelta(minutes=minute) < other.end
        for minute in range(MINUTES)
    )
    assert one.overlaps(other) == other.overlaps(one) == shared


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
).map(ZoneInfo)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(first=DAYS, ahead=st.integers(0, 20), zone=ZONES)
def test_hours_are_those_on_the_wall_also_when_the_clocks_change(
    first: date, ahead: int, zone: ZoneInfo
) -> None:
    found = working_hours(first, first + timedelta(days=ahead), Hours(time(1), time(18)), zone)
    local = [(it.start.astimezone(zone), it.end.astimezone(zone)) for it in found]
    assert all((start.hour, end.hour) == (1, 18) for start, end in local)
    days = [first + timedelta(days=n) for n in range(ahead + 1)]
    expected = [day for day in days if ahead < 2 or day.weekday() < 5]
    assert [start.date() for start, _ in local] == expected


@given(windows=apart(), minute=st.integers(0, MINUTES), second=st.integers(0, 59))
def test_what_is_left_begins_at_a_quarter_and_not_before_now(
    windows: list[Period], minute: int, second: int
) -> None:
    now = START + timedelta(minutes=minute, seconds=second)
    left = still_to_come(windows, now)
    assert len(left) <= len(windows)
    for window in left:
        assert window.start >= now
        assert window.start < window.end
        assert window.start.minute % 15 == 0 or window.start in [it.start for it in windows]
