"""Small questions to servers that may not be there yet."""

import asyncio
from contextlib import suppress

LIMIT_S = 2.0


async def exchange(host: str, port: int, request: bytes) -> bytes:
    """Send `request` and return what is answered until the other side closes; b"" if nothing."""
    try:
        async with asyncio.timeout(LIMIT_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(request)
                await writer.drain()
                return await reader.read()
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError):
        return b""


async def http(host: str, port: int, path: str) -> tuple[int, bytes]:
    """GET a path and return status and body; status 0 when nobody answers."""
    request = f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    head, _, body = (await exchange(host, port, request.encode())).partition(b"\r\n\r\n")
    words = head.split(maxsplit=2)
    return (int(words[1]), body) if len(words) > 1 and words[1].isdigit() else (0, b"")
