"""What every table shares: names of constraints, types of columns, the usual columns."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, DateTime, MetaData, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Id = Annotated[
    UUID,
    mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")),
]
Now = Annotated[datetime, mapped_column(server_default=func.now())]
Json = dict[str, JsonValue]


class Table(DeclarativeBase):
    """Base of every table; constraints get predictable names, so migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    # An async session cannot fetch `updated_at` later, on access.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text(), Json: JSONB()}  # noqa: RUF012


class Dated:
    """When the row came to be, and when it last changed."""

    created_at: Mapped[Now]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


def one_of(column: str, allowed: Iterable[str]) -> CheckConstraint:
    """Return the constraint that `column` holds one of `allowed`."""
    values = ", ".join(f"'{value}'" for value in allowed)
    return CheckConstraint(f"{column} IN ({values})", name=column)


def not_blank(column: str, longest: int) -> CheckConstraint:
    """Return the constraint that `column` holds 1 to `longest` characters, not only spaces."""
    return CheckConstraint(
        f"btrim({column}) <> '' AND char_length({column}) <= {longest}", name=column
    )
