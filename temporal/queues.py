"""Task queues: one per kind of work that scales on its own."""

CONVERSATIONS = "conversations"
"""Workflows and their short activities, on one queue and one Worker: they start eagerly."""

VOICE = "voice"
"""Media sessions: one long activity per call."""
