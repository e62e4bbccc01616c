"""What the assistant says, sent to the caller as it is to be heard: paced, held, taken back."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from convonet.contracts.speech import Say
from convonet.contracts.voice import Audio, Clear, Error, Reply
from convonet.errors import ProviderBusy
from convonet.media.playout import Playout, Sentence
from convonet.session.kept import dump, load
from convonet.session.outbox import Outbox
from convonet.session.playing import PlayHead
from convonet.session.turns import now_ms
from convonet.session.voice import Voice
from convonet.speech.ports import TextToSpeech

LEAD_MS = 400
"""How far ahead of the caller's ear sound is sent: enough for jitter, soon taken back."""

CHUNK_MS = 100

Hold = Literal["paused", "caller_speaking", "away"]
"""Why nothing is sent now: an interruption not yet sure, the caller's turn, nobody there."""


class Player:
    """Plays one playout after the other. The first one in the queue is being played."""

    def __init__(
        self,
        tts: TextToSpeech,
        rate: int,
        outbox: Outbox,
        on_sentence: Callable[[Playout, Sentence], None],
        on_end: Callable[[Playout], None],
        on_late: Callable[[], None] = lambda: None,
    ) -> None:
        self._rate = rate
        self._outbox = outbox
        self._on_sentence = on_sentence
        self._on_end = on_end
        self._on_late = on_late
        self._resuming = False
        self._queue: deque[Playout] = deque()
        self._holds: set[Hold] = set()
        self._head = PlayHead()
        self._wake = asyncio.Event()
        self._voice = Voice(tts, rate, lambda: self._queue, self._wake.set, self._silent)

    # --- what to play ------------------------------------------------------------------

    @property
    def current(self) -> Playout | None:
        """The playout being played."""
        return self._queue[0] if self._queue else None

    @property
    def sounding(self) -> bool:
        """Whether the caller hears, or is about to hear, something."""
        return self.current is not None and self.current.sent_ms > 0

    @property
    def audible(self) -> bool:
        """Whether the caller hears something now, or will at once."""
        playout = self.current
        if playout is None or self._holds:
            return False
        return self._head.played_ms(playout) < playout.made_ms

    @property
    def has_more(self) -> bool:
        """Whether words are waiting to be heard, even if their sound is not made yet."""
        sentences = [sentence for playout in self._queue for sentence in playout.sentences]
        return any(not sentence.made for sentence in sentences)

    def say(self, say: Say) -> None:
        """Take what the assistant wants spoken."""
        playout = self._playout(say.turn_id, say.epoch)
        if say.kind == "end":
            playout.complete = playout.complete or say.final
        else:
            sentence = Sentence(say.step, say.index, say.text, received_ms=now_ms())
            playout.add(sentence)
        self._changed()

    def say_ours(self, turn_id: str, epoch: int, text: str, *, whole_turn: bool) -> None:
        """Speak a sentence of the media session's own: a filler in a turn, or a turn of its own."""
        playout = self._playout(turn_id, epoch, ours=whole_turn)
        number = sum(1 for sentence in playout.sentences if sentence.ours)
        sentence = Sentence(-1, number, text, ours=True, received_ms=now_ms())
        playout.add(sentence)
        playout.complete = playout.complete or whole_turn
        self._changed()

    def fillers(self, turn_id: str) -> int:
        """Return how many sentences of ours there are in a turn that is not over."""
        ours = [s.ours for p in self._queue if p.turn_id == turn_id for s in p.sentences]
        return sum(ours)

    def _playout(self, turn_id: str, epoch: int, *, ours: bool = False) -> Playout:
        for playout in self._queue:
            if playout.turn_id == turn_id:
                return playout
        playout = Playout(turn_id, epoch, self._rate, ours=ours)
        self._queue.append(playout)
        return playout

    # --- giving way --------------------------------------------------------------------

    def hold(self, why: Hold) -> None:
        """Send nothing until the reason is gone; what was sent may still be heard."""
        self._holds.add(why)

    def release(self, why: Hold) -> None:
        """A reason to hold is gone."""
        self._resuming = self._resuming or why in self._holds
        self._holds.discard(why)
        self._wake.set()

    def held(self, why: Hold) -> bool:
        """Tell whether it holds for that reason."""
        return why in self._holds

    def pause(self) -> None:
        """Fall silent at once: take back what was sent but not heard, and be ready to go on."""
        playout = self.current
        if playout is None or not playout.sent_ms or self.held("paused"):
            return
        playout.rewind(self._head.played_ms(playout))
        self._holds.add("paused")
        self._outbox.send(Clear(turn_id=playout.turn_id))
        self._keep_place(playout)

    def stop(self) -> tuple[Playout, str] | None:
        """Drop everything; return what was being played, and the words of it that were heard."""
        playout = self.current
        heard = ""
        if playout is not None:
            played = playout.sent_ms if self.held("paused") else self._head.played_ms(playout)
            heard = playout.heard(played)
            if playout.sent_ms and not self.held("paused"):
                self._outbox.send(Clear(turn_id=playout.turn_id))
        self._queue.clear()
        self._holds.discard("paused")
        self._voice.drop()
        self._changed()
        return None if playout is None else (playout, heard)

    def played(self, turn_id: str, ms: int) -> None:
        """Take the page's word for how much of a turn it has played."""
        self._head.report(turn_id, ms)
        self._wake.set()

    # --- playing -----------------------------------------------------------------------

    async def run(self) -> None:
        """Play until cancelled.

        Raises:
            ProviderRefused: text-to-speech will never work as it is set up.
        """
        voice = asyncio.create_task(self._voice.run(), name="voice")
        voice.add_done_callback(lambda _: self._wake.set())
        try:
            while True:
                self._wake.clear()
                if voice.done():
                    voice.result()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._play_some()):
                        await self._wake.wait()
        finally:
            voice.cancel()

    def _play_some(self) -> float | None:
        """Send what is due; return in how many seconds there may be more, None if not known."""
        while (playout := self.current) is not None and not self._holds:
            if playout.all_sent:
                left_ms = playout.made_ms - self._head.played_ms(playout)
                if left_ms > 0:
                    return left_ms / 1_000
                self._end(playout)
                continue
            early_ms = self._head.ahead_ms(playout.sent_ms) - LEAD_MS
            if playout.sent_ms and early_ms > 0 and not self._head.ran_dry(playout):
                return early_ms / 1_000
            if not self._send_chunk(playout):
                return None
        return None

    def _send_chunk(self, playout: Playout) -> bool:
        before = playout.sent_ms
        dry = before == 0 or self._head.ran_dry(playout)
        taken = playout.take(CHUNK_MS)
        if taken is None:
            return False
        sentence, pcm = taken
        if dry:
            self._head.start(before)
        if dry and sentence.shown and not self._resuming:
            self._on_late()
        self._resuming = False
        if not sentence.shown:
            self._on_sentence(playout, sentence)
            self._show(playout, sentence)
        self._outbox.send(Audio(turn_id=playout.turn_id, ms=playout.sent_ms - before), pcm)
        self._keep_place(playout)
        self._voice.wake()
        return True

    def _show(self, playout: Playout, sentence: Sentence) -> None:
        sentence.shown = True
        final = playout.complete and sentence is playout.sentences[-1]
        playout.closed = playout.closed or final
        self._outbox.send(Reply(turn_id=playout.turn_id, text=sentence.text, final=final))
        self._keep()

    def _end(self, playout: Playout) -> None:
        for sentence in playout.sentences:
            if not sentence.shown:
                self._show(playout, sentence)
        if playout.sentences and not playout.closed:
            # Its last sentence was spoken before anybody knew that it was the last.
            self._outbox.send(Reply(turn_id=playout.turn_id, text="", final=True))
        self._queue.popleft()
        self._changed()
        self._on_end(playout)

    def _silent(self, error: ProviderBusy) -> None:
        self._outbox.send(Error(code="voice_unavailable", message=f"Text only for now: {error}"))

    # --- for whoever takes over --------------------------------------------------------

    def restore(self, kept: str, sent_ms: int) -> None:
        """Go on where another media session left off; its newest sentence is made again."""
        self._queue.extend(load(kept, sent_ms, self._rate))
        self._resuming = True
        self._head.start(sent_ms)
        self._changed()

    def _changed(self) -> None:
        self._keep()
        self._voice.wake()
        self._wake.set()

    def _keep(self) -> None:
        sent_ms = self._queue[0].sent_ms if self._queue else 0
        self._outbox.keep(playouts=dump(self._queue), sent_ms=sent_ms)

    def _keep_place(self, playout: Playout) -> None:
        self._outbox.keep(sent_ms=playout.sent_ms)
