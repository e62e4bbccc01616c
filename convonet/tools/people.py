"""Finds the person a caller means, among those the caller may know of."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from convonet.db import teams
from convonet.db.models import User
from convonet.db.teams import Member
from convonet.db.todos import Place, members
from convonet.db.users import display_name
from convonet.errors import NotFound
from convonet.spoken_names import as_email
from convonet.tools.desk import Work
from convonet.tools.matching import as_id, pick

_SAY_AN_ADDRESS: Final = "For somebody who is in none of your teams I need their e-mail address."


async def find_member(work: Work, said: str, team: Place) -> Member:
    """Return the member of the team that is meant, "me" being the caller.

    Raises:
        NotFound: nobody there is called that; the message names who comes near.
        Conflict: several are.
    """
    user_id = work.user_id if is_caller(said) else None
    if user_id is None:
        people = await members(work.session, [team.team_id])
        user_id = pick_person(said, people, "member").id
    found = await teams.member(work.session, team.team_id, user_id)
    if found is None:
        raise NotFound(f"There is nobody like that in {team.name}.")
    return found


async def find_person(work: Work, said: str) -> User:
    """Return the person meant: somebody who shares a team with the caller, or by exact address.

    Raises:
        NotFound: the caller knows nobody called that, or no account has that address.
        Conflict: several are.
    """
    known = await teams.teammates(work.session, work.user_id)
    if is_caller(said):
        return next(user for user in known if user.id == work.user_id)
    email = as_email(said)
    if email and (found := await teams.person_by_email(work.session, email)):
        return found
    try:
        return pick_person(said, known, "teammate")
    except NotFound as error:
        if str(error).endswith("?"):
            raise
        hint = "Nobody has an account with that address." if email else _SAY_AN_ADDRESS
        raise NotFound(f"{error} {hint}") from None


def is_caller(said: str) -> bool:
    """Tell whether the caller means themselves."""
    return said.strip(" .,!?").casefold() in ("me", "myself", "i")


def pick_person(said: str, people: Sequence[User], kind: str) -> User:
    """Return who is meant by a name, an id or an e-mail address, which may be spoken.

    A name may be misheard. An address may not: the nearest ones are only asked about.

    Raises:
        NotFound: nobody is called that.
        Conflict: several are.
    """
    email, id_ = as_email(said), as_id(said)
    if email is not None:
        return pick(email, people, lambda user: user.email, kind, by="exactness")
    label = _labels(people)
    for user in people:
        exact = (user.username.casefold(), label(user).casefold())
        if user.id == id_ or said.strip().casefold() in exact:
            return user
    return pick(said, people, display_name, kind, label, by="sound")


def _labels(people: Sequence[User]) -> Callable[[User], str]:
    """Return how to tell people apart: by name, and by address where two have the same."""
    times = Counter(map(display_name, people))

    def label(user: User) -> str:
        name = display_name(user)
        return f"{name} ({user.email})" if times[name] > 1 else name

    return label
