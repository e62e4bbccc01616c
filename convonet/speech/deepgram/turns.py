"""What both of Deepgram's ears share: messages as they are on the wire, and a turn being heard."""

import logging
from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, Field, ValidationError

from convonet.speech.deepgram.clock import AudioClock
from convonet.speech.ports import HeardEvent

logger = logging.getLogger(__name__)

Message = TypeVar("Message", bound=BaseModel)

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""A position or a length in the audio sent."""


class Word(BaseModel):
    """A word and where in the audio sent it was, in seconds."""

    start: Seconds | None = None
    end: Seconds | None = None


class Turns(Protocol):
    """Turns a listening socket's messages into what was heard; knows no network and no time."""

    @property
    def open(self) -> bool:
        """Whether the caller is in the middle of a turn."""
        ...

    def hear(self, message: object) -> list[HeardEvent]:
        """Return what a message from the SDK's socket says was heard.

        Raises:
            ProviderError: Deepgram gives up on this socket.
        """
        ...


def fields_of(message: object) -> dict[str, object]:
    """Return a message's fields as they came, `type` among them; none for what is no message.

    The SDK picks the class of an incoming message by shape, so that `Cleared` comes as its
    `Flushed` class: only the field `type` tells them apart.
    """
    return message.model_dump(warnings=False) if isinstance(message, BaseModel) else {}


def checked(shape: type[Message], fields: dict[str, object]) -> Message | None:
    """Return the message, or None when it is not what Deepgram documents."""
    try:
        return shape.model_validate(fields)
    except ValidationError:
        logger.warning("ignored a malformed %s message from Deepgram", fields.get("type"))
        return None


def milliseconds(seconds: float) -> int:
    """Return whole milliseconds."""
    return round(seconds * 1000)


def spoken_from(words: Sequence[Word], clock: AudioClock) -> int | None:
    """Return where in the audio fed, in ms, the first of the timed words begins."""
    starts = [word.start for word in words if word.start is not None]
    return clock.fed_at(milliseconds(min(starts))) if starts else None


def spoken_until(words: Sequence[Word], clock: AudioClock) -> int | None:
    """Return where in the audio fed, in ms, the last of the timed words ends."""
    ends = [word.end for word in words if word.end is not None]
    return clock.fed_at(milliseconds(max(ends))) if ends else None
