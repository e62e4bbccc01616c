"""The few sentences the media session says by itself, so that there is never dead air."""

FILLERS = ("One moment, please.", "I'm still working on it.", "Thank you for your patience.")
NOT_CAUGHT = ("Sorry, I didn't catch that.", "Sorry, I still didn't get that. You can also type.")
STILL_THERE = "Are you still there?"
IDLE_GOODBYE = "I'll hang up now. Goodbye."
TIME_IS_UP = "This call has reached its time limit. Goodbye."

BACKCHANNELS = frozenset({"mhm", "mm", "mmhm", "mm-hmm", "mhmm", "uh-huh", "uhhuh", "hm", "hmm"})
"""Sounds that mean "go on": no interruption."""


def is_backchannel(text: str) -> bool:
    """Tell whether all of it only means "go on"."""
    words = text.lower().replace(",", " ").replace(".", " ").split()
    return bool(words) and all(word in BACKCHANNELS for word in words)
