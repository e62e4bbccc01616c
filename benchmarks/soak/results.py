"""What a soak has shown, as it is kept: one JSON file for each kind."""

from typing import Final, Literal

from pydantic import Field

from benchmarks.results import Machine, Result

BACK_S: Final = 180.0
"""A part that is not back by then is gone for good."""


class Sample(Result):
    """What everything held at one moment of the long call."""

    at_s: float
    """Since the call began."""
    rss_mb: dict[str, float]
    """Resident memory by part, its children included."""
    anon_mb: dict[str, float]
    """Its share that is nobody's file: what grows when something leaks."""
    valkey_used_mb: float
    keys_kb: dict[str, float]
    """Of the call, by the last part of their names."""
    rows: dict[str, int]
    database_mb: float
    run: int
    """Which run of the workflow, from 1."""
    run_events: int
    run_kb: float


class Slope(Result):
    """How something went on after the warm-up."""

    name: str
    mb_per_hour: float
    limit: float


class Long(Result):
    """One call of hours."""

    kind: Literal["long"] = "long"
    at: str
    commit: str
    machine: Machine
    minutes: float
    warm_up_minutes: float
    history_events: int | None
    """After so many the workflow goes on in a new run; Temporal's own 4096 when None."""
    counts: dict[str, int] = Field(default_factory=dict[str, int])
    """Utterances of each kind, and stories broken into."""
    faults: dict[str, int] = Field(default_factory=dict[str, int])
    details: list[str] = Field(default_factory=list[str])
    lags_ms: list[tuple[float, float]] = Field(default_factory=list[tuple[float, float]])
    """Per utterance: when, seconds, and how long after its last sound its words were known."""
    silences_s: list[float] = Field(default_factory=list[float])
    runs_events: list[int] = Field(default_factory=list[int])
    """Events of each workflow run but the last, whole."""
    samples: list[Sample] = Field(default_factory=list[Sample])
    finished: bool = False


class Kill(Result):
    """Parts killed at a moment."""

    at_s: float
    parts: list[str]
    back_s: float
    """Until all of them were back; -1 when one was not there to be killed."""


class Call(Result):
    """One call of the mixed soak."""

    call_id: str
    began_s: float
    lasted_s: float
    utterances: int
    lost_connections: int
    faults: dict[str, int]
    stuck: str
    details: list[str]
    silences_s: list[float]
    """Before and inside each sentence of the assistant, seconds."""


class Mixed(Result):
    """Many calls, and parts killed at random."""

    kind: Literal["mixed"] = "mixed"
    at: str
    commit: str
    machine: Machine
    minutes: float
    seed: int
    calls_at_once: int
    calls: list[Call] = Field(default_factory=list[Call])
    refused: int = 0
    """How often somebody who called while a part was away had to call again."""
    kills: list[Kill] = Field(default_factory=list[Kill])
    effects: dict[str, int] = Field(default_factory=dict[str, int])
    """Changes asked for, lost, doubled."""
    left: dict[str, int] = Field(default_factory=dict[str, int])
    """What is left when all calls are over: keys, workflows, processes."""
    left_keys: list[str] = Field(default_factory=list[str])
    memory_before_mb: dict[str, float] = Field(default_factory=dict[str, float])
    memory_after_mb: dict[str, float] = Field(default_factory=dict[str, float])
    finished: bool = False
