"""What has arrived in a call's `in` stream, as the media session would read it."""

import asyncio
import json
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from convonet.redis import keys

LIMIT_S = 10


@dataclass(frozen=True)
class Arrived:
    audio: bytes
    controls: list[dict[str, object]]


async def arrived(redis: Redis, call_id: str) -> Arrived:
    rows = cast("list[tuple[bytes, dict[bytes, bytes]]]", await redis.xrange(keys.inbound(call_id)))
    audio = b"".join(fields.get(b"a", b"") for _, fields in rows)
    controls = [json.loads(fields[b"c"]) for _, fields in rows if b"c" in fields]
    return Arrived(audio, controls)


async def audio_of(redis: Redis, call_id: str, length: int) -> bytes:
    """Wait until this many bytes have arrived; return all there are."""
    async with asyncio.timeout(LIMIT_S):
        while len(audio := (await arrived(redis, call_id)).audio) < length:
            await asyncio.sleep(0.01)
    return audio


async def control_of(redis: Redis, call_id: str, kind: str) -> dict[str, object]:
    """Wait for the first control of this type."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            for control in (await arrived(redis, call_id)).controls:
                if control["type"] == kind:
                    return control
            await asyncio.sleep(0.01)
