"""What routes may ask for."""

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.state import State


def _state(connection: HTTPConnection) -> State:
    return cast("State", connection.scope["state"])


AppState = Annotated[State, Depends(_state)]
"""The lifespan's state."""
