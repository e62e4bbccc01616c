import asyncio

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.errors import ErrorTranslation
from convonet.errors import (
    ConvonetError,
    Denied,
    Fenced,
    Invalid,
    NotFound,
    ProviderBusy,
    ProviderRefused,
    Unavailable,
)


class Raising(ActivityInboundInterceptor):
    """The activity itself, which fails."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> None:  # noqa: A002
        raise self._error


@activity.defn
async def nothing() -> None:
    """Do nothing."""


async def execute(error: BaseException) -> None:
    outer = ErrorTranslation().intercept_activity(Raising(error))
    await outer.execute_activity(ExecuteActivityInput(nothing, [], None, {}))


@pytest.mark.parametrize(
    ("error", "tried_again"),
    [
        (Unavailable("no database"), True),
        (ProviderBusy("529"), True),
        (Fenced("newer"), True),
        (ProviderRefused("401"), False),
        (Denied("not yours"), False),
        (NotFound("gone"), False),
        (Invalid("what?"), False),
    ],
)
async def test_each_error_says_whether_to_try_again(
    error: ConvonetError, *, tried_again: bool
) -> None:
    with pytest.raises(ApplicationError) as caught:
        await execute(error)
    assert caught.value.non_retryable is not tried_again
    assert caught.value.type == type(error).__name__
    assert str(error) in str(caught.value)


@pytest.mark.parametrize("error", [KeyError("x"), asyncio.CancelledError()])
async def test_what_is_not_ours_passes_as_it_is(error: BaseException) -> None:
    with pytest.raises(type(error)):
        await execute(error)
