"""The words Deepgram is asked to expect."""

from convonet.speech.ports import Hints

_MOST = 50
_LONGEST = 1_000
"""Characters in all; Deepgram takes 500 tokens, and they travel in the address."""


def keyterms(hints: Hints) -> list[str]:
    """Return the hints as keyterms: in order, without doubles, as many as Deepgram takes."""
    terms: list[str] = []
    length = 0
    for name in dict.fromkeys(" ".join(name.split()) for name in hints.names):
        length += len(name)
        if len(terms) == _MOST or length > _LONGEST:
            break
        if name:
            terms.append(name)
    return terms
