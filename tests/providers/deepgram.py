"""A Deepgram of our own on loopback, as strict as the real one: tests and benchmarks talk to it.

In a test: `async with running() as deepgram: deepgram.script.hear("create a todo")`.
As a process: `python -m tests.providers.deepgram --port 9001 --say "create a todo"`.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.providers.deepgram_listen import serve_flux, serve_nova
from tests.providers.deepgram_script import Handshake, Script
from tests.providers.deepgram_speak import serve_speak

_SERVED = {"/v2/listen": serve_flux, "/v1/listen": serve_nova, "/v1/speak": serve_speak}
_MODELS = {"/v2/listen": "flux-", "/v1/listen": "nova-", "/v1/speak": "aura-"}
_ANYWHERE = {"model", "encoding", "sample_rate", "mip_opt_out", "tag"}
_KNOWN = {
    "/v2/listen": _ANYWHERE
    | {"eot_threshold", "eager_eot_threshold", "eot_timeout_ms", "keyterm", "language_hint"}
    | {"profanity_filter", "numerals", "redact"},
    "/v1/listen": _ANYWHERE
    | {"interim_results", "endpointing", "utterance_end_ms", "vad_events", "keyterm", "language"}
    | {"smart_format", "punctuate", "profanity_filter", "numerals", "channels", "multichannel"}
    | {"diarize", "dictation", "redact", "version", "extra", "keywords", "replace", "search"},
    "/v1/speak": _ANYWHERE | {"speed"},
}
_RATES = {"8000", "16000", "24000", "32000", "48000"}


@dataclass
class Deepgram:
    """A running server."""

    base_url: str
    script: Script
    connections: set[ServerConnection] = field(default_factory=set[ServerConnection])

    async def close_all(self, code: int = 1011) -> None:
        """Close every connection, as the service does with idle ones."""
        await asyncio.gather(*(connection.close(code) for connection in set(self.connections)))


@asynccontextmanager
async def running(script: Script | None = None, port: int = 0) -> AsyncGenerator[Deepgram]:
    """Serve on loopback until the end of the block."""
    deepgram = Deepgram("", script or Script())

    def check(connection: ServerConnection, request: Request) -> Response | None:
        refusal = _refusal(request, deepgram.script)
        if refusal is None:
            return None
        status, reason = refusal
        response = connection.respond(HTTPStatus(status), reason)
        response.headers["dg-error"] = reason
        return response

    async def handle(connection: ServerConnection) -> None:
        assert connection.request is not None
        asked = _handshake(connection.request)
        deepgram.script.handshakes.append(asked)
        deepgram.connections.add(connection)
        try:
            await _SERVED[asked.path](connection, asked, deepgram.script)
        except ConnectionClosed:
            pass
        finally:
            deepgram.connections.discard(connection)

    async with serve(
        handle, "127.0.0.1", port, process_request=check, compression=None, close_timeout=0.5
    ) as server:
        bound = next(iter(server.sockets)).getsockname()[1]
        deepgram.base_url = f"http://127.0.0.1:{bound}"
        yield deepgram


def _handshake(request: Request) -> Handshake:
    parts = urlsplit(request.path)
    return Handshake(parts.path, parse_qs(parts.query, strict_parsing=bool(parts.query)))


def _refusal(request: Request, script: Script) -> tuple[int, str] | None:
    asked = _handshake(request)
    if script.faults.refuse is not None:
        status, script.faults.refuse = script.faults.refuse, None
        return status, "refused by the script"
    if request.headers.get("Authorization") != f"Token {script.key}":
        return 401, "Invalid credentials."
    if asked.path not in _SERVED:
        return 404, "no such path"
    wrong = _wrong_parameter(asked)
    return (400, f"Invalid query parameter: {wrong}") if wrong else None


def _wrong_parameter(asked: Handshake) -> str | None:
    query = {name: values[0] for name, values in asked.query.items()}
    unknown = query.keys() - _KNOWN[asked.path]
    checks = {
        next(iter(unknown), ""): not unknown,
        "model": query.get("model", "").startswith(_MODELS[asked.path]),
        "encoding": query.get("encoding") == "linear16",
        "sample_rate": query.get("sample_rate") in _RATES,
        "eot_threshold": 0.5 <= float(query.get("eot_threshold", 0.7)) <= 1.0,
        "eager_eot_threshold": 0.3
        <= float(query.get("eager_eot_threshold", 0.3))
        <= float(query.get("eot_threshold", 0.7)),
        "eot_timeout_ms": 500 <= int(query.get("eot_timeout_ms", 5000)) <= 60_000,
        "utterance_end_ms": int(query.get("utterance_end_ms", 1000)) >= 1000,
    }
    return next((name for name, right in checks.items() if not right), None)


async def _serve_forever(script: Script, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running(script, port) as deepgram:
        sys.stdout.write(f"{deepgram.base_url}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    """Serve as a process until SIGINT or SIGTERM; prints the base URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="test-key")
    parser.add_argument("--say", action="append", default=[], help="heard again and again")
    parser.add_argument("--start-ms", type=int, default=80, help="sound before StartOfTurn")
    parser.add_argument("--eager-ms", type=int, default=120, help="silence before an eager end")
    parser.add_argument("--end-ms", type=int, default=300, help="silence before EndOfTurn")
    parser.add_argument("--event-delay-ms", type=int, default=0, help="before every message")
    parser.add_argument("--first-audio-ms", type=int, default=0, help="from Flush to audio")
    parser.add_argument("--speed", type=float, default=4.0, help="of the audio, times real time")
    options = vars(parser.parse_args())
    port, texts = int(options.pop("port")), list[str](options.pop("say"))
    script = Script(**options)
    script.hear_again_and_again(texts)
    asyncio.run(_serve_forever(script, port))


if __name__ == "__main__":
    main()
