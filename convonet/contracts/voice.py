"""The messages of `WS /voice`. The page's types are generated from these models."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from convonet.contracts import Contract
from convonet.contracts.conversation import EndReason, Providers

# --- client to server ---------------------------------------------------------------


class ClientMessage(BaseModel):
    """Base of what a client sends. Unknown fields are ignored: clients may be newer than us."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Authenticate(ClientMessage):
    """Sign in by voice PIN."""

    type: Literal["authenticate"]
    pin: str = Field(pattern=r"^\d{4,6}$", repr=False)


class Resume(ClientMessage):
    """Go on with a call after its connection was lost."""

    type: Literal["resume"]
    session_id: str = Field(max_length=200, repr=False)
    call_id: str = Field(max_length=200)
    last_seq: int = Field(ge=0)


class Start(ClientMessage):
    """Begin a call."""

    type: Literal["start"]
    encoding: Literal["pcm_s16le", "webm_opus"] = "pcm_s16le"
    """A hint: the server looks at the bytes."""
    sample_rate: int = Field(default=16_000, ge=8_000, le=48_000)
    output_sample_rate: Literal[8_000, 16_000, 22_050, 24_000, 44_100, 48_000] = 24_000
    greet: bool = False
    """The assistant speaks first."""
    time_zone: str = Field(default="", max_length=64)
    """The caller's IANA time zone, where the client knows it."""


class Text(ClientMessage):
    """A typed utterance instead of speech."""

    type: Literal["text"]
    text: str = Field(min_length=1, max_length=2_000)


class Played(ClientMessage):
    """How much of a turn's audio has really been played."""

    type: Literal["played"]
    turn_id: str = Field(max_length=100)
    ms: int = Field(ge=0, le=3_600_000)


class TransferMe(ClientMessage):
    """The "talk to a human" button."""

    type: Literal["transfer"]
    department: str | None = Field(default=None, max_length=100)


class Hangup(ClientMessage):
    """End the call."""

    type: Literal["hangup"]


class Ping(ClientMessage):
    """Echoed as `pong`."""

    type: Literal["ping"]
    t: float | int | str | None = None


AnyClientMessage = Annotated[
    Authenticate | Resume | Start | Text | Played | TransferMe | Hangup | Ping,
    Field(discriminator="type"),
]
CLIENT_MESSAGE: TypeAdapter[AnyClientMessage] = TypeAdapter(AnyClientMessage)


# --- server to client ---------------------------------------------------------------


class ServerMessage(Contract):
    """Base of what the server sends. `seq` rises by one and is set when the message is sent."""

    seq: int = 0


class AuthenticationRequired(ServerMessage):
    """Say who you are."""

    type: Literal["authentication_required"] = "authentication_required"
    attempts_left: int


class VoiceTeam(Contract):
    """A team of the signed-in person."""

    id: str
    name: str


class VoiceUser(Contract):
    """The signed-in person."""

    id: str
    name: str
    teams: tuple[VoiceTeam, ...]


class Authenticated(ServerMessage):
    """Signed in; `session_id` is what `resume` wants later."""

    type: Literal["authenticated"] = "authenticated"
    session_id: str
    user: VoiceUser


class AuthenticationFailed(ServerMessage):
    """Wrong PIN, or too many of them."""

    type: Literal["authentication_failed"] = "authentication_failed"
    attempts_left: int
    retry_after_s: int


class CallStarted(ServerMessage):
    """The call is up. Sent again after `resume`."""

    type: Literal["call_started"] = "call_started"
    call_id: str
    workflow_id: str
    workflow_url: str
    providers: Providers


class SpeechStarted(ServerMessage):
    """The caller began to speak, as endpointing sees it."""

    type: Literal["speech_started"] = "speech_started"


class SpeechStopped(ServerMessage):
    """The caller stopped speaking, as endpointing sees it."""

    type: Literal["speech_stopped"] = "speech_stopped"


class Transcript(ServerMessage):
    """The caller's words so far, or for good."""

    type: Literal["transcript"] = "transcript"
    turn_id: str
    text: str
    final: bool


class AssistantState(ServerMessage):
    """What the assistant is doing."""

    type: Literal["assistant_state"] = "assistant_state"
    state: Literal["listening", "thinking", "speaking"]


class Tool(ServerMessage):
    """A tool call began or ended."""

    type: Literal["tool"] = "tool"
    turn_id: str
    name: str
    state: Literal["started", "succeeded", "failed"]
    summary: str


class Reply(ServerMessage):
    """A whole sentence, as it is spoken.

    `final` closes the turn's words, with the last sentence or, when that could not be known in
    time, with an empty text after it.
    """

    type: Literal["reply"] = "reply"
    turn_id: str
    text: str
    final: bool


class Audio(ServerMessage):
    """The next binary frame is this turn's audio, `ms` long."""

    type: Literal["audio"] = "audio"
    turn_id: str
    ms: int


class Clear(ServerMessage):
    """Drop what is queued of this turn's audio."""

    type: Literal["clear"] = "clear"
    turn_id: str


class Timings(Contract):
    """Where a turn's time went, ms. `total` is end of speech to first reply audio."""

    endpointing: int = 0
    stt: int = 0
    llm_first_token: int = 0
    tts_first_audio: int = 0
    durability: int = 0
    total: int = 0


class TurnEnded(ServerMessage):
    """A turn has been played; where its time went."""

    type: Literal["turn"] = "turn"
    turn_id: str
    timings_ms: Timings


class Transfer(ServerMessage):
    """How the transfer to a human is going."""

    type: Literal["transfer"] = "transfer"
    state: Literal["initiated", "queued", "ringing", "connected", "failed", "returned"]
    position: int | None = None
    agent: str | None = None
    reason: str | None = None


class Notice(ServerMessage):
    """Something worth showing that is not part of the conversation."""

    type: Literal["notice"] = "notice"
    text: str


class CallEnded(ServerMessage):
    """The call is over."""

    type: Literal["call_ended"] = "call_ended"
    reason: EndReason


class Error(ServerMessage):
    """What was wrong with the last message, or what the server cannot do now."""

    type: Literal["error"] = "error"
    code: str
    message: str


class Pong(ServerMessage):
    """The echo of `ping`."""

    type: Literal["pong"] = "pong"
    t: float | int | str | None = None


AnyServerMessage = Annotated[
    AuthenticationRequired
    | Authenticated
    | AuthenticationFailed
    | CallStarted
    | SpeechStarted
    | SpeechStopped
    | Transcript
    | AssistantState
    | Tool
    | Reply
    | Audio
    | Clear
    | TurnEnded
    | Transfer
    | Notice
    | CallEnded
    | Error
    | Pong,
    Field(discriminator="type"),
]
SERVER_MESSAGE: TypeAdapter[AnyServerMessage] = TypeAdapter(AnyServerMessage)
