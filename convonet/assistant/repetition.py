"""Keeps a retried answer from saying again what the caller has already heard."""

import re
from collections.abc import Sequence

from convonet.assistant.heard import bare
from convonet.assistant.history import NOTHING_MORE

_WORD = re.compile(r"\S+")
_ENDS = re.compile(r"[.!?…,;:]\W*$")
_CHANCE_WORDS = 3
"""So few equal words prove no repetition unless the sentence ends there too ("Sure.")."""


class RepetitionFilter:
    """Drops from the beginning of a streamed answer the sentences in `said`.

    The answer is held back only as long as it may still be a repetition. Words are compared by
    their letters and digits; a repetition may begin with any of the sentences.
    """

    def __init__(self, said: Sequence[str]) -> None:
        sentences = ([word for word in map(bare, sentence.split()) if word] for sentence in said)
        self._said = [words for words in sentences if words]
        self._held: str | None = "" if self._said else None

    def feed(self, delta: str) -> str:
        """Take the next piece of the answer; return what may be spoken now."""
        if self._held is None:
            return delta
        self._held += delta
        words = self._held.split()
        if not self._held[-1:].isspace():
            words = words[:-1]
        if self._undecided([w for w in map(bare, words) if w]):
            return ""
        return self.flush()

    def flush(self) -> str:
        """End the comparison; return what was held back and is no repetition."""
        held, self._held = self._held or "", None
        rest = held[self._repeated(held) :].lstrip()
        return "" if bare(rest) == bare(NOTHING_MORE) else rest

    def _undecided(self, words: list[str]) -> bool:
        marker = [bare(word) for word in NOTHING_MORE.split()]
        return any(
            words == expected[: len(words)] and len(words) <= len(expected)
            for expected in (*self._tails(), marker)
        )

    def _tails(self) -> list[list[str]]:
        """Return what was said from each of its sentences on."""
        return [
            [word for sentence in self._said[start:] for word in sentence]
            for start in range(len(self._said))
        ]

    def _repeated(self, held: str) -> int:
        """Return how many characters of `held` repeat whole sentences of what was said."""
        matches = [m for m in _WORD.finditer(held) if bare(m.group())]
        words = [bare(match.group()) for match in matches]
        longest = 0
        for start in range(len(self._said)):
            run: list[str] = []
            for sentence in self._said[start:]:
                run = run + sentence
                if words[: len(run)] == run and len(run) > longest:
                    end = matches[len(run) - 1].end()
                    if len(run) >= _CHANCE_WORDS or _ENDS.search(held[:end]):
                        longest = len(run)
        return matches[longest - 1].end() if longest else 0
