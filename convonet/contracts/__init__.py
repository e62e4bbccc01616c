"""Frozen models that cross a process boundary: workflow, activity, socket, stream."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """Base of every contract: immutable, and strict about unknown fields.

    Old messages outlive old code, so a field added later needs a default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
