"""Where the scripted call is held: a Convonet without keys, or one on provider servers of ours."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from convonet.caller.line import INPUT_RATE
from convonet.caller.sounds import bundled_voice
from convonet.caller.sounds import spoken as voiced
from convonet.db.engine import create_engine
from convonet.settings import Settings
from tests.calls.placing import Ground
from tests.chaos.addresses import database_url
from tests.chaos.cells import Mode
from tests.chaos.second import Second
from tests.embedded.instance import Instance
from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_replies import Call, Reply
from tests.providers.deepgram import Deepgram, running
from tests.providers.deepgram_script import Script, Utterance, spoken

TOOL_S = 2.4
THINK_MS = 600.0

ANSWER = ["Your table for two is booked.", "It is on your list."]
STORY = [
    "One morning a small ship left the harbour with eleven sailors.",
    "By noon the wind had died and the sea lay as flat as glass.",
    "They waited, and in the evening the wind came back.",
]
CLOSING = ["A quarter past nine."]


class Stage(Protocol):
    """One mode's Convonet, and the words of the call in that mode."""

    mode: Mode
    ground: Ground
    folder: Path
    """Everything of it lies here."""
    second: Second | None
    """Further workers, where there are two of each kind."""
    request: str
    """Leads to a change that takes `TOOL_S`; then `long` to many words, `stop` to few."""
    long: str
    stop: str
    tool: str
    """The name of the slow tool."""

    @property
    def book(self) -> Path:
        """Where the slow tool of the provider mode writes its effects, a line each."""
        ...

    @property
    def exact(self) -> Mapping[str, list[str]]:
        """The sentences each utterance is answered with, where they are ours to script."""
        ...

    async def sound(self, words: str) -> bytes:
        """Return words as the caller says them: 16 kHz, mono, 16-bit."""
        ...

    def says(self, words: str) -> None:
        """The caller begins to say this."""
        ...

    async def thinking(self) -> None:
        """Return when the model thinks about what was said last."""
        ...

    async def slow_down(self) -> None:
        """Have the tool take its time in the call that begins."""
        ...

    async def tool_started(self) -> None:
        """The tool has been started: it may end after its time."""
        ...


class Echo(Script):
    """A Deepgram that hears whatever the caller is saying, however often it is told."""

    saying = ""

    def next_utterance(self, turn: int) -> Utterance | None:
        return Utterance((self.saying,), self.end_ms) if self.saying else None


@dataclass
class ProvidersStage:
    """On Deepgram and Claude, as their protocol servers play them."""

    ground: Ground
    deepgram: Deepgram
    script: Echo
    claude: AnthropicServer
    folder: Path
    second: Second | None = None
    asked: int = 0

    mode = Mode.PROVIDERS
    request = "book a table and note it down"
    long = "tell me a story"
    stop = "what time is it"
    tool = "book_table"

    @property
    def book(self) -> Path:
        return _book(self.folder)

    @property
    def exact(self) -> Mapping[str, list[str]]:
        return {self.request: ANSWER, self.long: STORY, self.stop: CLOSING}

    async def sound(self, words: str) -> bytes:
        return spoken(words, INPUT_RATE)

    def says(self, words: str) -> None:
        self.script.saying = words
        self.asked = len(self.claude.requests)

    async def thinking(self) -> None:
        async with asyncio.timeout(30):
            while len(self.claude.requests) <= self.asked:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await asyncio.sleep(THINK_MS / 2_000)

    async def slow_down(self) -> None:
        return

    async def tool_started(self) -> None:
        return


def answer(request: Mapping[str, object]) -> Reply:
    """Answer as Claude would: the same to the same conversation, however often it is asked."""
    messages = cast("list[dict[str, object]]", request["messages"])
    content = messages[-1]["content"]
    last = content if isinstance(content, str) else json.dumps(content)
    if "tool_result" in last:
        return _thought(" ".join(ANSWER))
    if "story" in last:
        return _thought(" ".join(STORY))
    if "book a table" in last:
        booking = Call("book_table", {"reference": "table for two"})
        todo = Call("create_todo", {"title": "Dinner for two"})
        return _thought("", booking, todo)
    return _thought(" ".join(CLOSING))


