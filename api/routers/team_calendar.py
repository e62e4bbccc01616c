"""`/api/teams/{team_id}/calendar`: what is when in a team."""

from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import APIRouter

from api.answers import documented
from api.deps import AppState
from api.signed_in import SignedIn
from api.teams.access import InTeam
from api.teams.calendar_models import Before, CalendarAnswer, EntryAnswer, From
from api.teams.models import Limit, Offset
from convonet.db.calendar import Period
from convonet.db.engine import transaction
from convonet.db.team_calendar import team_calendar
from convonet.errors import Invalid, NotFound, NotSignedIn

router = APIRouter(prefix="/api/teams/{team_id}/calendar", tags=["teams"])

_USUAL: Final = timedelta(days=30)
_LONGEST: Final = timedelta(days=366)


@router.get("", responses=documented(NotSignedIn, NotFound))
async def list_team_calendar(  # noqa: PLR0913
    state: AppState,
    who: SignedIn,
    found: InTeam,
    *,
    date_from: From = None,
    date_before: Before = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> CalendarAnswer:
    """List the team's todos that are due in a span of time, and your own events then.

    Events of others in the team are not told, not even that there are any.
    """
    within = _span(date_from, date_before)
    async with transaction(state["db"]) as session:
        entries, total = await team_calendar(
            session, who.user_id, found.team.id, within, limit, offset
        )
    return CalendarAnswer(
        date_from=within.start,
        date_before=within.end,
        total=total,
        entries=[EntryAnswer.of(entry) for entry in entries],
    )


def _span(date_from: datetime | None, date_before: datetime | None) -> Period:
    start = date_from or datetime.now(UTC)
    end = date_before or start + _USUAL
    if not timedelta() < end - start <= _LONGEST:
        raise Invalid("date_before must be later than date_from, by 366 days at most")
    return Period(start, end)
