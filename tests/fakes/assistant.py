"""An assistant that says exactly what a test says."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from convonet.contracts.assistant import TakeTurn, ToolCall, ToolSpec

Part = str | ToolCall | Exception | asyncio.Event
"""Words, a call, a failure, or a wait until the test lets it go on."""


class ScriptedAssistant:
    """Plays one list of parts per time it is asked."""

    name = "scripted"

    def __init__(self, *script: Sequence[Part]) -> None:
        self._script = list(script)
        self.asked: list[TakeTurn] = []
        self.said: list[list[str]] = []
        """What it was told it had already said, each time."""
        self.offered: list[str] = []
        """Names of the tools it was offered last."""
        self.began = asyncio.Event()
        self.closed = 0
        """How often it was left or had finished."""

    async def go_on(
        self, request: TakeTurn, tools: Sequence[ToolSpec], said: Sequence[str]
    ) -> AsyncGenerator[str | ToolCall, None]:
        self.asked.append(request)
        self.began.set()
        self.said.append(list(said))
        self.offered = [tool.name for tool in tools]
        try:
            for part in self._script.pop(0):
                if isinstance(part, Exception):
                    raise part
                if isinstance(part, asyncio.Event):
                    await part.wait()
                else:
                    yield part
        finally:
            self.closed += 1
