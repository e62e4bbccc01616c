"""Calls to a whole Convonet: placed as a caller would, judged at the far end and by the tables."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from convonet.caller.line import Line
from convonet.caller.sounds import bundled_voice, spoken
from convonet.db.engine import create_engine
from convonet.embedded.addresses import of_running
from convonet.session.phrases import FILLERS
from convonet.settings import Settings
from tests.embedded.instance import Instance
from tests.speech.sounds import draw_the_same_breath

PIN = "1234"
LIMIT_S = 90.0
"""For what takes a process to start, however busy the machine is."""


@dataclass
class Ground:
    """A running Convonet."""

    instance: Instance

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.instance.env['CONVONET_PORT']}/voice"

    @property
    def _database_url(self) -> str:
        settings = of_running(Settings.model_validate(_lower(self.instance.env)))
        assert settings.database_url is not None
        return settings.database_url.get_secret_value()

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run `convonet ...` beside it; return its exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            self.instance.command[0],
            "-m",
            "convonet",
            *arguments,
            env={**os.environ, **self.instance.env},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 240)
        assert process.returncode is not None
        return process.returncode, output.decode()

    async def rows(self, query: str, **parameters: object) -> list[Any]:
        """Ask its database."""
        engine = create_engine(self._database_url)
        try:
            async with engine.connect() as connection:
                return list(await connection.execute(text(query), parameters))
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def held(self, table: str) -> AsyncGenerator[None]:
        """Let nobody else read or write a table of its database."""
        engine = create_engine(self._database_url)
        try:
            async with engine.begin() as connection:
                await connection.execute(text(f"lock table {table} in access exclusive mode"))
                yield
        finally:
            await engine.dispose()

    async def rows_until(self, count: int, query: str, **parameters: object) -> list[Any]:
        """Ask its database until there are so many rows."""
        async with asyncio.timeout(LIMIT_S):
            while len(rows := await self.rows(query, **parameters)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return rows

    @asynccontextmanager
    async def call(self) -> AsyncGenerator["Placed"]:
        """Place a call; hang up at the end."""
        line = Line(self.url)
        await line.sign_in(PIN)
        talking = asyncio.create_task(line.talk())
        try:
            yield Placed(line)
            await line.send({"type": "hangup"})
            await line.wait_for(lambda: bool(line.ended), LIMIT_S)
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)


_VOICE = bundled_voice(Settings())


@dataclass
class Placed:
    """A call under way."""

    line: Line

    async def say(self, words: str) -> None:
        draw_the_same_breath()
        await self.line.say(await spoken(_VOICE, words))

    async def type(self, words: str) -> None:
        await self.line.send({"type": "text", "text": words})

    def seen(self, kind: str, **fields: object) -> list[dict[str, Any]]:
        """The messages of a type with these fields."""
        return [
            dict(event.message)
            for event in self.line.events
            if event.type == kind and fields.items() <= event.message.items()
        ]

    async def until(self, kind: str, count: int = 1, **fields: object) -> dict[str, Any]:
        """Wait for the `count`th message like that."""
        arrived = await self.line.wait_for(lambda: len(self.seen(kind, **fields)) >= count, LIMIT_S)
        assert arrived, f"no {kind} {fields}: {[event.message for event in self.line.events]}"
        return self.seen(kind, **fields)[count - 1]

    async def heard(self, turn_id: str, ms: int) -> None:
        """Wait until that much of a turn has been heard."""
        played = self.line.loudspeaker.played_ms
        assert await self.line.wait_for(lambda: played().get(turn_id, 0) > ms, LIMIT_S)

    async def heard_out(self, turn_id: str) -> None:
        """Wait until a turn has been played to its end, here too.

        After a lost connection the loudspeaker is behind by as long as that took.
        """
        await self.until("turn", turn_id=turn_id)
        assert await self.line.wait_for(lambda: self.line.loudspeaker.silent, LIMIT_S)

    def replies(self, turn_id: str) -> list[str]:
        """The sentences of an answer, without what is said while the answer is long in coming."""
        said = [m["text"] for m in self.seen("reply", turn_id=turn_id)]
        return [text for text in said if text and text not in FILLERS]

    def seqs(self) -> list[int]:
        """The sequence numbers since the call began."""
        numbers = [event.message["seq"] for event in self.line.events]
        started = next(i for i, e in enumerate(self.line.events) if e.type == "call_started")
        return [number for number in numbers[started:] if isinstance(number, int)]


def _lower(env: dict[str, str]) -> dict[str, str]:
    names = Settings.model_fields
    return {name.lower(): value for name, value in env.items() if name.lower() in names}
