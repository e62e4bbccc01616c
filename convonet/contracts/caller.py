"""Who is calling."""

from uuid import UUID

from convonet.contracts import Contract


class Team(Contract):
    """A team the caller belongs to."""

    id: UUID
    name: str


class Caller(Contract):
    """The signed-in person on a call. Tools trust this, never what the model says."""

    user_id: UUID
    name: str
    time_zone: str = "UTC"
    """IANA name, e.g. `Europe/Berlin`."""
    teams: tuple[Team, ...] = ()
