"""Writes JSON schemas from which the pages' types are generated; run, that of `/voice`.

python -m convonet.contracts.export ui/src/generated/voice.schema.json
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import JsonValue, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from convonet.contracts.voice import CLIENT_MESSAGE, SERVER_MESSAGE


class PagesJsonSchema(GenerateJsonSchema):
    """A schema that type generators turn into types a person would write."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """A title would become a type of its own for each field."""
        return False

    def field_is_required(
        self, field: ModelField | DataclassField | TypedDictField, total: bool
    ) -> bool:
        """What the server sends is always there, but for what is None: it leaves that out."""
        if self.mode == "validation":
            return super().field_is_required(field, total)
        inner = field["schema"]
        return inner["type"] != "default" or inner.get("default") is not None


def pages_schema(
    title: str, description: str, types: Iterable[tuple[str, JsonSchemaMode, TypeAdapter[Any]]]
) -> str:
    """Return one schema with all `types`, by name, as it is kept in the repository.

    What the server takes (`validation`) may leave out fields with a default; of what it sends
    (`serialization`) every field is there.
    """
    named, definitions = TypeAdapter.json_schemas(types, schema_generator=PagesJsonSchema)
    references: dict[str, JsonValue] = {name: {"$ref": f"#/$defs/{name}"} for name, _ in named}
    unions: dict[str, JsonValue] = {
        name: dict(schema) for (name, _), schema in named.items() if schema != references[name]
    }
    schema: dict[str, JsonValue] = {
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": references,
        "required": list(references),
        "$defs": dict(definitions["$defs"]) | unions,
    }
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def rendered_voice_schema() -> str:
    """Return the schema of the messages of `/voice`."""
    return pages_schema(
        "VoiceMessages",
        "The messages of `WS /voice`.",
        [
            ("ClientMessage", "validation", CLIENT_MESSAGE),
            ("ServerMessage", "serialization", SERVER_MESSAGE),
        ],
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rendered_voice_schema(), encoding="utf-8")
