"""Where the time of a turn goes, and what Temporal keeps of a turn, over a call of many."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from benchmarks.caller.call import Call, Manner
from benchmarks.caller.convonet_wire import ConvonetWire
from benchmarks.delays import END_OF_TURN_MS, FIRST_AUDIO_MS, FIRST_TOKEN_MS, TOKEN_MS, TOKENS
from benchmarks.party import party, until
from benchmarks.results import LongCall, Stage
from benchmarks.sides.convonet import RunningConvonet
from benchmarks.statistics import percentile
from convonet.ids import conversation_workflow

_MANNER: Final = Manner(pause_s=(0.2, 0.5), interrupts_every=0)
_TURN_S: Final = 15.0
_STAGES: Final = ("endpointing", "stt", "durability", "llm_first_token", "tts_first_audio")
_FIXED: Final = {
    "endpointing": END_OF_TURN_MS,
    "llm_first_token": FIRST_TOKEN_MS,
    "tts_first_audio": FIRST_AUDIO_MS,
}
"""What of each stage is the fake provider's."""


async def long_call(up: RunningConvonet, turns: int) -> LongCall:
    """Hold a call of so many turns; look into it and into its history."""
    wire = ConvonetWire(up.url)
    async with party([wire], _MANNER) as (call,):
        await until(lambda: len(wire.timings) > turns, turns * _TURN_S)
        events = await _history(up.temporal_address, wire.call_id)
    per_turn = _turn_slices(events)
    sizes = [sum(event.ByteSize() for event in one) for one in per_turn]
    middle = per_turn[len(per_turn) // 2]
    return LongCall(
        turns=len(wire.timings),
        stages=_stages(wire.timings[1:], call),
        events=len(events),
        bytes=sum(event.ByteSize() for event in events),
        events_per_turn=sum(map(len, per_turn)) / len(per_turn),
        bytes_per_turn=sum(sizes) / len(sizes),
        events_of_a_turn=dict(Counter(_name(event) for event in middle)),
        server_signal_to_started_ms=_stage(
            "signal to take_turn", [ms for one in per_turn for ms in _signal_to_started(one)]
        ),
    )


def _stages(timings: Sequence[dict[str, int]], call: Call) -> list[Stage]:
    stages = [
        _stage(name, [turn[name] - _FIXED.get(name, 0) for turn in timings]) for name in _STAGES
    ]
    words_ms = TOKENS * TOKEN_MS
    rest = [turn["total"] - sum(turn[name] for name in _STAGES) - words_ms for turn in timings]
    # Turn by turn the far end has seen the same, and what lies between the session and it.
    seen = [turn.voice_to_voice_ms for turn in call.turns[1:]]
    edge = [
        far - turn["total"] for far, turn in zip(seen, timings, strict=False) if far is not None
    ]
    return [*stages, _stage("sentence", rest), _stage("edge", edge)]


def _stage(name: str, values: Sequence[float]) -> Stage:
    return Stage(name=name, p50_ms=percentile(values, 50), p95_ms=percentile(values, 95))


async def _history(address: str, call_id: str) -> list[HistoryEvent]:
    client = await Client.connect(address)
    handle = client.get_workflow_handle(conversation_workflow(call_id))
    return list((await handle.fetch_history()).events)


def _turn_slices(events: Sequence[HistoryEvent]) -> list[list[HistoryEvent]]:
    """Return the events of each turn but the first and the last, from utterance to utterance."""
    starts = [at for at, event in enumerate(events) if _is_utterance(event)]
    between = pairwise(starts[1:])
    return [list(events[start:end]) for start, end in between] or [list(events)]


def _is_utterance(event: HistoryEvent) -> bool:
    return event.workflow_execution_signaled_event_attributes.signal_name == "utterance_ended"


def _signal_to_started(turn: Sequence[HistoryEvent]) -> list[float]:
    scheduled = {
        event.event_id
        for event in turn
        if event.activity_task_scheduled_event_attributes.activity_type.name == "take_turn"
    }
    return [
        (_time(event) - _time(turn[0])).total_seconds() * 1_000
        for event in turn
        if event.activity_task_started_event_attributes.scheduled_event_id in scheduled
    ][:1]


def _time(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime()


def _name(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
