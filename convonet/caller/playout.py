"""The caller's loudspeaker: plays what arrives in real time, so that it knows what was heard."""

import time
from collections import deque

SAMPLE_BYTES = 2


class Loudspeaker:
    """Plays queued audio by the clock; keeps everything it has played, silences included."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._queue: deque[tuple[str, bytes]] = deque()
        self._played_bytes: dict[str, int] = {}
        self._heard = bytearray()
        self._began = time.monotonic()
        self.first_sound: dict[str, float] = {}
        """When each turn was first heard, monotonic seconds."""

    def queue(self, turn_id: str, pcm: bytes) -> None:
        """Take a turn's next audio."""
        self.play()
        self.first_sound.setdefault(turn_id, time.monotonic())
        self._queue.append((turn_id, pcm))

    def clear(self, turn_id: str) -> None:
        """Drop what is queued of a turn."""
        self.play()
        self._queue = deque(item for item in self._queue if item[0] != turn_id)

    def play(self) -> None:
        """Play up to now."""
        due = int((time.monotonic() - self._began) * self._rate) * SAMPLE_BYTES
        while len(self._heard) < due:
            if not self._queue:
                self._heard += bytes(due - len(self._heard))
                return
            turn_id, pcm = self._queue.popleft()
            room = due - len(self._heard)
            now, later = pcm[:room], pcm[room:]
            self._heard += now
            self._played_bytes[turn_id] = self._played_bytes.get(turn_id, 0) + len(now)
            if later:
                self._queue.appendleft((turn_id, later))

    def forget(self) -> None:
        """Keep no more of what was played until now: hours of it would fill the memory."""
        self.play()
        self._began += len(self._heard) / (self._rate * SAMPLE_BYTES)
        self._heard.clear()
        self._played_bytes = dict(list(self._played_bytes.items())[-1:])
        self.first_sound.clear()

    def played_ms(self) -> dict[str, int]:
        """Return how much of each turn has been heard."""
        self.play()
        per_ms = self._rate * SAMPLE_BYTES / 1_000
        return {turn_id: int(size / per_ms) for turn_id, size in self._played_bytes.items()}

    @property
    def silent(self) -> bool:
        """Whether nothing is queued."""
        self.play()
        return not self._queue

    @property
    def heard(self) -> bytes:
        """All that was heard since the call began: mono, 16-bit, at the loudspeaker's rate."""
        self.play()
        return bytes(self._heard)
