"""Writes the JSON schema of accounts, from which the pages' types are generated.

python -m api.accounts.export ui/src/generated/accounts.schema.json
"""

import sys
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from api.accounts import models
from convonet.contracts.export import pages_schema

_TAKEN: Final[tuple[type[BaseModel], ...]] = (
    models.RegisterRequest,
    models.LoginRequest,
    models.RefreshRequest,
    models.LogoutRequest,
    models.ProfileChanges,
    models.PinChange,
    models.PasswordChange,
)
_ANSWERED: Final[tuple[type[BaseModel], ...]] = (models.TokenAnswer, models.Profile)


def rendered_accounts_schema() -> str:
    """Return the schema of what the routes of accounts take and answer."""
    return pages_schema(
        "Accounts",
        "What the routes of accounts take and answer.",
        [
            *((taken.__name__, "validation", TypeAdapter(taken)) for taken in _TAKEN),
            *((sent.__name__, "serialization", TypeAdapter(sent)) for sent in _ANSWERED),
        ],
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rendered_accounts_schema(), encoding="utf-8")
