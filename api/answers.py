"""How the routes' errors stand in OpenAPI: each status with its codes and an example of each."""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import groupby
from typing import Any, Final

from fastapi import FastAPI
from pydantic import BaseModel, Field

from api.problems import MEDIA_TYPE, status_of
from convonet.errors import ConvonetError, Invalid, Unavailable

Answers = dict[int | str, dict[str, object]]

_ALWAYS: Final[tuple[type[ConvonetError], ...]] = (Invalid, Unavailable)
_UNREADABLE: Final = (
    (HTTPStatus.BAD_REQUEST, "bad_request", "The body cannot be read"),
    (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content_too_large", "The body is too long"),
)


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    at: str = Field(description="Where, e.g. `body.email`.")
    what: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="For programs; does not change.")
    detail: str = Field(description="For people.")
    faults: list[Fault] | None = Field(default=None, description="Of a request that is not valid.")


def documented(*kinds: type[ConvonetError]) -> Answers:
    """Return `responses` of a route that answers these errors, and those every route may."""
    answers: Answers = {
        int(status): _answer(status, {code: what}) for status, code, what in _UNREADABLE
    }
    by_status = sorted({*kinds, *_ALWAYS}, key=lambda kind: (status_of(kind), kind.code))
    for status, same in groupby(by_status, key=status_of):
        answers[int(status)] = _answer(status, {kind.code: _what(kind) for kind in same})
    return answers


def install(app: FastAPI) -> None:
    """Let OpenAPI tell the truth: FastAPI adds a plain JSON answer beside each problem."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        schema = made()
        for operation in _operations(schema):
            for answer in operation.get("responses", {}).values():
                if MEDIA_TYPE in answer.get("content", {}):
                    answer["content"].pop("application/json", None)
        return schema

    app.openapi = openapi


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in schema["paths"].values() for operation in methods.values()]


def _what(kind: type[ConvonetError]) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _answer(status: HTTPStatus, codes: Mapping[str, str]) -> dict[str, object]:
    examples = {
        code: Problem(title=status.phrase, status=status, code=code, detail=what)
        for code, what in codes.items()
    }
    return {
        "model": Problem,
        "description": "\n".join(f"* `{code}`: {what}" for code, what in codes.items()),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {
                    code: {"value": example.model_dump(exclude_none=True)}
                    for code, example in examples.items()
                },
            }
        },
    }
