"""The workflow sandbox, as workers and replay tests must both configure it."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(
        "convonet", "temporal", "activities", "pydantic", "pydantic_core", "annotated_types"
    )
)
"""Only `workflows` is re-imported for each run. The rest is passed through: it holds
contracts, ports and constants, and import-linter keeps it free of I/O at import."""
