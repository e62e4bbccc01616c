"""The names of everything kept in Redis. The braces keep a call's keys on one cluster node."""


def _call(call_id: str, part: str) -> str:
    return f"call:{{{call_id}}}:{part}"


def meta(call_id: str) -> str:
    """What is fixed for the whole call, as JSON."""
    return _call(call_id, "meta")


def inbound(call_id: str) -> str:
    """Stream: the caller's audio and controls, from the API to the media session."""
    return _call(call_id, "in")


def say(call_id: str) -> str:
    """Stream: what is to be spoken, from the assistant to the media session."""
    return _call(call_id, "say")


def say_fence(call_id: str) -> str:
    """Hash: the newest attempt that writes for each step, and what has been written once."""
    return _call(call_id, "fence")


def outbound(call_id: str) -> str:
    """Stream: events and audio to the caller; the entry id is the message's `seq`."""
    return _call(call_id, "out")


def seq(call_id: str) -> str:
    """The newest `seq`."""
    return _call(call_id, "seq")


def session(call_id: str) -> str:
    """Hash: all that a media session needs to take over from another."""
    return _call(call_id, "session")


def client(call_id: str) -> str:
    """The connection that serves the caller now; expires when nobody does."""
    return _call(call_id, "client")


def appended(call_id: str) -> str:
    """Hash: how much of its numbered things each connection has appended to `in`."""
    return _call(call_id, "appended")


def webm(call_id: str) -> str:
    """The head of the caller's WebM stream, for decoding it from the middle."""
    return _call(call_id, "webm")


WORKERS = "{workers}:alive"
"""Hash: each worker process's newest beat."""

TASKS = "{workers}:tasks"
"""Hash: each attempt of an activity that a worker process is carrying out."""
