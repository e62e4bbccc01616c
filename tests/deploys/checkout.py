"""Copies of our code, for deploying changes of it."""

import shutil
from pathlib import Path

from temporal.build import digest
from tests.test_layout import PACKAGES, ROOT

SIGNATURE = "So says the new build."

_SIGNED = f'''

_take = TurnTaking.take


async def _take_and_sign(self: TurnTaking, utterance: Utterance) -> bool:
    goodbye = await _take(self, utterance)
    await self._announce(utterance.turn_id, utterance.epoch, "{SIGNATURE}")
    return goodbye


TurnTaking.take = _take_and_sign
'''


class Checkout:
    """A copy of our code in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._changed: set[str] = set()
        for package in PACKAGES:
            shutil.copytree(ROOT / package, folder / package)

    @property
    def env(self) -> dict[str, str]:
        """What makes Python run this code instead of ours."""
        return {"PYTHONPATH": str(self.folder)}

    @property
    def build_id(self) -> str:
        return digest(self.folder)

    def restore(self) -> bool:
        """Make it the code it was; False when it is."""
        changed, self._changed = self._changed, set()
        for module in changed:
            shutil.copy2(ROOT / module, self.folder / module)
        return bool(changed)

    def add(self, module: str, code: str) -> None:
        self._changed.add(module)
        with (self.folder / module).open("a", encoding="utf-8") as file:
            file.write(code)

    def reword(self) -> None:
        """Make another build of it that decides the same."""
        self.add("workflows/phrases.py", "\n# Another build.\n")

    def sign_turns(self) -> None:
        """Make another build of it whose workflow takes a further step in every turn."""
        self.add("workflows/turn.py", _SIGNED)
