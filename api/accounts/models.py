"""What the routes of accounts take and answer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from convonet.accounts.passwords import LONGEST, SHORTEST
from convonet.accounts.time_zones import time_zones
from convonet.db.models import GlobalRole, Role

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def _known(time_zone: str) -> str:
    if time_zone not in time_zones():
        raise ValueError("not an IANA time zone")
    return time_zone


Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s.\x00-\x1f\x7f]+(\.[^@\s.\x00-\x1f\x7f]+)+$",
    ),
]
Username = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,48}[A-Za-z0-9]$"
    ),
    Field(description="2 to 50 letters, digits, dots, hyphens and underscores."),
]
PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100, pattern=_PRINTABLE)
]
TimeZone = Annotated[
    str,
    StringConstraints(max_length=64, pattern=_PRINTABLE),
    AfterValidator(_known),
    Field(description="IANA name.", examples=["Europe/Berlin"]),
]


def _encodable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("not text") from None
    return secret


NewPassword = Annotated[
    SecretStr,
    AfterValidator(_encodable),
    Field(
        min_length=SHORTEST,
        max_length=LONGEST,
        description="Any characters. Not one of the commonest, not one's own name or address.",
        examples=["correct horse battery staple"],
    ),
]
Password = Annotated[
    SecretStr,
    AfterValidator(_encodable),
    Field(min_length=1, max_length=LONGEST, examples=["correct horse battery staple"]),
]
Token = Annotated[str, Field(min_length=1, max_length=4096)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RegisterRequest(_Request):
    """A new account."""

    email: Email = Field(examples=["ada@example.com"])
    username: Username = Field(examples=["ada"])
    password: NewPassword
    first_name: PersonName = Field(default="", examples=["Ada"])
    last_name: PersonName = Field(default="", examples=["Lovelace"])
    time_zone: TimeZone = "UTC"


class LoginRequest(_Request):
    """What somebody signs in with."""

    email: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=254, pattern=r"^[^\x00-\x1f\x7f]+$"
        ),
    ] = Field(description="The e-mail address, or the username.", examples=["ada@example.com"])
    password: Password


class RefreshRequest(_Request):
    """The newest refresh token of a sign-in. Each works once."""

    refresh_token: Token


class LogoutRequest(_Request):
    """The sign-in to end."""

    refresh_token: Token
    everywhere: bool = Field(default=False, description="End every sign-in of this person.")


class ProfileTeam(BaseModel):
    """A team somebody is in."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: Role


class Profile(BaseModel):
    """What somebody may see of their own account."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str = Field(examples=["ada@example.com"])
    username: str = Field(examples=["ada"])
    first_name: str = Field(examples=["Ada"])
    last_name: str = Field(examples=["Lovelace"])
    name: str = Field(description="What the assistant calls them.", examples=["Ada Lovelace"])
    time_zone: str = Field(examples=["Europe/Berlin"])
    roles: list[GlobalRole]
    teams: list[ProfileTeam]
    voice_pin_set: bool
    created_at: datetime
    last_login_at: datetime | None


class TokenAnswer(BaseModel):
    """A sign-in."""

    access_token: str = Field(description="For `Authorization: Bearer`.", examples=["eyJhbGciOi…"])
    refresh_token: str = Field(
        description="Works once, at `/api/auth/refresh`; used twice, it ends the sign-in.",
        examples=["eyJhbGciOi…"],
    )
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds the access token holds.", examples=[1800])
    refresh_expires_in: int = Field(
        description="Seconds the refresh token holds.", examples=[604_800]
    )
    user: Profile


class ProfileChanges(_Request):
    """What is to change; what is absent or null stays."""

    email: Email | None = Field(default=None, examples=["ada@example.org"])
    username: Username | None = None
    first_name: PersonName | None = None
    last_name: PersonName | None = None
    time_zone: TimeZone | None = None
    current_password: Password | None = Field(
        default=None, description="Needed to change the e-mail address."
    )


class PinChange(_Request):
    """A new voice PIN."""

    pin: SecretStr | None = Field(
        min_length=4,
        max_length=6,
        description="4 to 6 digits, not too easy to guess; null takes the PIN away.",
        examples=["830274"],
    )


class PasswordChange(_Request):
    """A new password."""

    current_password: Password
    new_password: NewPassword
