"""Runs PostgreSQL, Valkey, Temporal, the API and the workers as children of one supervisor."""
