"""Errors as `application/problem+json` (RFC 9457), each with a stable `code`."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import JsonValue
from starlette.exceptions import HTTPException

from convonet import errors

logger = logging.getLogger(__name__)

_STATUS: Final[Mapping[type[errors.ConvonetError], HTTPStatus]] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Denied: HTTPStatus.FORBIDDEN,
    errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    errors.TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

MEDIA_TYPE: Final = "application/problem+json"

_RENAMED: Final = {413: "content_too_large", 422: "invalid"}
"""Statuses that Python calls differently in each release."""

_OURS: Final = HTTPStatus.INTERNAL_SERVER_ERROR


def problem(
    status: int,
    code: str,
    detail: str,
    extra: Mapping[str, JsonValue] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a problem; `extra` members follow the standard ones."""
    body: dict[str, JsonValue] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **(extra or {}),
    }
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


async def _ours(_: Request, error: Exception) -> JSONResponse:
    for kind in type(error).__mro__:
        if kind in _STATUS and isinstance(error, errors.ConvonetError):
            return problem(_STATUS[kind], error.code, str(error), headers=_headers(error))
    return await _unforeseen(_, error)


def _headers(error: errors.ConvonetError) -> dict[str, str]:
    if isinstance(error, errors.NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.TooManyTries):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def status_of(kind: type[errors.ConvonetError]) -> HTTPStatus:
    """Return the status errors of this kind are answered with."""
    return next((_STATUS[base] for base in kind.__mro__ if base in _STATUS), _OURS)


async def _http(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return await _unforeseen(_, error)
    phrase = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    code = _RENAMED.get(error.status_code, phrase)
    return problem(error.status_code, code, str(error.detail), headers=error.headers)


async def _not_valid(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        return await _unforeseen(_, error)
    faults: list[JsonValue] = [
        {"at": ".".join(str(part) for part in fault["loc"]), "what": str(fault["msg"])}
        for fault in error.errors()
    ]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "the request is not valid", {"faults": faults}
    )


async def _unforeseen(_: Request, error: Exception) -> JSONResponse:
    logger.error("a request failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "something of ours broke")


def install(app: FastAPI) -> None:
    """Answer every error of `app` as a problem."""
    app.add_exception_handler(errors.ConvonetError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(Exception, _unforeseen)