def _thought(words: str, *calls: Call) -> Reply:
    return Reply(words, calls, first_token_ms=THINK_MS, token_ms=5)


class OfflineStage:
    """Without any key: the bundled voice, ears and assistant. A locked table slows its tool."""

    mode = Mode.OFFLINE
    request = "Create a high priority todo to review the quarterly report."
    long = "What can you do?"
    stop = "Stop, what time is it?"
    tool = "create_todo"

    def __init__(self, ground: Ground, folder: Path) -> None:
        self.ground = ground
        self.folder = folder
        self.second: Second | None = None
        self._lock: AsyncConnection | None = None
        self._voice = bundled_voice(Settings())
        self._sounds: dict[str, bytes] = {}
        self._releasing: asyncio.Task[None] | None = None

    @property
    def book(self) -> Path:
        return _book(self.folder)

    @property
    def exact(self) -> Mapping[str, list[str]]:
        return {}

    async def sound(self, words: str) -> bytes:
        if words not in self._sounds:
            self._sounds[words] = await voiced(self._voice, words)
        return self._sounds[words]

    def says(self, words: str) -> None:
        return

    async def thinking(self) -> None:
        return

    async def slow_down(self) -> None:
        engine = create_engine(database_url(self.ground))
        self._lock = await engine.connect()
        await self._lock.execute(text("lock table todos_convonet in exclusive mode"))
        self._releasing = None

    async def tool_started(self) -> None:
        self._releasing = self._releasing or asyncio.create_task(self._release())

    async def _release(self) -> None:
        await asyncio.sleep(TOOL_S)
        if self._lock is not None:
            with suppress(SQLAlchemyError, OSError):
                await self._lock.rollback()
            with suppress(SQLAlchemyError, OSError):
                await self._lock.close()
            await self._lock.engine.dispose()
            self._lock = None


@asynccontextmanager
async def stage(
    mode: Mode, folder: Path, environment: Mapping[str, str] | None = None
) -> AsyncGenerator[Stage]:
    """Start a Convonet of that mode in `folder`, for as long as the block runs."""
    instance = Instance(folder / "home")
    instance.env |= environment or {}
    async with AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, instance.end)
        if mode is Mode.OFFLINE:
            for name in ("ANTHROPIC_API_KEY", "DEEPGRAM_API_KEY"):
                instance.env.pop(name, None)
            await asyncio.to_thread(instance.up)
            yield OfflineStage(Ground(instance), folder)
            return
        script = Echo(flushes_per_minute=1_000)
        deepgram = await stack.enter_async_context(running(script))
        claude = await stack.enter_async_context(AnthropicServer(otherwise=answer))
        instance.env |= {
            "ANTHROPIC_API_KEY": "test-key",
            "ANTHROPIC_BASE_URL": claude.base_url,
            "DEEPGRAM_API_KEY": "test-key",
            "DEEPGRAM_BASE_URL": deepgram.base_url,
            "CONVONET_MCP_CONFIG": str(_restaurant(folder)),
        }
        await asyncio.to_thread(instance.up)
        yield ProvidersStage(Ground(instance), deepgram, script, claude, folder)


def _book(folder: Path) -> Path:
    return folder / "book.jsonl"


def _restaurant(folder: Path) -> Path:
    server = Path(__file__).with_name("slow_server.py")
    file = folder / "mcp_config.json"
    args = [str(server), str(_book(folder)), str(TOOL_S)]
    env = {"PATH": os.environ.get("PATH", "")}
    file.write_text(
        json.dumps(
            {"mcpServers": {"restaurant": {"command": sys.executable, "args": args, "env": env}}}
        )
    )
    return file
