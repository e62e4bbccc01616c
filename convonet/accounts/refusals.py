"""Why an account's request is refused; each kind has a code that programs may rely on."""

from convonet.errors import Conflict, Denied, Invalid, NotSignedIn


class InvalidToken(NotSignedIn):
    """The token is not one of ours, or not of the kind that is wanted."""

    code = "invalid_token"


class TokenExpired(NotSignedIn):
    """The token was good, but its time is over."""

    code = "token_expired"


class SignInEnded(NotSignedIn):
    """Signed out, here or everywhere; or the refresh token had been used before."""

    code = "sign_in_ended"


class WrongCredentials(NotSignedIn):
    """Nobody has this name with this password."""

    code = "wrong_credentials"


class WrongPassword(Denied):
    """Who is signed in has another password."""

    code = "wrong_password"


class RoleRequired(Denied):
    """Only people of another role may do this."""

    code = "role_required"


class NameTaken(Conflict):
    """Somebody has this e-mail address or username."""

    code = "name_taken"


class WeakPassword(Invalid):
    """Too easy to guess."""

    code = "weak_password"


class TrivialPin(Invalid):
    """Too easy to guess."""

    code = "trivial_pin"


class PinNotAvailable(Conflict):
    """Another PIN has to be chosen."""

    code = "pin_not_available"
