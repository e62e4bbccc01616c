"""Audio and its timing: pure functions and state machines, no I/O."""
