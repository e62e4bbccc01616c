"""What is run: numbers of calls, for how long, on which cores."""

from dataclasses import dataclass
from typing import Final

from benchmarks.programs import Cores


@dataclass(frozen=True)
class Setting:
    """Which cores the product may use, and which the fakes and the callers."""

    name: str
    product: Cores
    rest: Cores


ONE_CORE: Final = Setting("one core", product=(0,), rest=(1,))
TWO_CORES: Final = Setting("two cores", product=(0, 1), rest=(0, 1))


@dataclass(frozen=True)
class Plan:
    """One benchmark, from start to end."""

    name: str
    settings: tuple[Setting, ...]
    blocks: int
    """How often each side has its turn: A B A B."""
    seconds: dict[int, float]
    """Measured time by number of calls, in the order they are placed."""
    long_call_turns: int
    kill_calls: int = 3


FULL: Final = Plan(
    name="full",
    settings=(ONE_CORE, TWO_CORES),
    blocks=2,
    seconds={1: 120.0, 5: 60.0, 10: 60.0, 15: 60.0, 20: 60.0, 30: 60.0, 40: 60.0},
    long_call_turns=50,
)
QUICK: Final = Plan(
    name="quick",
    settings=(ONE_CORE, TWO_CORES),
    blocks=1,
    seconds={1: 45.0, 5: 30.0},
    long_call_turns=6,
)
PLANS: Final = {plan.name: plan for plan in (FULL, QUICK)}
