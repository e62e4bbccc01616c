"""Frozen models that cross a process boundary: workflow, activity, socket, stream."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """Base of every contract: immutable, and strict about unknown fields where one is made.

    While a release is rolled out either side may be the older one. So readers pass over what they
    do not know (`read`), and a field added later needs a default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def read(cls, stored: str | bytes) -> Self:
        """Read what another process wrote, perhaps a newer or an older one.

        Raises:
            ValidationError: it is not one of these.
        """
        return cls.model_validate_json(stored, extra="ignore")
