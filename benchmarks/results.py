"""What is measured, as it is kept: one JSON file per benchmark."""

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.delays import FLOOR_MS


class Result(BaseModel):
    """Anything kept; unknown fields are refused so that old files are not misread."""

    model_config = ConfigDict(extra="forbid")


class Turn(Result):
    """One utterance and its answer, at the caller's end."""

    call: int
    ordinal: int
    """0 is the first turn of the call, which opens provider sockets and is left out."""
    spoken_at: float
    """When the last voiced frame was sent, monotonic seconds."""
    voice_to_voice_ms: float | None = None
    """To the first voiced frame of the answer; None: missed."""
    barge_in_ms: float | None = None
    """This utterance broke into an answer: from its first frame until that fell silent."""
    heard_out: bool = False
    """The answer was not broken into."""
    heard_ms: float = 0.0
    gaps: int = 0
    gap_ms: float = 0.0


class Talk(Result):
    """What the caller process saw of one run."""

    calls: int
    began_at: float
    """The measured time: from when every call had its first turn behind it, monotonic seconds."""
    ended_at: float
    turns: list[Turn]
    """Only those of the measured time."""
    late_ms_p95: float
    """How late the callers' own frames were in the measured time."""
    unanswered: int = 0
    """Calls without an answer to their first words, half a minute after the last was placed."""
    failed: list[str] = Field(default_factory=list[str])
    """Calls that could not be placed, were refused or broke off, and why."""


class Part(Result):
    """What one part of a side used in the measured time."""

    cpu_s: float
    wait_s: float
    """Ready to run but waiting for a core."""
    memory_mb: float


class Use(Result):
    """What a side used in the measured time."""

    seconds: float
    parts: dict[str, Part]
    others_cpu_s: float
    """CPU time of the product's cores used by anybody else."""
    cores: int
    idle_mb: float = 0.0
    """Memory of all parts before the first call."""

    @property
    def cpu_s(self) -> float:
        """CPU time of all parts."""
        return sum(part.cpu_s for part in self.parts.values())

    @property
    def wait_share(self) -> float:
        """Waiting for a core, as a share of the CPU time used."""
        return sum(part.wait_s for part in self.parts.values()) / max(self.cpu_s, 1e-9)

    @property
    def others_share(self) -> float:
        """How much of the product's cores went to anybody else."""
        return self.others_cpu_s / (self.seconds * self.cores)


class Run(Result):
    """One side at one number of calls."""

    side: str
    setting: str
    block: int
    """A B A B: which time."""
    talk: Talk
    use: Use
    fakes_cpu_s: float
    caller_cpu_s: float
    floor_ms: float
    """What the fake providers take of a voice-to-voice time, measured without any side."""
    fakes_late_ms_p95: float = 0.0
    """How late timers of the fake providers were in the measured time."""
    seconds: float = 0.0
    """How long was to be measured."""
    disturbed: str = ""
    """Why the figures are not to be trusted; empty when they are."""
    repeated: int = 0
    """How many runs were thrown away before this one because others used the machine."""


class Kill(Result):
    """One part killed in the middle of an answer."""

    side: str
    part: str
    calls: int
    reconnected: int
    messages_before: list[int]
    """How many messages each request to the model held until then ..."""
    messages_after: list[int]
    """... and from then on."""
    conversations_lost: int
    """Those whose next request held nothing but the newest utterance: the model knew nothing."""
    went_on: bool
    """Every caller had another answer within a minute."""
    silence_ms: float
    """From where the sound at the caller's end ran out to the next that came."""
    answer_heard_ms: float
    """How much of the answer that was cut was heard in the end."""


class Stage(Result):
    """One stage of a turn."""

    name: str
    p50_ms: float
    p95_ms: float


class LongCall(Result):
    """One call of many turns, and what Temporal keeps of it."""

    turns: int
    stages: list[Stage]
    events: int
    bytes: int
    events_per_turn: float
    bytes_per_turn: float
    events_of_a_turn: dict[str, int]
    """Event types of one turn in the middle."""
    server_signal_to_started_ms: Stage
    """By the server's own clock, from the signal to the start of `take_turn`."""


class Offline(Result):
    """A call on the models of this machine."""

    reply_ms: list[int]
    """From the last sound of an utterance to the first of the answer, at the caller's end."""
    turns: list[dict[str, int]]
    """`timings_ms` of each turn."""


class Machine(Result):
    """What it was measured on."""

    cpu: str
    cores: int
    memory_gb: float
    kernel: str
    python: str
    versions: dict[str, str]


class Results(Result):
    """One benchmark."""

    at: str
    """ISO 8601, UTC."""
    plan: str
    commit: str
    machine: Machine
    budget_min: float | None = None
    took_min: float = 0.0
    finished: bool = False
    skipped: list[str] = Field(default_factory=list[str])
    """What there was no time for, and what failed."""
    floor_ms: float = FLOOR_MS
    """What the fake providers take, measured without any side."""
    runs: list[Run] = Field(default_factory=list["Run"])
    kills: list[Kill] = Field(default_factory=list["Kill"])
    long_call: LongCall | None = None
    offline: Offline | None = None
    fakes: list[Stage] = Field(default_factory=list["Stage"])
    """What the fake providers really took."""
