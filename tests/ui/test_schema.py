"""The types of the pages come from the server's models."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.accounts.export import rendered_accounts_schema
from convonet.contracts.export import rendered_voice_schema

GENERATED = Path(__file__).parents[2] / "ui" / "src" / "generated"


@pytest.mark.parametrize(
    ("name", "rendered"),
    [("voice", rendered_voice_schema), ("accounts", rendered_accounts_schema)],
)
def test_the_schema_the_pages_are_built_from_is_current(
    name: str, rendered: Callable[[], str]
) -> None:
    kept = (GENERATED / f"{name}.schema.json").read_text(encoding="utf-8")
    assert kept == rendered(), "run: make types"
