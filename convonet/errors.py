"""Every error Convonet raises on purpose.

* ConvonetError
    * NotFound           the caller named something that is not there
    * Conflict           it is there, but not in a state that allows this
    * Denied             the caller may not do this
    * NotSignedIn        nobody knows who is asking
    * TooManyTries       it has been tried too often; the error says when again
    * Invalid            what was asked makes no sense; the message says what would
    * SettingsError      a setting is missing, half there or malformed
    * CannotStart        the embedded stack cannot start here; the message says what to do
    * Unavailable        a part of ours (database, Redis, Temporal) does not answer
    * Fenced             somebody newer has taken over this call; stop without a trace
    * ProviderError      a vendor failed us
        * ProviderBusy      worth trying again
        * ProviderRefused   will fail the same way every time
"""


class ConvonetError(Exception):
    """Base of every error below; `retryable` tells Temporal whether to try again."""

    retryable = False
    code = "error"


class NotFound(ConvonetError):
    """The caller named something that does not exist."""

    code = "not_found"


class Conflict(ConvonetError):
    """It exists, but its state does not allow this."""

    code = "conflict"


class Denied(ConvonetError):
    """The caller may not do this."""

    code = "denied"


class NotSignedIn(ConvonetError):
    """Nobody knows who is asking."""

    code = "not_signed_in"


class TooManyTries(ConvonetError):
    """It has been tried too often."""

    code = "too_many_tries"

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """Seconds until it may be tried again."""


class Invalid(ConvonetError):
    """What was asked makes no sense; the message says what would."""

    code = "invalid"


class SettingsError(ConvonetError):
    """A setting is missing, half there or malformed; the message names it."""

    code = "settings"


class CannotStart(ConvonetError):
    """The embedded stack cannot start on this machine; the message says what to do."""

    code = "cannot_start"


class Unavailable(ConvonetError):
    """A part of ours does not answer."""

    retryable = True
    code = "unavailable"


class Fenced(ConvonetError):
    """A newer attempt has taken over; whatever this one still does must have no effect."""

    retryable = True
    code = "fenced"


class ProviderError(ConvonetError):
    """A vendor (speech, model, telephony) failed us."""

    code = "provider_error"


class ProviderBusy(ProviderError):
    """The vendor may answer if asked again."""

    retryable = True
    code = "provider_busy"


class ProviderRefused(ProviderError):
    """The vendor understood the request and will never accept it."""

    code = "provider_refused"
