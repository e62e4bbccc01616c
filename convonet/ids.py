"""Ids that several processes must spell alike."""

import secrets


def new_call_id() -> str:
    """Return a fresh, unguessable call id."""
    return secrets.token_hex(10)


def conversation_workflow(call_id: str) -> str:
    """Return the id of a conversation's workflow."""
    return f"conversation-{call_id}"


def call_of(workflow_id: str) -> str:
    """Return whose conversation a workflow is: the other way round."""
    return workflow_id.removeprefix("conversation-")


def idempotency_key(call_id: str, tool_call_id: str) -> str:
    """Return the key under which a tool's change is made at most once."""
    return f"{conversation_workflow(call_id)}:{tool_call_id}"
