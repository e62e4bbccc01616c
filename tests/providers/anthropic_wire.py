"""The bytes of the Messages API: HTTP responses, errors, events."""

import asyncio
import json
import secrets
from collections.abc import Mapping

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many"}


def message(request: Mapping[str, object]) -> dict[str, object]:
    """Return an answer without content."""
    return {
        "id": "msg_" + secrets.token_hex(12),
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 1},
    }


def event(kind: str, data: Mapping[str, object]) -> bytes:
    """Return a server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode()


def write_error(
    writer: asyncio.StreamWriter,
    status: int,
    kind: str,
    message: str,
    retry_after_s: int | None = None,
) -> None:
    """Write an error as the API has it."""
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_test"}
    extra = f"retry-after: {retry_after_s}\r\n" if retry_after_s is not None else ""
    write_json(writer, status, body, extra)


def write_json(writer: asyncio.StreamWriter, status: int, body: object, extra: str = "") -> None:
    """Write a whole response."""
    raw = json.dumps(body).encode()
    writer.write(
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}\r\ncontent-type: application/json\r\n"
        f"request-id: req_test\r\n{extra}content-length: {len(raw)}\r\n\r\n".encode()
        + raw
    )
