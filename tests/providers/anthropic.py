"""A strict server for Anthropic's Messages API on loopback: tests script it, benchmarks run it.

async with AnthropicServer() as server:
    server.replies.append(Reply("Hello.", then="cut", after=2))
    ... AsyncAnthropic(base_url=server.base_url, api_key=server.api_key)

python -m tests.providers.anthropic --port 8091 --first-token-ms 200 --token-ms 15
"""

import argparse
import asyncio
import contextlib
import json
import re
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Self, cast

from tests.providers.anthropic_replies import RULES, Reply, Rule, sensible_reply
from tests.providers.anthropic_rules import Refused, check
from tests.providers.anthropic_wire import event, message, write_error, write_json

_BODY_LIMIT = 32 * 1024 * 1024

Chunks = AsyncGenerator[bytes, None]


class _Cut(Exception):
    """The script wants the connection gone."""


@dataclass(frozen=True)
class Received:
    """A request that was taken."""

    headers: Mapping[str, str]
    body: Mapping[str, object]


class AnthropicServer:
    """Answers with `replies` in order and, when there are none, with `otherwise`."""

    def __init__(
        self,
        api_key: str | None = "test-key",
        otherwise: Callable[[Mapping[str, object]], Reply] = sensible_reply,
        port: int = 0,
        first_token_ms: float = 0,
        token_ms: float = 0,
        models: Sequence[str] | None = None,
    ) -> None:
        self.api_key = api_key
        """The only key taken; any when None."""
        self.otherwise = otherwise
        self.replies: deque[Reply] = deque()
        self.requests: list[Received] = []
        self.refused: list[str] = []
        """Why requests were answered with 4xx."""
        self.abandoned = asyncio.Event()
        """A client has gone in the middle of an answer."""
        self.stalled = asyncio.Event()
        """An answer has come to the place where it stalls."""
        self.connections = 0
        """How many connections were opened."""
        self._port = port
        self._first_token_ms = first_token_ms
        self._token_ms = token_ms
        self._models = models
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def base_url(self) -> str:
        """What `ANTHROPIC_BASE_URL` is set to."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def serve_forever(self) -> None:
        """Serve until cancelled."""
        assert self._server is not None
        await self._server.serve_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, _Cut, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read a request and answer it; False when the connection has ended."""
        line = await reader.readline()
        if not line:
            return False
        method, path, _ = line.decode().split(" ", 2)
        headers: dict[str, str] = {}
        while line := (await reader.readline()).strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        length = min(int(headers.get("content-length", 0)), _BODY_LIMIT)
        raw = await reader.readexactly(length)
        try:
            body = self._admit(method, path, headers, raw)
        except Refused as refusal:
            self.refused.append(refusal.message)
            write_error(writer, refusal.status, refusal.kind, refusal.message)
            await writer.drain()
            return True
        reply = self.replies.popleft() if self.replies else self.otherwise(body)
        await self._answer(reply, body, reader, writer)
        return True

    def _admit(
        self, method: str, path: str, headers: Mapping[str, str], raw: bytes
    ) -> Mapping[str, object]:
        if (method, path.partition("?")[0]) != ("POST", "/v1/messages"):
            raise Refused(f"{method} {path} is not here", 404, "not_found_error")
        if self.api_key is not None and _key(headers) != self.api_key:
            raise Refused("invalid API key", 401, "authentication_error")
        if "anthropic-version" not in headers:
            raise Refused("anthropic-version: header is required")
        try:
            body = cast(object, json.loads(raw))
        except ValueError:
            raise Refused("The request body is not valid JSON") from None
        check(body)
        request = cast(Mapping[str, object], body)
        if self._models is not None and request["model"] not in self._models:
            raise Refused(f"model: {request['model']}", 404, "not_found_error")
        self.requests.append(Received(headers, request))
        return request

    async def _answer(
        self,
        reply: Reply,
        request: Mapping[str, object],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        if reply.status != 200:
            write_error(writer, reply.status, reply.error, "scripted", reply.retry_after_s)
        elif request.get("stream"):
            await self._stream(reply, request, reader, writer)
        else:
            await _sleep_ms(_given(reply.first_token_ms, self._first_token_ms))
            content = {"content": reply.blocks(), "stop_reason": reply.stopped}
            write_json(writer, 200, message(request) | content)
        await writer.drain()

    async def _stream(
        self,
        reply: Reply,
        request: Mapping[str, object],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Write the events; a client that goes away in between ends it."""
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
            b"request-id: req_test\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        gone = asyncio.ensure_future(reader.read(1))
        sending = asyncio.ensure_future(self._send(self._events(reply, request), writer))
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                self.abandoned.set()
                raise _Cut
            await sending
        finally:
            for task in (gone, sending):
                task.cancel()
            await asyncio.gather(gone, sending, return_exceptions=True)
        writer.write(b"0\r\n\r\n")

    async def _send(self, events: Chunks, writer: asyncio.StreamWriter) -> None:
        async with aclosing(events):
            async for chunk in events:
                writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                await writer.drain()

    async def _events(self, reply: Reply, request: Mapping[str, object]) -> Chunks:
        yield event("message_start", {"message": message(request)})
        yield event("ping", {})
        # By the clock, so that what the sleeps overshoot does not add up.
        due = _now_ms() + _given(reply.first_token_ms, self._first_token_ms)
        await _sleep_ms(due - _now_ms())
        pause_ms = _given(reply.token_ms, self._token_ms)
        for place, (kind, data) in enumerate(reply.pieces()):
            if reply.then != "finish" and place >= reply.after:
                break
            yield event(kind, data)
            if kind == "content_block_delta":
                due += pause_ms
                await _sleep_ms(due - _now_ms())
        if reply.then == "cut":
            raise _Cut
        if reply.then == "error":
            yield event("error", {"error": {"type": reply.error, "message": "scripted"}})
        if reply.then == "stall":
            self.stalled.set()
            await asyncio.Event().wait()
        if reply.then == "finish":
            delta = {"stop_reason": reply.stopped, "stop_sequence": None}
            yield event("message_delta", {"delta": delta, "usage": {"output_tokens": 7}})
            yield event("message_stop", {})


def _key(headers: Mapping[str, str]) -> str | None:
    """Return the key; newer SDKs send it as a bearer token, older ones in a header of its own."""
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return headers.get("x-api-key") or bearer or None


def _given(value: float | None, default: float) -> float:
    return default if value is None else value


def _now_ms() -> float:
    return time.monotonic() * 1000


async def _sleep_ms(ms: float) -> None:
    if ms > 0:
        await asyncio.sleep(ms / 1000)


def _rule(text: str) -> Rule:
    """Read `PATTERN => TOOL {JSON}`."""
    match = re.fullmatch(r"(.+?)\s*=>\s*(\w+)\s*(\{.*\})?", text)
    if match is None:
        raise argparse.ArgumentTypeError("must be PATTERN => TOOL {JSON}")
    return Rule(match[1], match[2], json.loads(match[3] or "{}"))


async def _run(options: argparse.Namespace) -> None:
    rules = (*options.rule, *RULES)
    server = AnthropicServer(
        api_key=options.api_key,
        otherwise=lambda request: sensible_reply(request, rules),
        port=options.port,
        first_token_ms=options.first_token_ms,
        token_ms=options.token_ms,
    )
    async with server:
        print(server.base_url, flush=True)  # noqa: T201
        await server.serve_forever()


def main() -> None:
    """Serve from the command line; the address is the only line printed."""
    parser = argparse.ArgumentParser(description="Anthropic protocol server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--api-key", default=None, help="the only key taken; any by default")
    parser.add_argument("--first-token-ms", type=float, default=0)
    parser.add_argument("--token-ms", type=float, default=0)
    parser.add_argument("--rule", type=_rule, action="append", default=[], metavar="PATTERN=>TOOL")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
