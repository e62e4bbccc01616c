"""Finds the todo, the team or the person that a caller means."""

from uuid import UUID

from convonet.db.models import Todo
from convonet.db.todos import Place, candidates, changeable_todo, members, places
from convonet.errors import NotFound
from convonet.tools.desk import Work
from convonet.tools.matching import as_id, pick
from convonet.tools.people import is_caller, pick_person


async def find_todo(work: Work, said: str) -> Todo:
    """Return the todo with this id, or whose title is closest to what was said; locked.

    Open todos first; a completed one only when no open one is meant.

    Raises:
        NotFound: there is none; the message names what is nearest.
        Conflict: several may be meant; the message names them.
        Denied: the caller may see it but not change it.
    """
    todo_id = as_id(said) or await _id_by_title(work, said)
    return await changeable_todo(work.session, work.user_id, todo_id)


async def find_team(work: Work, said: str) -> Place:
    """Return the caller's team with this id, or whose name is closest to what was said.

    Raises:
        NotFound: the caller is in no such team.
        Conflict: several may be meant.
    """
    mine = await places(work.session, work.user_id)
    team_id = as_id(said)
    if team_id is None:
        return pick(said, mine, lambda place: place.name, "team", by="sound")
    for place in mine:
        if place.team_id == team_id:
            return place
    raise NotFound("There is no such team.")


async def find_assignee(work: Work, said: str, team: Place | None) -> UUID:
    """Return the id of the person meant: of the team, or else of any of the caller's teams.

    Raises:
        NotFound: nobody there is called that.
        Conflict: several are.
    """
    teams = [team] if team else await places(work.session, work.user_id)
    if is_caller(said):
        return work.user_id
    people = await members(work.session, [place.team_id for place in teams])
    return pick_person(said, people, "teammate").id


async def _id_by_title(work: Work, said: str) -> UUID:
    open_ = await candidates(work.session, work.user_id, completed=False)
    try:
        return pick(said, open_, lambda todo: todo.title, "todo").id
    except NotFound as not_open:
        done = await candidates(work.session, work.user_id, completed=True)
        try:
            return pick(said, done, lambda todo: todo.title, "todo").id
        except NotFound:
            raise not_open from None
