"""What is run: numbers of calls, for how long, on which cores, and how that fits into a budget."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.programs import Cores

SIDES: Final = ("convonet", "pipecat")

_SHORTEST_S: Final = 20.0
_LONGEST: Final = 2.0
_VISIT_S: Final = 30.0
"""To start a side, to let it come to rest, to stop it."""

_LOOKS_S: Final = 330.0
"""The fakes probed, processes killed, a call on real models."""

_TURN_S: Final = 6.8
"""A turn of the long call."""


@dataclass(frozen=True)
class Setting:
    """Which cores the product may use, and which the fakes and the callers."""

    name: str
    product: Cores
    rest: Cores


ONE_CORE: Final = Setting("one core", product=(0,), rest=(1,))
TWO_CORES: Final = Setting("two cores", product=(0, 1), rest=(0, 1))


@dataclass(frozen=True)
class Climb:
    """One setting: rising numbers of calls, for each side, A B A B."""

    setting: Setting
    blocks: int
    """How often each side has its turn."""
    seconds: dict[int, float]
    """Measured time by number of calls, in the order they are placed, until they are too many."""
    again: tuple[int, ...] = ()
    """Numbers of calls that later blocks measure again."""
    beyond: tuple[int, ...] = ()
    """Numbers of calls that are only tried when those before were still served well."""

    def steps(self, block: int) -> list[int]:
        """Return the numbers of calls of a block."""
        return list(self.again) if block else list(self.seconds)

    def expected(self) -> list[int]:
        """Return every number of calls that is measured for certain, once for each time."""
        steps = [calls for block in range(self.blocks) for calls in self.steps(block)]
        return [calls for calls in steps if calls not in self.beyond]


@dataclass(frozen=True)
class Plan:
    """One benchmark, from start to end."""

    name: str
    climbs: tuple[Climb, ...]
    sides: tuple[str, ...] = SIDES
    long_call_turns: int = 0
    kill_calls: int = 0
    offline: bool = False

    def visits(self) -> list[tuple[Climb, int]]:
        """Return what is climbed, in order: first blocks first, so that a cut costs repeats."""
        most = max((climb.blocks for climb in self.climbs), default=0)
        return [
            (climb, block) for block in range(most) for climb in self.climbs if block < climb.blocks
        ]

    def estimated_s(self) -> float:
        """Return about how long it takes when nothing is cut short."""
        return self._fixed_s() + len(self.sides) * sum(
            climb.seconds[calls] for climb in self.climbs for calls in climb.expected()
        )

    def within(self, budget_s: float) -> "Plan":
        """Return the plan with its measured times scaled to fit a budget, as far as that goes."""
        fixed = self._fixed_s()
        factor = min(_LONGEST, (budget_s - fixed) / (self.estimated_s() - fixed))
        climbs = tuple(
            replace(climb, seconds={n: _scaled(s, factor) for n, s in climb.seconds.items()})
            for climb in self.climbs
        )
        return replace(self, climbs=climbs)

    def _fixed_s(self) -> float:
        looks = (_LOOKS_S if self.kill_calls else 0.0) + self.long_call_turns * _TURN_S
        return looks + len(self.sides) * sum(
            climb.blocks * _VISIT_S + sum(map(overhead_s, climb.expected()))
            for climb in self.climbs
        )


def overhead_s(calls: int) -> float:
    """Return what a run takes besides its measured time: calls placed 0.5 s apart, first turns."""
    return 14.0 + 0.5 * calls


def between(clean: int, tried: Sequence[int]) -> int | None:
    """Return a number of calls half way from the last clean one to the next that was not."""
    above = [calls for calls in tried if calls > clean]
    if not above:
        return None
    middle = (clean + min(above)) // 2
    return middle if middle not in (clean, min(above), 0) else None


def _scaled(seconds: float, factor: float) -> float:
    return float(round(max(_SHORTEST_S, seconds * factor)))


FULL: Final = Plan(
    name="full",
    climbs=(
        Climb(
            TWO_CORES,
            blocks=2,
            seconds={1: 90.0, 5: 40.0, 10: 40.0, 20: 40.0, 30: 30.0, 40: 30.0},
            again=(1, 5, 10, 20),
            beyond=(40,),
        ),
        Climb(
            ONE_CORE,
            blocks=1,
            seconds={5: 40.0, 10: 40.0, 15: 30.0, 20: 30.0, 30: 30.0},
            beyond=(30,),
        ),
    ),
    long_call_turns=50,
    kill_calls=3,
    offline=True,
)
SHORT: Final = Plan(name="short", climbs=(Climb(TWO_CORES, 1, {1: 60.0, 5: 60.0}),))
QUICK: Final = Plan(
    name="quick",
    climbs=(Climb(TWO_CORES, 1, {1: 30.0, 5: 25.0}), Climb(ONE_CORE, 1, {1: 25.0})),
    long_call_turns=6,
    kill_calls=3,
    offline=True,
)
PLANS: Final = {plan.name: plan for plan in (FULL, SHORT, QUICK)}
