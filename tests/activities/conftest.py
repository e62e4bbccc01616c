from uuid import uuid4

import pytest

from convonet.redis.client import Redis
from tests.redis.edge import EdgeStreams


@pytest.fixture
def streams(redis: Redis) -> EdgeStreams:
    return EdgeStreams(redis)


@pytest.fixture
def call_id() -> str:
    return uuid4().hex
