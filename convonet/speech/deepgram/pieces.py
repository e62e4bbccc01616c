"""Text in the portions Deepgram takes."""

LONGEST = 2_000
"""Characters in one `Speak` message."""


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """Return the text in portions of at most `longest` characters, cut between words if possible.

    Runs of white space become one space; nothing to say gives an empty list.
    """
    portions: list[str] = []
    rest = " ".join(text.split())
    while len(rest) > longest:
        space = rest.rfind(" ", 0, longest)
        cut = space + 1 if space > 0 else longest
        portions.append(rest[:cut])
        rest = rest[cut:]
    return [*portions, rest] if rest else portions
