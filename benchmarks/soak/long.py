"""One call of hours: nothing may grow, drift, get lost or be said twice."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from benchmarks import machine
from benchmarks.soak import effects, looking
from benchmarks.soak.looking import Looker
from benchmarks.soak.place import Place, open_place
from benchmarks.soak.results import Long, Sample
from benchmarks.soak.talker import Manner, Talker, call
from tests.chaos.judging import Verdict, judge_talk

_MANNER = Manner(pause_s=(0.5, 1.5), every_s=10.0)
_SAMPLE_S = 30.0
_JUDGED_TURNS = 12
"""After so many the caller looks back at what was, and forgets it."""

_WARM_UP_MINUTES = 25.0
"""By then the record, the streams and the caches are as full as they get."""

Say = Callable[[str], None]
Keep = Callable[[Long], None]


@dataclass
class _Watch:
    place: Place
    talker: Talker
    looker: Looker
    result: Long
    began: float = field(default_factory=time.monotonic)
    runs: list[str] = field(default_factory=list[str])

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.began

    async def sample(self) -> Sample:
        call_id = self.talker.record.line.call_id
        held = await asyncio.to_thread(looking.memory, self.place)
        run = await self.looker.run(call_id)
        if run.run_id not in self.runs:
            await self._close_run(call_id)
            self.runs.append(run.run_id or "")
        about = run.raw_description.workflow_execution_info
        rows, database_mb = await self.looker.rows()
        sample = Sample(
            at_s=round(self.elapsed_s, 1),
            rss_mb={name: resident for name, (resident, _) in held.items()},
            anon_mb={name: anonymous for name, (_, anonymous) in held.items()},
            valkey_used_mb=await self.looker.valkey_used_mb(),
            keys_kb=await self.looker.keys_kb(call_id),
            rows=rows,
            database_mb=database_mb,
            run=len(self.runs),
            run_events=about.history_length,
            run_kb=round(about.history_size_bytes / 1_024, 1),
        )
        self.result.samples.append(sample)
        return sample

    async def _close_run(self, call_id: str) -> None:
        if self.runs:
            last = await self.looker.run(call_id, self.runs[-1])
            self.result.runs_events.append(last.history_length)

    def add(self, verdict: Verdict) -> None:
        result = self.result
        result.faults = dict(Counter(result.faults) + Counter(verdict.faults))
        result.details += verdict.details
        for wait in verdict.waits.values():
            result.silences_s.append(round(max(wait.silence, wait.broke_off), 3))
        result.counts = dict(self.talker.counts)
        result.lags_ms = [(round(at - self.began, 1), ms) for at, ms in self.talker.lags_ms]


@dataclass(frozen=True)
class Asked:
    """What is to be done."""

    folder: Path
    minutes: float
    seed: int
    history_events: int | None
    """Events after which the workflow goes on in a new run; Temporal's own advice when None."""


async def run(asked: Asked, say: Say, keep: Keep) -> Long:
    """Hold the call; `keep` is given what is known so far, again and again."""
    result = Long(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=machine.commit(),
        machine=machine.machine(),
        minutes=asked.minutes,
        warm_up_minutes=min(_WARM_UP_MINUTES, asked.minutes * 0.4),
        history_events=asked.history_events,
    )
    events = asked.history_events
    environment = {"CONVONET_HISTORY_EVENTS": str(events)} if events else {}
    async with open_place(asked.folder, asked.seed, environment) as place, Looker(place) as looker:
        async with call(place, _MANNER) as talker:
            watch = _Watch(place, talker, looker, result)
            sampling = asyncio.create_task(_sample_on(watch, say, keep), name="sample")
            try:
                await _talk(watch, asked.minutes * 60, sampling)
            finally:
                sampling.cancel()
                await asyncio.gather(sampling, return_exceptions=True)
            await _judge(watch)
        result.faults |= (await effects.judged(place)).faults
        result.finished = True
        keep(result)
    return result


async def _talk(watch: _Watch, seconds: float, sampling: "asyncio.Task[None]") -> None:
    interrupts = False
    while interrupts or watch.elapsed_s < seconds:
        if sampling.done():
            sampling.result()
        if not interrupts:
            if len(watch.talker.record.said) >= _JUDGED_TURNS:
                await _judge(watch)
            await watch.talker.pause()
        try:
            interrupts = await watch.talker.turn()
        except AssertionError as error:
            interrupts = False
            watch.result.details.append(f"{watch.elapsed_s:.0f} s: {error}")
            watch.result.faults["stuck"] = watch.result.faults.get("stuck", 0) + 1
            if watch.talker.gone or watch.talker.record.line.ended:
                return


async def _judge(watch: _Watch) -> None:
    try:
        verdict = await judge_talk(watch.place, watch.talker.record)
    except TimeoutError:
        verdict = Verdict(misremembered=1, details=[f"{watch.elapsed_s:.0f} s: turns not recorded"])
    watch.talker.forget()
    watch.add(verdict)


async def _sample_on(watch: _Watch, say: Say, keep: Keep) -> None:
    while True:
        await asyncio.sleep(_SAMPLE_S)
        try:
            sample = await watch.sample()
        except (SQLAlchemyError, RedisError, RPCError, OSError) as error:
            say(f"{watch.elapsed_s / 60:5.1f} min: no sample, {error!r}")
            continue
        keep(watch.result)
        ours = ("api", "voice-worker", "conversation-worker")
        held = " ".join(f"{name} {sample.anon_mb[name]:.0f}" for name in ours)
        said = sum(watch.talker.counts.values()) - watch.talker.counts["interrupted"]
        say(
            f"{sample.at_s / 60:5.1f} min, {said} utterances, faults {watch.result.faults or 0}; "
            f"MB: {held} valkey {sample.valkey_used_mb:.1f}; "
            f"run {sample.run}, {sample.run_events} events"
        )
