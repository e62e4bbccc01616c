"""Whisper on this machine's CPU: sound in, words out, one call of a function."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import ctranslate2  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from convonet.errors import ProviderRefused
from convonet.speech.local.mel import HOP, MELS, log_mel
from convonet.speech.local.transcript import clean, looks_looped

_RATE = 16_000
_SHORT_S = 16
"""A window this short costs half of the full one, but the model loops on some sounds in it."""
_FULL_S = 30
_LONGEST_PIECE_S = 28
_POOR_SCORE = -0.8
_NO_SPEECH = 0.6
_HOPELESS_SCORE = -1.0
_TOKENS_PER_S = 8
_LEAST_TOKENS = 24
_MOST_NAME_TOKENS = 96
_BEAM = 2
"""Against one: a third fewer wrong words in noise, for a tenth more work."""

PHRASES = (
    "Convonet. Show me my to-dos. Create a high priority to-do. Mark the to-do as completed."
    " Add a reminder for tomorrow at half past two. Schedule a meeting."
    " Assign the code review task to the dev team."
    " Add admin@convonet.com to the hackathon team as owner."
    " My PIN is 1 2 3 4. Undo that. Talk to a human."
)
"""How people talk to us: without it the model hears the commoner neighbours of our words."""

Samples = NDArray[np.float32]


class _Result(Protocol):
    sequences_ids: list[list[int]]
    scores: list[float]
    no_speech_prob: float


class _Model(Protocol):
    is_multilingual: bool

    def generate(
        self,
        features: Any,
        prompts: list[list[int]],
        *,
        beam_size: int,
        max_length: int,
        return_scores: bool,
        return_no_speech_prob: bool,
    ) -> list[_Result]: ...


@dataclass(frozen=True)
class _Attempt:
    text: str
    score: float
    no_speech: float
    cut_off: bool

    @property
    def doubtful(self) -> bool:
        return self.cut_off or self.score < _POOR_SCORE or looks_looped(self.text)

    @property
    def hopeless(self) -> bool:
        return self.no_speech > _NO_SPEECH and self.score < _HOPELESS_SCORE


class Whisper:
    """A loaded model, one per process; `transcribe` may be called by several threads at once."""

    def __init__(self, files: Mapping[str, bytes], *, workers: int, threads: int = 2) -> None:
        """Load a CTranslate2 Whisper from its files' contents, by their names.

        `workers` utterances are decoded at the same time, each on `threads` threads.

        Raises:
            ProviderRefused: the files are not such a model.
        """
        try:
            model = cast(Any, ctranslate2.models).Whisper(
                "whisper",
                device="cpu",
                compute_type="int8",
                inter_threads=workers,
                intra_threads=threads,
                files=dict(files),
            )
            self._tokenizer = Tokenizer.from_buffer(files["tokenizer.json"])
        except (RuntimeError, ValueError, KeyError) as error:
            raise ProviderRefused(f"the Whisper model cannot be loaded: {error}") from error
        if model.n_mels != MELS:
            raise ProviderRefused(f"Whisper models with {model.n_mels} mel bands are not supported")
        self._model = cast(_Model, model)
        self._start = self._start_tokens()

    def transcribe(self, samples: Samples, names: Sequence[str] = ()) -> str:
        """Return the English words in `samples` (16 kHz, -1 to 1, any length); "" for none.

        `names` are likely to be said. Takes about 0.3 s for each 15 s begun: not for an event loop.
        """
        prompt = self._prompt(tuple(names))
        pieces = (self._hear(piece, prompt) for piece in split_at_quiet(samples))
        return clean(" ".join(piece for piece in pieces if piece))

    def _hear(self, samples: Samples, prompt: list[int]) -> str:
        seconds = _SHORT_S if samples.size <= (_SHORT_S - 0.5) * _RATE else _FULL_S
        attempt = self._attempt(samples, prompt, seconds)
        if attempt.doubtful and seconds == _SHORT_S:
            again = self._attempt(samples, prompt, _FULL_S)
            attempt = max(attempt, again, key=lambda one: (not one.doubtful, one.score))
        return "" if attempt.hopeless else attempt.text

    def _attempt(self, samples: Samples, prompt: list[int], seconds: int) -> _Attempt:
        mel = log_mel(samples, seconds * _RATE // HOP)
        features = cast(Any, ctranslate2.StorageView).from_array(np.ascontiguousarray(mel[None]))
        most = _LEAST_TOKENS + _TOKENS_PER_S * samples.size // _RATE
        (result,) = self._model.generate(
            features,
            [prompt],
            beam_size=_BEAM,
            max_length=len(prompt) + most,
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = result.sequences_ids[0]
        text = self._tokenizer.decode(tokens, skip_special_tokens=True).strip()
        return _Attempt(text, result.scores[0], result.no_speech_prob, len(tokens) >= most)

    def _prompt(self, names: tuple[str, ...]) -> list[int]:
        people = f" {', '.join(names)}." if names else ""
        tokens = self._encode(people)[:_MOST_NAME_TOKENS]
        tokens = [*self._encode(f" {PHRASES}"), *tokens]
        return [self._special("<|startofprev|>"), *tokens, *self._start]

    def _start_tokens(self) -> list[int]:
        names = ["<|startoftranscript|>"]
        if self._model.is_multilingual:
            names += ["<|en|>", "<|transcribe|>"]
        return [self._special(name) for name in (*names, "<|notimestamps|>")]

    def _encode(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def _special(self, name: str) -> int:
        token = self._tokenizer.token_to_id(name)
        if token is None:
            raise ProviderRefused(f"the Whisper model's tokenizer does not know {name}")
        return token


def split_at_quiet(samples: Samples) -> Iterable[Samples]:
    """Cut sound into pieces the model can take (28 s), each cut where it is quietest."""
    longest = _LONGEST_PIECE_S * _RATE
    while samples.size > longest:
        cut = quietest(samples[longest // 2 : longest]) + longest // 2
        yield samples[:cut]
        samples = samples[cut:]
    yield samples


def quietest(samples: Samples) -> int:
    """Return the middle, in samples, of the quietest tenth of a second."""
    block = _RATE // 10
    energy = (samples[: samples.size // block * block].reshape(-1, block) ** 2).mean(axis=1)
    return int(energy.argmin()) * block + block // 2
