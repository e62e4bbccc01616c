"""What the server says when it will not do something, and when it closes a connection.

Codes of `error` and what follows them:

* the connection goes on: `bad_json`, `bad_message`, `unknown_type`, `message_too_large`,
  `too_many_messages`, `not_authenticated`, `not_started`, `call_in_progress`, `unknown_call`,
  `unknown_session`, `bad_audio`, `audio_too_fast`, `missed`, `unavailable`, `busy`,
  `too_many_calls`
* the connection is closed: `replaced` (4001), `too_many_attempts`, `too_many_errors`,
  `too_many_connections`, `idle` (1008), `going_away` (1012), `unavailable` (1013),
  `internal` (1011). A client that does not read is closed with 4002 and no message: it would
  not read that either.
"""

NORMAL = 1000
POLICY = 1008
TOO_BIG = 1009
INTERNAL = 1011
RESTART = 1012
TRY_LATER = 1013
REPLACED = 4001
TOO_SLOW = 4002


class Refusal(Exception):
    """The client's message is not acted upon; the connection goes on."""

    def __init__(self, code: str, message: str, *, offence: bool = True) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.offence = offence
        """It is the client's fault, and counts towards being cut off."""


class Ending(Exception):
    """The connection is to be closed."""

    def __init__(self, code: str, message: str, close_code: int, *, said: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.close_code = close_code
        self.said = said
        """The client has been told, or cannot be."""


class Gone(Exception):
    """The client has closed the connection, or it broke."""


def unavailable(what: str) -> Refusal:
    """Return the refusal for a part of ours that does not answer."""
    return Refusal("unavailable", f"{what} does not answer now; try again", offence=False)


def first(endings: BaseExceptionGroup[Ending]) -> Ending:
    """Return the ending that came first, of a connection's tasks."""
    found = endings.exceptions[0]
    return found if isinstance(found, Ending) else first(found)
