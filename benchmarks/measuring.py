"""A plan carried out, part by part, within its time."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from benchmarks import kills, long_call, offline, runs, tables
from benchmarks.caller.convonet_wire import ConvonetWire
from benchmarks.caller.pipecat_wire import PipecatWire
from benchmarks.caller.wires import Wire
from benchmarks.delays import FLOOR_MS
from benchmarks.fakes.probe import probe
from benchmarks.fakes.servers import Fakes, fakes
from benchmarks.keeping import Kept
from benchmarks.plan import TWO_CORES, Climb, Plan, between, overhead_s
from benchmarks.programs import Cores
from benchmarks.results import Run
from benchmarks.sides.convonet import ConvonetSide
from benchmarks.sides.pipecat import PipecatSide
from benchmarks.sides.side import Running

_KILLED: Final = ("api", "voice-worker", "conversation-worker")
_PROBES: Final = 15
_MISSED: Final = 0.25
"""Share of missed turns above which more calls are not tried."""

_UNCLEAN: Final = 2
"""Steps past saturation that are measured."""


class Measuring:
    """Carries out one plan; what was kept before is not measured again."""

    def __init__(
        self, plan: Plan, kept: Kept, folder: Path, deadline: float, say: runs.Say
    ) -> None:
        self._plan = plan
        self._kept = kept
        self._folder = folder
        self._deadline = deadline
        self._say = say

    def run(self) -> None:
        """Measure everything; what fails is noted, and the rest goes on."""
        with fakes(TWO_CORES.rest, self._folder) as servers:
            self._attempt("the fakes", lambda: self._probe(servers))
            if self._plan.kill_calls:
                self._attempt("kills", lambda: self._kill(servers))
            if self._plan.long_call_turns and self._kept.results.long_call is None:
                self._attempt("the long call", lambda: self._long_call(servers))
        if self._plan.offline and self._kept.results.offline is None:
            self._attempt("offline", self._offline)
        for climb, block in self._plan.visits():
            with fakes(climb.setting.rest, self._folder) as servers:
                for side in self._plan.sides:
                    self._attempt(
                        f"{climb.setting.name}, {side}, block {block + 1}",
                        lambda c=climb, b=block, s=side, f=servers: self._climb(c, b, s, f),
                    )
        self._kept.results.finished = not self._kept.results.skipped
        self._kept.write()

    def _attempt(self, what: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self._say(f"{what} failed: {error!r}")
            self._kept.skip(f"{what}: {error!r}")

    # --- side by side ----------------------------------------------------------------------

    def _climb(self, climb: Climb, block: int, side: str, servers: Fakes) -> None:
        if self._next(climb, block, side) is None:
            return
        floor_ms = self._kept.results.floor_ms
        bench = runs.Bench(climb.setting, servers, self._folder, self._say, floor_ms)
        with self._side(side, servers)(climb.setting.product) as up:
            visit = runs.arrive(side, up)
            while (calls := self._next(climb, block, side)) is not None:
                seconds = climb.seconds[max(n for n in climb.seconds if n <= calls)]
                if time.monotonic() + seconds + overhead_s(calls) > self._deadline:
                    what = f"{climb.setting.name}, {side}, {calls} calls, block {block + 1}"
                    self._kept.skip(f"{what}: no time")
                    return
                self._kept.add_run(runs.undisturbed(bench, visit, calls, seconds, block))

    def _next(self, climb: Climb, block: int, side: str) -> int | None:
        """Return the number of calls to measure next; None when the side has been climbed."""
        setting = climb.setting.name
        for calls in climb.steps(block):
            run = self._kept.run(setting, side, block, calls)
            if run is None:
                return calls
            if self._saturated(setting, side, run):
                break
        return None if block else self._middle(climb, side)

    def _saturated(self, setting: str, side: str, newest: Run) -> bool:
        if runs.missed_share(newest) > _MISSED or newest.talk.failed:
            return True
        up_to = [
            row
            for row in tables.rows(self._of(setting, side))
            if 1 < row.calls <= newest.talk.calls
        ]
        clean = tables.clean_calls(up_to, side, setting)
        return len([row for row in up_to if row.calls > clean]) >= _UNCLEAN

    def _middle(self, climb: Climb, side: str) -> int | None:
        """Return one number of calls between the last clean one and the next; once."""
        own = tables.rows(self._of(climb.setting.name, side))
        numbers = [row.calls for row in own]
        if not set(numbers) <= set(climb.seconds):
            return None
        return between(tables.clean_calls(own, side, climb.setting.name), numbers)

    def _of(self, setting: str, side: str) -> list[Run]:
        found = self._kept.results.runs
        return [run for run in found if (run.setting, run.side) == (setting, side)]

    def _side(
        self, side: str, servers: Fakes
    ) -> Callable[[Cores], AbstractContextManager[Running]]:
        if side == "pipecat":
            return PipecatSide(self._folder, servers).up
        return ConvonetSide(self._folder, servers).up

    # --- a closer look -----------------------------------------------------------------------

    def _probe(self, servers: Fakes) -> None:
        stages = asyncio.run(probe(servers.anthropic, servers.deepgram, _PROBES))
        self._kept.results.fakes = stages
        self._kept.results.floor_ms = FLOOR_MS + sum(stage.p50_ms for stage in stages)
        self._say(f"the fakes take {self._kept.results.floor_ms:.1f} ms of a turn")
        self._kept.write()

    def _kill(self, servers: Fakes) -> None:
        if "pipecat" in self._plan.sides and not self._kept.has_kill("pipecat", "bot"):
            with PipecatSide(self._folder, servers).up(TWO_CORES.product[:1]) as bot:
                self._kill_one("pipecat", "bot", PipecatWire, bot, servers)
        left = [part for part in _KILLED if not self._kept.has_kill("convonet", part)]
        if not left or "convonet" not in self._plan.sides:
            return
        with ConvonetSide(self._folder, servers).up(TWO_CORES.product) as up:
            for part in left:
                self._kill_one("convonet", part, ConvonetWire, up, servers)

    def _kill_one(
        self, side: str, part: str, wire: Callable[[str], Wire], up: Running, servers: Fakes
    ) -> None:
        self._say(f"killed mid-answer: {side} {part}")
        runs.arrive(side, up)
        url, calls = up.url, self._plan.kill_calls
        killed = kills.kill(side, part, lambda: wire(url), up, servers, calls)
        self._kept.add_kill(asyncio.run(killed))

    def _long_call(self, servers: Fakes) -> None:
        with ConvonetSide(self._folder, servers).up(TWO_CORES.product) as up:
            runs.arrive("convonet", up)
            self._say(f"a call of {self._plan.long_call_turns} turns")
            self._kept.results.long_call = asyncio.run(
                long_call.long_call(up, self._plan.long_call_turns)
            )
        self._kept.write()

    def _offline(self) -> None:
        self._say("offline, with real models")
        with ConvonetSide(self._folder / "offline", None).up(TWO_CORES.product) as up:
            runs.arrive("convonet", up)
            self._kept.results.offline = offline.offline_call(up)
        self._kept.write()
