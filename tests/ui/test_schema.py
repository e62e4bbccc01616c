"""The page's message types come from the server's models."""

from pathlib import Path

from convonet.contracts.export import rendered_voice_schema

SCHEMA = Path(__file__).parents[2] / "ui" / "src" / "generated" / "voice.schema.json"


def test_the_schema_the_pages_are_built_from_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == rendered_voice_schema(), (
        "run: python -m convonet.contracts.export ui/src/generated/voice.schema.json,"
        " then `npm run types` in ui/"
    )
