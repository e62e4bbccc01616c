from uuid import uuid4

import pytest

from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis


@pytest.fixture
def streams(redis: Redis) -> CallStreams:
    return CallStreams(redis)


@pytest.fixture
def call_id() -> str:
    return uuid4().hex
