"""A conversation: how it starts, what its caller does, how it ends."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from convonet.contracts import Contract
from convonet.contracts.assistant import Turn
from convonet.contracts.caller import Caller

EndReason = Literal["hangup", "goodbye", "idle", "transferred", "error"]


class Channel(StrEnum):
    """How the caller reaches us."""

    BROWSER = "browser"
    PHONE = "phone"


class Providers(Contract):
    """Who hears, thinks and speaks on this call, as shown to the caller."""

    stt: str
    llm: str
    tts: str


class Heard(Contract):
    """How much of a turn's words the caller has really heard, when its sound stopped."""

    turn_id: str
    epoch: int
    """The call's epoch afterwards: raised by an interruption, unchanged by a normal end."""
    text: str
    timings_ms: dict[str, int] = Field(default_factory=dict)


class Utterance(Contract):
    """One stretch of caller speech or typing, in words. Audio never enters history."""

    turn_id: str
    """Unique within the call; a resend with the same id is dropped."""
    text: str
    epoch: int
    ended_at: str
    """When the caller stopped speaking, ISO 8601 UTC."""
    typed: bool = False
    eager: bool = False
    """Not yet confirmed: tools must wait until it comes again without this."""
    heard: Heard | None = None
    """What was heard of the turn before, to its end, if the workflow has not been told yet."""


class Withdrawal(Contract):
    """An eager utterance turned out not to be the end: the caller went on speaking."""

    turn_id: str
    epoch: int


class HungUp(Contract):
    """The call is over for the caller."""

    reason: EndReason


class TransferRequest(Contract):
    """The caller wants a human."""

    turn_id: str
    epoch: int
    department: str | None = None
    heard: Heard | None = None
    """As in an utterance."""


class SaveTurn(Contract):
    """Write down a turn as it is known now. Safe to repeat."""

    call_id: str
    ordinal: int
    turn: Turn
    timings_ms: dict[str, int] = Field(default_factory=dict)
    earlier: tuple["SaveTurn", ...] = ()
    """Turns before it that were in no hurry, to be written down with it."""


class ConversationState(Contract):
    """What a conversation carries over when it continues as new."""

    turns: tuple[Turn, ...] = ()
    epoch: int = 0
    seen: tuple[str, ...] = ()
    """Ids of the newest utterances, so that a resend is dropped."""
    generation: int = 0
    """How many runs this conversation has had before this one."""
    turn_count: int = 0
    pending: tuple[Utterance | TransferRequest, ...] = ()
    """What the caller has said and nobody has answered yet."""
    unsaved: tuple[SaveTurn, ...] = ()
    """What may not have been written down yet."""


class ConversationInput(Contract):
    """What it takes to start, or to continue as new, a conversation."""

    call_id: str
    caller: Caller
    channel: Channel
    started_at: str
    providers: Providers
    input_sample_rate: int = 16_000
    output_sample_rate: int = 24_000
    """Hz of the audio sent to the caller."""
    greet: bool = False
    """Speak first."""
    state: ConversationState = ConversationState()


class ConversationResult(Contract):
    """How a conversation ended."""

    reason: EndReason
    turns: int


class ConversationView(Contract):
    """What a dashboard may see of a running conversation."""

    call_id: str
    caller_name: str
    turns: tuple[Turn, ...]
    epoch: int
    state: str
    ended: EndReason | None = None


class RunMediaSession(Contract):
    """Hear and speak for one call until it ends."""

    call_id: str
    caller: Caller
    generation: int
    """With the attempt, decides which of two media sessions of a call is the newer."""
    output_sample_rate: int
    carries_heard: bool = False
    """The workflow takes the news that a turn was heard with the next utterance, if that comes
    soon: one from before that could would not understand such an utterance."""


class Announce(Contract):
    """Speak a sentence of ours (not the model's), and optionally tell the page."""

    call_id: str
    turn_id: str
    epoch: int
    step: int
    text: str
    event: dict[str, JsonValue] | None = None
    """A `/voice` server message to send along, without its `seq`."""


class OpenConversation(Contract):
    """Write down that a conversation has begun."""

    conversation: ConversationInput
    workflow_id: str


class CloseCall(Contract):
    """Write down that a conversation has ended, and tell the caller's page."""

    call_id: str
    reason: EndReason
