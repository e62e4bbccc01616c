"""Written text as it is said: numbers, times, dates, money, addresses."""


def spoken(text: str) -> str:
    """Return `text` in words a voice can read."""
    return " ".join(text.split())
