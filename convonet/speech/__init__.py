"""Hearing and speaking: ports, and one adapter per engine."""
