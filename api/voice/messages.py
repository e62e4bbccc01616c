"""Read what a client sends; say what would have been right."""

from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from api.voice.endings import Refusal
from convonet.contracts.voice import CLIENT_MESSAGE, AnyClientMessage, Text

TEXT_MAX_BYTES: Final = 16 * 1024
BINARY_MAX_BYTES: Final = 256 * 1024
FRAME_MAX_BYTES: Final = 1024 * 1024
"""Beyond this the server does not even read the frame: the connection is closed with 1009."""

_TYPES = "authenticate, resume, start, text, played, transfer, hangup, ping"


def parse(frame: str) -> AnyClientMessage:
    """Return the message in a text frame.

    Raises:
        Refusal: it is none, with a code and what would be right. Values are never repeated.
    """
    if len(frame) > TEXT_MAX_BYTES or len(frame.encode()) > TEXT_MAX_BYTES:
        raise Refusal("message_too_large", f"a text frame has at most {TEXT_MAX_BYTES} bytes")
    try:
        raw: object = from_json(frame)
    except ValueError:
        raise Refusal("bad_json", "a text frame must hold one JSON object") from None
    if not isinstance(raw, dict):
        raise Refusal("bad_json", 'a text frame must hold one JSON object with a "type"')
    try:
        message = CLIENT_MESSAGE.validate_json(frame, strict=False)
    except ValidationError as error:
        raise _refusal(error.errors(include_input=False, include_url=False)[0]) from None
    return _speakable(message) if isinstance(message, Text) else message


def _refusal(first: ErrorDetails) -> Refusal:
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return Refusal("unknown_type", f"the type must be one of: {_TYPES}")
    place = ".".join(str(part) for part in first["loc"][1:]) or "message"
    return Refusal("bad_message", f"{place}: {first['msg']}")


def _speakable(message: Text) -> Text:
    # A NUL cannot be stored, and no assistant can answer a blank.
    text = message.text.replace("\x00", "").strip()
    if not text:
        raise Refusal("bad_message", "text: must not be blank")
    return message.model_copy(update={"text": text})
