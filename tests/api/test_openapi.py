"""What programs are told about the routes of accounts."""

import inspect
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.answers import Problem
from api.problems import MEDIA_TYPE, status_of
from convonet.accounts import refusals
from convonet.errors import ConvonetError, NotSignedIn, TooManyTries

Schema = dict[str, Any]

ROUTES = {
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "POST /api/auth/logout",
    "GET /api/auth/profile",
    "PUT /api/auth/profile",
    "PUT /api/auth/pin",
    "PUT /api/auth/password",
}
KINDS: list[type[ConvonetError]] = [
    kind
    for kind in vars(refusals).values()
    if inspect.isclass(kind)
    and issubclass(kind, ConvonetError)
    and kind.__module__ == refusals.__name__
    and kind is not refusals.RoleRequired
]


@pytest.fixture(scope="session")
async def schema(http: httpx.AsyncClient) -> Schema:
    return (await http.get("/openapi.json")).json()


@pytest.fixture(scope="session")
def operations(schema: Schema) -> dict[str, Schema]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/auth/")
    }


def problems(operation: Schema) -> dict[str, Schema]:
    """Return each code with its example."""
    return {
        code: {**example["value"], "at": int(status)}
        for status, answer in operation["responses"].items()
        if int(status) >= 400
        for code, example in answer["content"][MEDIA_TYPE]["examples"].items()
    }


def test_every_route_is_told_with_what_may_go_wrong(operations: dict[str, Schema]) -> None:
    assert set(operations) == ROUTES
    for operation in operations.values():
        assert operation["description"]
        assert {"invalid", "unavailable"} <= set(problems(operation))
        for status, answer in operation["responses"].items():
            assert int(status) < 400 or set(answer["content"]) == {MEDIA_TYPE}
        for code, example in problems(operation).items():
            assert Problem.model_validate(example).code == code
            assert example["status"] == example["at"]


def test_what_needs_a_token_says_so(operations: dict[str, Schema]) -> None:
    for name, operation in operations.items():
        own = name.startswith("PUT") or name == "GET /api/auth/profile"
        assert ("security" in operation) == own
        assert ("not_signed_in" in problems(operation)) == own


@pytest.mark.parametrize("kind", [*KINDS, TooManyTries], ids=lambda kind: kind.code)
def test_every_code_is_told_somewhere(
    operations: dict[str, Schema], kind: type[ConvonetError]
) -> None:
    told = [found for each in operations.values() if (found := problems(each).get(kind.code))]
    assert told
    assert all(example["at"] == status_of(kind) for example in told)


def test_every_code_is_in_the_document() -> None:
    document = (Path(__file__).parents[2] / "docs" / "accounts.md").read_text(encoding="utf-8")
    codes = {kind.code for kind in (*KINDS, refusals.RoleRequired, NotSignedIn, TooManyTries)}
    assert {code for code in codes if f"`{code}`" not in document} == set()


def test_nothing_secret_stands_in_an_address_and_every_text_has_an_end(schema: Schema) -> None:
    models = schema["components"]["schemas"]
    for name in ("RegisterRequest", "LoginRequest", "ProfileChanges", "PasswordChange"):
        for field, kind in models[name]["properties"].items():
            texts = [one for one in kind.get("anyOf", [kind]) if one.get("type") == "string"]
            assert all("maxLength" in one or "pattern" in one for one in texts), (name, field)
    for operation in ROUTES:
        method, path = operation.split()
        assert not schema["paths"][path][method.lower()].get("parameters")
