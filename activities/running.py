"""Let the other workers know what is being carried out here, so that they notice our death."""

from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from convonet.redis.liveness import Lifeline, Task


class _Tell(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, lifeline: Lifeline) -> None:  # noqa: A002
        super().__init__(next)
        self._lifeline = lifeline

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        info = activity.info()
        task = Task(
            worker=self._lifeline.worker,
            workflow_id=info.workflow_id or "",
            run_id=info.workflow_run_id or "",
            activity_id=info.activity_id,
            attempt=info.attempt,
            token=info.task_token,
        )
        self._lifeline.began(task)
        try:
            return await super().execute_activity(input)
        finally:
            self._lifeline.ended(task)


class TellingOthers(Interceptor):
    """Notes every activity on this process's lifeline while it runs."""

    def __init__(self, lifeline: Lifeline) -> None:
        self._lifeline = lifeline

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Wrap every activity of the worker."""
        return _Tell(next, self._lifeline)
