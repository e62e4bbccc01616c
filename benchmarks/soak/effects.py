"""What the tools did: each change that was asked for, once."""

import json
from collections import Counter
from dataclasses import dataclass

from benchmarks.soak.place import Place

_CHANGES = ("add", "book")


@dataclass(frozen=True)
class Effects:
    """Changes of all calls together."""

    asked: int
    lost: int
    doubled: int

    @property
    def faults(self) -> dict[str, int]:
        """Return what is not zero and should be."""
        found = {"effects_lost": self.lost, "effects_doubled": self.doubled}
        return {name: count for name, count in found.items() if count}


async def judged(place: Place) -> Effects:
    """Compare what was asked for with what the table and the book hold."""
    todos = await place.ground.rows(
        "select title from todos_convonet where title like :like", like="Item %"
    )
    book = place.book.read_text().splitlines() if place.book.exists() else []
    done = Counter(str(row.title).replace("Item", "add", 1) for row in todos)
    done += Counter(f"book {json.loads(line)[1]}" for line in book)
    asked = {said for said in place.exact if said.partition(" ")[0] in _CHANGES}
    return Effects(
        asked=len(asked),
        lost=len(asked - done.keys()),
        doubled=sum(count - 1 for count in done.values()),
    )
