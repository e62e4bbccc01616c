"""The assistant: the AI side of a conversation."""
