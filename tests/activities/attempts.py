"""Runs activities as Temporal does: this attempt, then that."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from temporalio.testing import ActivityEnvironment

Request = TypeVar("Request")
Result = TypeVar("Result")


async def attempt(
    number: int,
    activity: Callable[[Request], Awaitable[Result]],
    request: Request,
) -> Result:
    """Run one attempt of an activity."""
    env = ActivityEnvironment()
    env.info = replace(env.info, attempt=number)
    return await env.run(activity, request)
