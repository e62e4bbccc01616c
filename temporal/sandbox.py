"""How workflow code is run: guarded where it is tested, bare where a caller waits for it."""

from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

GUARDED = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(
        "convonet", "temporal", "activities", "pydantic", "pydantic_core", "annotated_types"
    )
)
"""For tests and replays, which run every path of every workflow: refuses what is not deterministic.
Only `workflows` is re-imported for each run. The rest is passed through: it holds
contracts, ports and constants, and import-linter keeps it free of I/O at import."""

BARE = UnsandboxedWorkflowRunner()
"""For workers: the guard costs an eighth of a turn's CPU time, and milliseconds of every step."""
