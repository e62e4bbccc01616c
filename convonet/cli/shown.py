"""Other people's words on a terminal, without their power over it."""

import re
from typing import Final

from rich.text import Text

# Control characters but tab and newline, among them what begins an escape sequence, and the marks
# that reverse the direction of writing. `rich` lets most of them pass.
_POWERFUL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


def harmless(text: str) -> str:
    """Return `text` with a replacement character for each one that a terminal would obey."""
    return _POWERFUL.sub("\ufffd", text)


def shown(text: str, style: str = "") -> Text:
    """Return `text` for printing: neither its markup nor its control characters do anything."""
    return Text(harmless(text), style)
