"""Writes the JSON schema of the `/voice` messages, from which the pages' types are generated.

python -m convonet.contracts.export ui/src/generated/voice.schema.json
"""

import json
import sys
from pathlib import Path

from pydantic import JsonValue, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from convonet.contracts.voice import CLIENT_MESSAGE, SERVER_MESSAGE


class VoiceJsonSchema(GenerateJsonSchema):
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


def voice_schema() -> dict[str, JsonValue]:
    """Return one schema with the unions `ClientMessage` and `ServerMessage`.

    Client messages are as the server takes them (fields with a default may be left out), server
    messages as it sends them (every field is there).
    """
    unions, definitions = TypeAdapter.json_schemas(
        [
            ("ClientMessage", "validation", CLIENT_MESSAGE),
            ("ServerMessage", "serialization", SERVER_MESSAGE),
        ],
        schema_generator=VoiceJsonSchema,
    )
    schema: dict[str, JsonValue] = {
        "title": "VoiceMessages",
        "description": "The messages of `WS /voice`.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"$ref": f"#/$defs/{name}"} for name in ("ClientMessage", "ServerMessage")
        },
        "required": ["ClientMessage", "ServerMessage"],
        "$defs": dict(definitions["$defs"])
        | {name: dict(union) for (name, _), union in unions.items()},
    }
    return schema


def rendered_voice_schema() -> str:
    """Return the schema as it is kept in the repository."""
    return json.dumps(voice_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rendered_voice_schema(), encoding="utf-8")
