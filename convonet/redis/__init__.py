"""What is in flight: a call's audio, words and events. It outlives every process but Redis."""
