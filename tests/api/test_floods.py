"""What a stranger may send before anybody knows who it is."""

import asyncio

import pytest

import api.server
from tests.api.edge import Edge

_BEGINNING = b"GET / HTTP/1.1\r\nHost: here\r\n"
_MANY = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 8_000) for number in range(128))
_ONE = b"a" * (1 << 20)


@pytest.mark.parametrize("piece", [_MANY, _ONE], ids=["many", "one"])
async def test_headers_without_end_are_cut_off(edge: Edge, piece: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(_BEGINNING)
    async with asyncio.timeout(90):
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            await _write_on(writer, piece)
    writer.transport.abort()


async def _write_on(writer: asyncio.StreamWriter, piece: bytes) -> None:
    for _ in range(32):
        writer.write(piece)
        await writer.drain()


@pytest.mark.parametrize(
    "beginning",
    [b"", _BEGINNING, b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n" + _BEGINNING],
    ids=["nothing", "half a request", "half a second request"],
)
async def test_who_brings_no_request_is_sent_away(
    edge: Edge, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    monkeypatch.setattr(api.server, "_REQUEST_WITHIN_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(beginning)
    async with asyncio.timeout(90):
        assert (await reader.read()).count(b"HTTP/1.1") <= 1
    writer.close()
