"""Why a change to a team is refused, each reason with its own stable code."""

from convonet.errors import Conflict, NotFound


class NoSuchAccount(NotFound):
    """Nobody the caller may know of has such an account."""

    code = "no_such_account"


class NoSuchMember(NotFound):
    """There is nobody like that in the team."""

    code = "no_such_member"


class AlreadyMember(Conflict):
    """They are in the team already."""

    code = "already_member"


class LastOwner(Conflict):
    """The team would be left without an owner."""

    code = "last_owner"


class TeamNameTaken(Conflict):
    """The caller is in another team of that name."""

    code = "team_name_taken"
