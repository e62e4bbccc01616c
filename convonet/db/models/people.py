"""Who there is: users, teams, and who belongs to which."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from convonet.db.models.table import Dated, Id, Now, Table, not_blank, one_of

Role = Literal["owner", "admin", "member", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
"""What somebody may do in a team."""

GlobalRole = Literal["user", "admin", "agent"]
GLOBAL_ROLES: tuple[GlobalRole, ...] = get_args(GlobalRole)
"""What somebody may do everywhere: everybody is a user."""


class User(Dated, Table):
    """Somebody who may sign in. Accounts are deactivated; deleting one deletes what it made."""

    __tablename__ = "users_convonet"

    id: Mapped[Id]
    email: Mapped[str]
    username: Mapped[str]
    password_hash: Mapped[str]
    first_name: Mapped[str] = mapped_column(default="", server_default="")
    last_name: Mapped[str] = mapped_column(default="", server_default="")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    is_verified: Mapped[bool] = mapped_column(default=False, server_default="false")
    last_login_at: Mapped[datetime | None]
    voice_pin_hash: Mapped[str | None]
    """`pins.hash_pin`: keyed, so that a stolen table does not give away the PINs."""
    time_zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    """IANA name."""
    roles: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=lambda: ["user"], server_default="{user}"
    )
    """Some of `GLOBAL_ROLES`."""

    __table_args__ = (
        not_blank("email", 320),
        not_blank("username", 100),
        CheckConstraint("voice_pin_hash ~ '^[0-9a-f]{64}$'", name="voice_pin_hash"),
        CheckConstraint(
            f"'user' = ANY (roles) AND roles <@ ARRAY{list(GLOBAL_ROLES)}", name="roles"
        ),
        UniqueConstraint("voice_pin_hash"),
        Index("uq_users_convonet_email", text("lower(email)"), unique=True),
        Index("uq_users_convonet_username", text("lower(username)"), unique=True),
    )


class Team(Dated, Table):
    """People who share todos."""

    __tablename__ = "teams_convonet"

    id: Mapped[Id]
    name: Mapped[str]
    description: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())

    __table_args__ = (not_blank("name", 200),)


class Membership(Table):
    """A user's place in a team."""

    __tablename__ = "team_memberships_convonet"

    id: Mapped[Id]
    team_id: Mapped[UUID] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(default="member", server_default="member")
    joined_at: Mapped[Now]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __table_args__ = (UniqueConstraint("team_id", "user_id"), one_of("role", ROLES))
