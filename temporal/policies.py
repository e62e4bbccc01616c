"""Where each kind of activity runs, how long it may take, how often it is tried, and why."""

from datetime import timedelta

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType, ActivityConfig

from temporal import queues

TASK_TIMEOUT = timedelta(seconds=2)
"""Of a workflow task: a worker that dies while deciding is noticed this soon."""

TOOL_LIMIT = timedelta(seconds=8)
"""Nobody waits longer for a tool on the telephone."""

HEARTBEATS_AT_MOST_EVERY = timedelta(milliseconds=400)
"""However often an activity beats; a cancellation also travels with these."""

MEDIA_HEARTBEATS_AT_MOST_EVERY = timedelta(seconds=2)
"""Media sessions are as many as calls, and each heartbeat costs the server as much as a signal."""

MEDIA = ActivityConfig(
    task_queue=queues.VOICE,
    start_to_close_timeout=timedelta(hours=24),
    heartbeat_timeout=timedelta(seconds=5),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=100),
        backoff_coefficient=1.5,
        maximum_interval=timedelta(seconds=1),
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)
"""As long as the call. A voice worker that dies is missed by the other workers at once
(`workers.rescue`), and by Temporal within the heartbeat timeout should there be none; another takes
over from the cursors in Redis, as often as it must."""

THINK = ActivityConfig(
    task_queue=queues.CONVERSATIONS,
    start_to_close_timeout=timedelta(seconds=10),
    schedule_to_close_timeout=timedelta(seconds=40),
    heartbeat_timeout=timedelta(milliseconds=1500),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=100),
        maximum_interval=timedelta(seconds=2),
        maximum_attempts=6,
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)
"""One step of the assistant. An interruption moves on at once: whatever the old step still
writes carries an old epoch and is dropped by its reader."""

ACT = ActivityConfig(
    task_queue=queues.CONVERSATIONS,
    start_to_close_timeout=TOOL_LIMIT + timedelta(seconds=2),
    schedule_to_close_timeout=timedelta(seconds=40),
    heartbeat_timeout=timedelta(milliseconds=1500),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=100),
        maximum_interval=timedelta(seconds=2),
        maximum_attempts=8,
    ),
    cancellation_type=ActivityCancellationType.TRY_CANCEL,
)
"""A tool call. The tool itself is given `TOOL_LIMIT`; the rest is for saying so. Tools act
once per idempotency key, so this may be repeated."""

ANNOUNCE = ActivityConfig(
    task_queue=queues.CONVERSATIONS,
    start_to_close_timeout=timedelta(seconds=5),
    schedule_to_close_timeout=timedelta(minutes=1),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=1)
    ),
)
"""A sentence of ours to the caller. After a minute nobody wants it any more."""

RECORD = ActivityConfig(
    task_queue=queues.CONVERSATIONS,
    start_to_close_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10)
    ),
)
"""Writing down what happened, until it is written: off the path of the call."""


def told(policy: ActivityConfig, summary: str) -> ActivityConfig:
    """Return the policy with a line that Temporal's Web UI shows beside the activity."""
    with_summary = policy.copy()
    with_summary["summary"] = summary
    return with_summary
