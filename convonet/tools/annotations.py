"""What a tool does to the world, as MCP clients are told."""

from typing import Final

from mcp_types import ToolAnnotations

READS: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)
CHANGES: Final = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
)
DESTROYS: Final = CHANGES.model_copy(update={"destructive_hint": True})
