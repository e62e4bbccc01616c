"""What has arrived in a call's `in` stream, as the media session would read it."""

import json
from dataclasses import dataclass
from typing import cast

from convonet.redis import keys
from convonet.redis.client import Redis
from tests.eventually import eventually


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

    async def there() -> bool:
        return len((await arrived(redis, call_id)).audio) >= length

    await eventually(there)
    return (await arrived(redis, call_id)).audio


async def control_of(redis: Redis, call_id: str, kind: str) -> dict[str, object]:
    """Wait for the first control of this type."""

    async def of_kind() -> list[dict[str, object]]:
        return [
            control
            for control in (await arrived(redis, call_id)).controls
            if control["type"] == kind
        ]

    async def there() -> bool:
        return bool(await of_kind())

    await eventually(there)
    return (await of_kind())[0]
