"""What a media session sends: messages to the caller, state to Redis, signals to the workflow."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, Protocol, TypeVar

from pydantic import TypeAdapter

from convonet.contracts import Contract
from convonet.contracts.conversation import (
    Heard,
    HungUp,
    TransferRequest,
    Utterance,
    Withdrawal,
)
from convonet.contracts.voice import ServerMessage
from convonet.errors import NotFound, Unavailable
from convonet.redis.calls import Emission
from convonet.redis.client import AWAY
from convonet.redis.media import MediaStore

T = TypeVar("T")

_log = logging.getLogger(__name__)

_RETRY_S = 0.1
_RETRY_LIMIT_S = 1.0


class Conversations(Protocol):
    """The conversation's workflow, as far as a media session talks to it."""

    async def utterance_ended(self, call_id: str, utterance: Utterance) -> None:
        """The caller finished speaking."""
        ...

    async def utterance_withdrawn(self, call_id: str, withdrawal: Withdrawal) -> None:
        """An eager utterance was not the end."""
        ...

    async def barged_in(self, call_id: str, heard: Heard) -> None:
        """The caller spoke over the assistant."""
        ...

    async def playout_ended(self, call_id: str, heard: Heard) -> None:
        """A turn has been heard to its end."""
        ...

    async def transfer_requested(self, call_id: str, request: TransferRequest) -> None:
        """The caller wants a human."""
        ...

    async def hung_up(self, call_id: str, hung_up: HungUp) -> None:
        """The call is over for the caller."""
        ...


Name = Literal[
    "utterance_ended",
    "utterance_withdrawn",
    "barged_in",
    "playout_ended",
    "transfer_requested",
    "hung_up",
]

_BODIES: dict[Name, type[Contract]] = {
    "utterance_ended": Utterance,
    "utterance_withdrawn": Withdrawal,
    "barged_in": Heard,
    "playout_ended": Heard,
    "transfer_requested": TransferRequest,
    "hung_up": HungUp,
}


class Signal(Contract):
    """Something the workflow must learn. Kept in Redis until it has; safe to send again."""

    name: Name
    body: str
    """JSON of the contract that belongs to the name."""


_UNSENT: TypeAdapter[list[Signal]] = TypeAdapter(list[Signal])


def signals(kept: str) -> list[Signal]:
    """Return signals as they are kept in Redis, perhaps by newer code."""
    return _UNSENT.validate_json(kept or "[]", extra="ignore")


class Gone(Exception):
    """The workflow has ended: there is nobody left to tell."""


class Outbox:
    """Keeps order: state and messages as one step, and a signal only after the state behind it."""

    def __init__(
        self, store: MediaStore, conversations: Conversations, call_id: str, unsent: str
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._call_id = call_id
        self._fields: dict[str, str | int] = {}
        self._messages: list[Emission] = []
        self._unsent: deque[Signal] = deque(signals(unsent))
        self._written = 0
        self._asked = 0
        self._due: dict[int, int] = {}
        self._wake = asyncio.Event()
        self._progress = asyncio.Condition()

    def keep(self, **fields: str | int) -> None:
        """Have state written with whatever is sent next, at once."""
        self._fields |= fields
        self._ask()

    def note(self, **fields: str | int) -> None:
        """Have state written with whatever is written next: it may be lost until then."""
        self._fields |= fields

    def send(self, message: ServerMessage, audio: bytes = b"") -> None:
        """Have a message sent to the caller, with the state that is due."""
        self._messages.append((message, audio))
        self._ask()

    def signal(self, name: Name, body: Contract) -> None:
        """Have the workflow learn something, in order, as soon as it is safely kept."""
        self._unsent.append(Signal(name=name, body=body.model_dump_json()))
        self.keep(unsent=_UNSENT.dump_json(list(self._unsent)).decode())
        self._due[id(self._unsent[-1])] = self._asked

    async def drained(self) -> None:
        """Wait until everything is written and the workflow knows all."""
        async with self._progress:
            await self._progress.wait_for(lambda: not self._unsent and self._written >= self._asked)

    async def write(self) -> None:
        """Write and send what is due, until cancelled.

        Raises:
            Fenced: a newer media session has taken over.
            Gone: the call has ended.
        """
        while True:
            await self._wake.wait()
            self._wake.clear()
            fields, self._fields = self._fields, {}
            messages, self._messages = self._messages, []
            asked = self._asked
            if not await stubborn(partial(self._store.advance, fields, messages)):
                raise Gone
            async with self._progress:
                self._written = asked
                self._progress.notify_all()

    async def tell(self) -> None:
        """Send signals one after the other, until cancelled; wait for a server that is away."""
        while True:
            async with self._progress:
                await self._progress.wait_for(self._may_tell)
            await self._deliver(self._unsent[0])
            self._due.pop(id(self._unsent.popleft()), None)
            self.keep(unsent=_UNSENT.dump_json(list(self._unsent)).decode())

    def _may_tell(self) -> bool:
        if not self._unsent:
            return False
        return self._written >= self._due.get(id(self._unsent[0]), 0)

    async def _deliver(self, signal: Signal) -> None:
        send = getattr(self._conversations, signal.name)
        body = _BODIES[signal.name].read(signal.body)
        pause = _RETRY_S
        while True:
            try:
                await send(self._call_id, body)
            except Unavailable:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _RETRY_LIMIT_S)
            except NotFound as error:
                raise Gone from error
            else:
                return

    def _ask(self) -> None:
        self._asked += 1
        self._wake.set()


async def stubborn(work: Callable[[], Awaitable[T]]) -> T:
    """Do it; while Redis is away, try again. Only for work that takes effect once."""
    while True:
        try:
            return await work()
        except AWAY:
            _log.warning("Redis is away; trying again")
            await asyncio.sleep(_RETRY_S)
