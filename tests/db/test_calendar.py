"""Which events lie in a period, against a model that compares them one by one."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convonet.db.calendar import LONGEST, Period, events_within, list_events
from convonet.db.engine import Sessions, transaction
from convonet.db.models import CalendarEvent
from tests.db.people import add_user

START = datetime(2026, 11, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.integers(0, 47))
    return Period(START + start * HOUR, START + draw(st.integers(start + 1, 48)) * HOUR)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(periods(), max_size=12), spans=st.lists(periods(), min_size=1, max_size=4))
async def test_what_lies_partly_in_a_period_is_found_in_order(
    sessions: Sessions, events: list[Period], spans: list[Period]
) -> None:
    mine, other = await add_user(sessions), await add_user(sessions)
    async with transaction(sessions) as session:
        for it in events:
            for user_id in (mine, other):
                session.add(
                    CalendarEvent(user_id=user_id, title="It", event_from=it.start, event_to=it.end)
                )
    for span in spans:
        expected = sorted(it for it in events if it.overlaps(span))
        async with transaction(sessions) as session:
            found = await events_within(session, mine, span)
            some, total = await list_events(session, mine, span, 2)
        assert [Period(it.event_from, it.event_to) for it in found] == expected
        assert {it.user_id for it in found} <= {mine}
        assert [it.id for it in some] == [it.id for it in found[:2]]
        assert total == len(expected) or not some


async def test_the_longest_event_is_found_on_its_last_day(sessions: Sessions) -> None:
    user_id = await add_user(sessions)
    end = START + LONGEST
    async with transaction(sessions) as session:
        session.add(CalendarEvent(user_id=user_id, title="It", event_from=START, event_to=end))
        await session.flush()
        last = Period(end - timedelta(microseconds=1), end + HOUR)
        assert len(await events_within(session, user_id, last)) == 1
        assert await events_within(session, user_id, Period(end, end + HOUR)) == []
