"""Sentences of ours, not the model's."""

from temporalio import activity

from convonet.contracts.conversation import Announce
from convonet.contracts.speech import Say
from convonet.contracts.voice import SERVER_MESSAGE
from convonet.redis.calls import CallStreams

_OUTRANKS = 1_000
"""As an attempt: an announcement silences whatever may still write for its step. As an index: it
is heard behind the sentences that a failed attempt had already handed over for that step."""


class AnnounceActivities:
    """Needs the call's streams."""

    def __init__(self, streams: CallStreams) -> None:
        self._streams = streams

    @activity.defn
    async def announce(self, request: Announce) -> None:
        """Have a sentence spoken as the end of a turn, and show an event with it."""
        if request.event is not None:
            message = SERVER_MESSAGE.validate_python(request.event)
            name = f"{request.turn_id}/{request.step} {message.type}"
            await self._streams.emit_once(request.call_id, name, message)
        for index, kind in enumerate(("sentence", "end"), _OUTRANKS):
            say = Say(
                kind="end" if kind == "end" else "sentence",
                turn_id=request.turn_id,
                epoch=request.epoch,
                step=request.step,
                index=index,
                text=request.text if kind == "sentence" else "",
                final=True,
            )
            await self._streams.say(request.call_id, say, _OUTRANKS)
