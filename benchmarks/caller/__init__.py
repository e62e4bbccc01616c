"""The callers: one process for all of them, the same for every side, judging at the far end."""
