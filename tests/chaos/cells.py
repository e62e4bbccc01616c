"""What can be done to a call: which part is harmed, when, and how long the caller may wait."""

from dataclasses import dataclass
from enum import StrEnum


class Victim(StrEnum):
    """A process of Convonet."""

    API = "api"
    VOICE = "voice-worker"
    CONVERSATION = "conversation-worker"
    VALKEY = "valkey"
    TEMPORAL = "temporal"
    POSTGRES = "postgres"
    SUPERVISOR = "supervisor"


class Moment(StrEnum):
    """A moment of the scripted call."""

    SPEAKING = "caller speaks"
    THINKING = "model thinks"
    TOOL = "mid-tool"
    SENTENCE = "mid-sentence"
    INTERRUPTION = "interruption"


class Mode(StrEnum):
    """Who hears, thinks and speaks."""

    OFFLINE = "offline"
    PROVIDERS = "providers"


OURS = (Victim.API, Victim.VOICE, Victim.CONVERSATION)

OURS_LIMIT_S = 2.0
"""Longest silence when one of our own processes dies."""

FROZEN_LIMIT_S = 4.0
"""Longest silence when a worker freezes and another is there: the first retry may still be given
to the frozen one, which left a poll waiting, and is missed after another heartbeat timeout."""

SERVER_LIMIT_S = 5.0
"""Longest silence once a server that died is back."""


@dataclass(frozen=True)
class Harm:
    """One row of the matrix: what is done, and to which part."""

    name: str
    part: Victim
    limit_s: float = OURS_LIMIT_S
    from_back: bool = False
    """The limit counts from when the part is back, not from the harm."""
    lasts_s: float = 0.0
    """How long it goes on, where it is not a death."""


def death(victim: Victim) -> Harm:
    """Return `kill -9` of a part."""
    if victim in OURS:
        return Harm(victim.value, victim)
    return Harm(victim.value, victim, SERVER_LIMIT_S, from_back=True)
