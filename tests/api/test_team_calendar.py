"""What a member of a team sees in its calendar, and what not."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.db.engine import sessionmaker, transaction
from convonet.db.models import CalendarEvent, Role, Todo
from convonet.tools.host import ToolHost, own_servers
from tests.api.edge import Backing
from tests.api.teams import Folk, Person, Scene, make_scene

NOW = datetime.now(UTC).replace(microsecond=0)
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=2)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Cast:
    ada: Person
    ben: Person
    scene: Scene


@pytest.fixture(scope="module")
async def cast_(
    http: httpx.AsyncClient, backing: Backing, engine: AsyncEngine
) -> AsyncGenerator[Cast]:
    sessions = sessionmaker(engine)
    async with ToolHost(own_servers(sessions)) as host:
        folk = Folk(http, host, backing, sessions)
        ada, ben = await folk.person("Ada"), await folk.person("Ben")
        places: dict[UUID, Role] = {ada.user_id: "viewer", ben.user_id: "owner"}
        scene = await make_scene(sessions, places, ben.user_id)
        async with transaction(sessions) as session:
            todos = [(scene.todo_id, LATER), (scene.private_id, SOON)]
            for todo_id, due in todos:
                (await session.get_one(Todo, todo_id)).due_date = due
            for who, title in ((ada, "Dentist"), (ben, "Interview")):
                session.add(
                    CalendarEvent(
                        user_id=who.user_id, title=title, event_from=SOON, event_to=SOON + HOUR
                    )
                )
        yield Cast(ada, ben, scene)


async def titles(who: Person, scene: Scene, **query: str) -> list[str]:
    answer = await who.ask("GET", f"/{scene.team_id}/calendar?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    entries = cast("list[dict[str, str]]", answer.json()["entries"])
    return [entry["title"] for entry in entries]


async def test_a_member_sees_the_todos_due_and_their_own_events_in_order(cast_: Cast) -> None:
    answer = (await cast_.ada.ask("GET", f"/{cast_.scene.team_id}/calendar")).json()
    assert answer["total"] == 2
    event, todo = answer["entries"]
    assert (event["kind"], event["title"], event["assignee_id"]) == ("event", "Dentist", None)
    assert datetime.fromisoformat(event["starts"]) == SOON
    assert datetime.fromisoformat(event["ends"]) == SOON + HOUR
    assert (todo["kind"], todo["title"], todo["completed"]) == ("todo", "Mend the fence", False)
    assert datetime.fromisoformat(todo["starts"]) == datetime.fromisoformat(todo["ends"]) == LATER


async def test_private_todos_and_events_are_told_to_those_they_belong_to(cast_: Cast) -> None:
    seen = await titles(cast_.ben, cast_.scene)
    assert sorted(seen) == ["Interview", "Mend the fence", "Secret plan"]
    assert seen[-1] == "Mend the fence"


async def test_a_span_is_told_to_its_borders_and_page_by_page(cast_: Cast) -> None:
    ada, scene = cast_.ada, cast_.scene
    during = {"date_from": (SOON + HOUR / 2).isoformat(), "date_before": LATER.isoformat()}
    assert await titles(ada, scene, **during) == ["Dentist"]
    behind = {"date_from": (SOON + HOUR).isoformat()}
    assert await titles(ada, scene, **behind) == ["Mend the fence"]
    assert await titles(ada, scene, limit="1") == ["Dentist"]
    assert await titles(ada, scene, limit="1", offset="1") == ["Mend the fence"]


@pytest.mark.parametrize(
    "query",
    [
        {"date_from": LATER.isoformat(), "date_before": SOON.isoformat()},
        {"date_before": (NOW + timedelta(days=400)).isoformat()},
        {"date_from": "2026-11-18T10:00:00"},
        {"date_from": "9999-12-31T23:59:59-12:00"},
        {"limit": "1000"},
    ],
)
async def test_spans_that_make_no_sense_are_problems(cast_: Cast, query: dict[str, str]) -> None:
    answer = await cast_.ada.ask("GET", f"/{cast_.scene.team_id}/calendar?{urlencode(query)}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
