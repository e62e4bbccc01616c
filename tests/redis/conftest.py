from uuid import uuid4

import pytest
from redis.asyncio import Redis

from convonet.redis.calls import CallStreams


@pytest.fixture
def streams(redis: Redis) -> CallStreams:
    return CallStreams(redis)


@pytest.fixture
def call_id() -> str:
    return uuid4().hex
