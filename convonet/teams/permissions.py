"""The permission table: which role may do what in a team."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from convonet.db.models import ROLES, Role
from convonet.errors import Denied


class Action(StrEnum):
    """What somebody may want to do in a team; the value ends "you may not ..."."""

    SEE_TEAM = "see the team, its members and its todos"
    SEE_PRIVATE_TODOS = "see private todos that others made for others"
    CREATE_TODO = "create todos for the team"
    ASSIGN_TODO = "assign the team's todos"
    CHANGE_TODO = "change the team's todos"
    COMPLETE_TODO = "complete the team's todos"
    DELETE_TODO = "delete the team's todos"
    ADD_MEMBER = "add admins, members and viewers"
    ADD_OWNER = "add owners"
    REMOVE_MEMBER = "remove admins, members and viewers"
    REMOVE_OWNER = "remove owners"
    CHANGE_ROLE = "change the roles of admins, members and viewers"
    CHANGE_OWNER = "make owners, or make owners something else"
    RENAME_TEAM = "rename or describe the team"
    DELETE_TEAM = "delete the team"
    LEAVE = "leave the team"


_EVERYBODY: Final = frozenset[Role](ROLES)
_WORKING: Final = frozenset[Role](("owner", "admin", "member"))
_LEADING: Final = frozenset[Role](("owner", "admin"))
_OWNING: Final = frozenset[Role](("owner",))

PERMISSIONS: Final[Mapping[Action, frozenset[Role]]] = {
    Action.SEE_TEAM: _EVERYBODY,
    Action.SEE_PRIVATE_TODOS: frozenset(),
    Action.CREATE_TODO: _WORKING,
    Action.ASSIGN_TODO: _WORKING,
    Action.CHANGE_TODO: _WORKING,
    Action.COMPLETE_TODO: _WORKING,
    Action.DELETE_TODO: _WORKING,
    Action.ADD_MEMBER: _LEADING,
    Action.ADD_OWNER: _OWNING,
    Action.REMOVE_MEMBER: _LEADING,
    Action.REMOVE_OWNER: _OWNING,
    Action.CHANGE_ROLE: _LEADING,
    Action.CHANGE_OWNER: _OWNING,
    Action.RENAME_TEAM: _LEADING,
    Action.DELETE_TEAM: _OWNING,
    Action.LEAVE: _EVERYBODY,
}


def may(role: Role, action: Action) -> bool:
    """Tell whether somebody in this role may do it."""
    return role in PERMISSIONS[action]


def require(role: Role, action: Action, team: str) -> None:
    """Check that somebody in this role may do it.

    Raises:
        Denied: they may not; the message says who may.
    """
    if not may(role, action):
        allowed = " or ".join(f"{article(one)} {one}" for one in ROLES if may(one, action))
        raise Denied(
            f"As {article(role)} {role} of {team} you may not {action}; that takes {allowed}."
        )


def at_least(role: Role, least: Role) -> bool:
    """Tell whether `role` is `least` or above it; owners are above admins, viewers at the end."""
    return ROLES.index(role) <= ROLES.index(least)


def article(role: Role) -> str:
    """Return "an" for owners and admins, "a" for the others."""
    return "an" if role in _LEADING else "a"


def adding(role: Role) -> Action:
    """Return what it takes to add somebody in this role."""
    return Action.ADD_OWNER if role == "owner" else Action.ADD_MEMBER


def removing(role: Role) -> Action:
    """Return what it takes to remove somebody else who has this role."""
    return Action.REMOVE_OWNER if role == "owner" else Action.REMOVE_MEMBER


def changing(old: Role, new: Role) -> Action:
    """Return what it takes to change somebody's role from `old` to `new`."""
    return Action.CHANGE_OWNER if "owner" in (old, new) else Action.CHANGE_ROLE


def markdown() -> str:
    """Return the table as docs/permissions.md shows it."""
    head = f"| may | {' | '.join(ROLES)} |\n| --- |{' :-: |' * len(ROLES)}\n"
    return head + "".join(
        f"| {action} | {' | '.join('yes' if may(role, action) else '' for role in ROLES)} |\n"
        for action in Action
    )
