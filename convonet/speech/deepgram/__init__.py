"""Deepgram behind the speech ports: Flux or nova hear, Aura speaks."""
