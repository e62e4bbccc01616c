"""What all tool servers tell MCP clients alike: what a tool does, how much it lists."""

from typing import Annotated, Final

from mcp_types import ToolAnnotations
from pydantic import Field

READS: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)
CHANGES: Final = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
)
DESTROYS: Final = CHANGES.model_copy(update={"destructive_hint": True})

Limit = Annotated[int, Field(ge=1, le=100)]
"""How many of a list are told at most."""
