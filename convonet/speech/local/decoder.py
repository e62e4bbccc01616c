"""Who may use the recognizer when: last words first, words so far only while it is idle."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from convonet.errors import ProviderBusy

_THREADS_EACH = 2

Samples = NDArray[np.float32]


class Recognizer(Protocol):
    """What turns sound into words; Whisper."""

    def transcribe(self, samples: Samples, names: Sequence[str] = ()) -> str:
        """Return the words in `samples`; called by several threads at once."""
        ...


def decoders_at_once() -> int:
    """Return how many utterances this machine decodes side by side."""
    return max(1, (os.cpu_count() or 1) // _THREADS_EACH)


class Decoder:
    """The process's one recognizer, shared fairly by its calls.

    At most `decoders_at_once` last words are decoded at a time, in the order they came; besides
    them one decode of words so far, begun only while nobody waits for last words.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._last_words = ThreadPoolExecutor(decoders_at_once(), "whisper")
        self._words_so_far = ThreadPoolExecutor(1, "whisper-interim")
        self._last_asked: set[Future[str]] = set()
        self._so_far_asked: set[Future[str]] = set()

    @property
    def free(self) -> bool:
        """Whether last words would be decoded at once, with nobody else's before them."""
        return not self._last_asked

    @property
    def idle(self) -> bool:
        """Whether nothing is being decoded nor waiting to be."""
        return not self._last_asked and not self._so_far_asked

    async def decode(self, samples: Samples, names: Sequence[str]) -> str:
        """Return the words in `samples` (16 kHz, -1 to 1).

        Raises:
            ProviderBusy: the recognizer failed on them.
        """
        future = self._last_words.submit(self._recognizer.transcribe, samples, names)
        return await _words(future, self._last_asked)

    async def decode_so_far(self, samples: Samples, names: Sequence[str]) -> str:
        """As `decode`, for words that may be late; ask only when `idle`."""
        future = self._words_so_far.submit(self._recognizer.transcribe, samples, names)
        return await _words(future, self._so_far_asked)

    def close(self) -> None:
        """Stop taking work; what runs is left to end by itself."""
        self._last_words.shutdown(wait=False, cancel_futures=True)
        self._words_so_far.shutdown(wait=False, cancel_futures=True)


async def _words(future: Future[str], asked: set[Future[str]]) -> str:
    asked.add(future)
    future.add_done_callback(asked.discard)
    try:
        return await asyncio.wrap_future(future)
    except RuntimeError as error:
        raise ProviderBusy(f"the recognizer failed: {error}") from error
