"""One turn's sound: its sentences on a time line, what was sent of it, what was heard."""

from dataclasses import dataclass, field

BYTES_PER_SAMPLE = 2

_NEARLY_MS = 120
"""A sentence of which less than this was missing counts as heard whole."""


@dataclass
class Sentence:
    """A sentence and its audio, as far as it has been made."""

    step: int
    index: int
    text: str
    ours: bool = False
    """Said by us, not by the assistant (a filler): it does not enter the conversation."""
    pcm: bytearray = field(default_factory=bytearray)
    made: bool = False
    """All of its audio is there."""
    shown: bool = False
    """The caller's page has its words."""
    received_ms: int = 0
    """When it was handed over, Unix ms."""
    kept_ms: int = 0
    """How much of its sound there was before it had to be made again."""
    kept_whole: bool = False
    """That was all of it."""


class Playout:
    """A turn being spoken, at `rate` Hz, mono, 16-bit. Times are ms from the turn's first sound."""

    def __init__(self, turn_id: str, epoch: int, rate: int, *, ours: bool = False) -> None:
        self.turn_id = turn_id
        self.epoch = epoch
        self.rate = rate
        self.ours = ours
        """The whole turn is ours (a prompt): the conversation does not know of it."""
        self.sentences: list[Sentence] = []
        self.complete = False
        """No more sentences will come."""
        self.closed = False
        """The caller's page knows that."""
        self.sent_ms = 0
        """How much has been sent to the caller."""

    def add(self, sentence: Sentence) -> bool:
        """Append a sentence; False when it is already there."""
        known = any((s.step, s.index) == (sentence.step, sentence.index) for s in self.sentences)
        if not known:
            self.sentences.append(sentence)
        return not known

    @property
    def made_ms(self) -> int:
        """How much audio there is to send, contiguous from the start."""
        total = 0
        for sentence in self.sentences:
            total += self.length_ms(sentence)
            if not sentence.made:
                break
        return total

    @property
    def all_sent(self) -> bool:
        """Everything there will ever be has been sent."""
        return (
            self.complete
            and all(sentence.made for sentence in self.sentences)
            and self.sent_ms >= self.made_ms
        )

    def take(self, most_ms: int) -> tuple[Sentence, bytes] | None:
        """Return the next audio to send, of one sentence, and count it as sent; None when none is.

        A chunk shorter than `most_ms` is only returned when its sentence has no more for now.
        """
        start = 0
        for sentence in self.sentences:
            end = start + self.length_ms(sentence)
            if self.sent_ms < end:
                offset = self.size(self.sent_ms - start)
                pcm = bytes(sentence.pcm[offset : offset + self.size(most_ms)])
                self.sent_ms += self._ms(len(pcm))
                return sentence, pcm
            if not sentence.made:
                return None
            start = end
        return None

    def rewind(self, ms: int) -> None:
        """Go back to where the caller stopped hearing; it will be sent again from there."""
        self.sent_ms = min(max(ms, 0), self.sent_ms)

    def heard(self, ms: int) -> str:
        """Return the assistant's words within the first `ms` of sound, cut between words."""
        words: list[str] = []
        start = 0
        for sentence in self.sentences:
            length = self.known_ms(sentence)
            if not sentence.ours:
                words.append(_prefix(sentence, ms - start, length))
            start += length
            if start > ms:
                break
        return " ".join(word for word in words if word)

    def length_ms(self, sentence: Sentence) -> int:
        """Return how long a sentence is, as far as its sound is made."""
        return self._ms(len(sentence.pcm))

    def known_ms(self, sentence: Sentence) -> int:
        """Return how long a sentence is, as far as its sound is made, or was made before.

        What was heard of sound that is not there any more was heard all the same.
        """
        made_ms = self.length_ms(sentence)
        return made_ms if sentence.made else max(made_ms, sentence.kept_ms)

    def size(self, ms: int) -> int:
        """Return how many bytes of sound `ms` are."""
        return ms * self.rate // 1_000 * BYTES_PER_SAMPLE

    def _ms(self, size: int) -> int:
        return size // BYTES_PER_SAMPLE * 1_000 // self.rate


def _prefix(sentence: Sentence, ms: int, length_ms: int) -> str:
    """Return the words heard in `ms` of a sentence that takes `length_ms`, as far as is known."""
    whole = sentence.made or sentence.kept_whole
    if whole and ms >= length_ms - _NEARLY_MS:
        return sentence.text if length_ms else ""
    if ms <= 0 or not length_ms:
        return ""
    expected_ms = length_ms if whole else max(length_ms, 60 * len(sentence.text))
    reached = int(len(sentence.text) * ms / expected_ms)
    if reached >= len(sentence.text):
        return sentence.text
    cut = sentence.text.rfind(" ", 0, reached + 1)
    return sentence.text[:cut].rstrip() if cut > 0 else ""
