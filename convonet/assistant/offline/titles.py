"""Titles as people would write them, and names as people say them."""

import re

_LEADING = re.compile(
    r"\A(?:to|that|about|it should say|it says|call it|called|say)\s+(?=\S)", re.I
)
_ARTICLE = re.compile(r"\A(?:the|my|our|an?|this|that|one)\s+(?=\S)", re.I)
_KIND = re.compile(
    r"\A(?:todos?|tasks?|items?|reminders?)\s+"
    r"(?:(?:about|for|called|named|to|of|that says)\s+)?(?=\S)",
    re.I,
)
_KIND_AFTER = re.compile(r"(?<=\S)\s+(?:todos?|tasks?|items?|reminders?|to do)\Z", re.I)

_NOTHING_NAMED = {
    *("", "a", "an", "the", "my", "our", "it", "that", "this", "one", "all", "everything"),
    *("todo", "todos", "task", "tasks", "item", "reminder", "reminders", "that one", "this one"),
    *("all my", "all the", "all of my", "all of them", "the last one", "last one"),
}


def title(said: str) -> str:
    """Return the caller's words as a title: with a capital, without what only led up to it."""
    text = _LEADING.sub("", said.strip(" ,.;:!?\"'"))
    return text[:1].upper() + text[1:]


def target(said: str) -> str:
    """Return the name of something there is, without "the ... todo" around it, or nothing."""
    text = said.strip(" ,.;:!?\"'")
    for pattern in (_ARTICLE, _KIND, _ARTICLE, _KIND_AFTER):
        text = pattern.sub("", text)
    return "" if text.lower() in _NOTHING_NAMED else text
