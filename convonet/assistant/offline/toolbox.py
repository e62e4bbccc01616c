"""The tools that are bound to a request, and how their arguments are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from pydantic import JsonValue


@dataclass(frozen=True)
class Wanted:
    """A tool to be called."""

    tool: str
    arguments: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])


class Toolbox:
    """Knows which tools there are."""

    def __init__(self, definitions: Sequence[Mapping[str, object]]) -> None:
        """Take the definitions as `bind_tools` gets them."""
        self._properties = {
            str(definition.get("name")): _properties(definition) for definition in definitions
        }

    def has(self, tool: str) -> bool:
        """Tell whether the tool can be used in this request."""
        return tool in self._properties

    def level(self, tool: str, argument: str, wanted: str) -> str:
        """Return `wanted`, or the nearest level the tool knows."""
        allowed = _choices(self._properties.get(tool, {}).get(argument, {}))
        return "high" if allowed and wanted not in allowed else wanted


def _properties(definition: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    schema = definition.get("input_schema", definition.get("parameters"))
    found = cast(Mapping[str, object], schema or {}).get("properties", {})
    return cast(dict[str, Mapping[str, object]], found)


def _choices(schema: Mapping[str, object]) -> list[object]:
    if "enum" in schema:
        return cast(list[object], schema["enum"])
    for option in cast(Sequence[Mapping[str, object]], schema.get("anyOf") or ()):
        if "enum" in option:
            return cast(list[object], option["enum"])
    return []
