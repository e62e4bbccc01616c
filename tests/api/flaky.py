"""A way to Redis that can be cut and mended, as seen by one edge alone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from convonet.embedded import ports

_PORT = "port"


class FlakyWay:
    """Carries bytes to the real server, or nobody's."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        # Of a kind that nobody's outgoing connection takes while the way is cut.
        self.port = ports.free((_PORT,))[_PORT]

    @property
    def url(self) -> str:
        user = f"{self._target.username or ''}:{self._target.password}@"
        login = user if self._target.password else ""
        return f"redis://{login}127.0.0.1:{self.port}{self._target.path}"

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Break every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
        for task in self._carrying:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._carrying, return_exceptions=True)
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._target.hostname, self._target.port)
        if self._server is None or not self._server.is_serving():  # cut meanwhile
            writer.transport.abort()
            back.transport.abort()
            return
        self._writers |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()


@asynccontextmanager
async def flaky_way(url: str) -> AsyncGenerator[FlakyWay]:
    way = FlakyWay(url)
    await way.mend()
    try:
        yield way
    finally:
        await way.cut()
