"""The caller's turns: numbered, kept, and told to the workflow exactly once in effect."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from convonet.contracts.assistant import END_CALL_TOOL
from convonet.contracts.conversation import Heard, TransferRequest, Utterance, Withdrawal
from convonet.contracts.speech import Say
from convonet.contracts.voice import Timings, Transcript
from convonet.session.ear import Ear
from convonet.session.outbox import Outbox
from convonet.session.timing import TurnTiming
from convonet.speech.ports import EndOfTurn

_TIMED_TURNS = 20
"""The newest turns: most of those that were interrupted are never asked for."""

_TELL_HEARD_AFTER_S = 3.0
"""Most callers answer sooner: their words then carry the news that the turn before was heard."""


class Turns:
    """Gives turns their ids and epochs. An id is used up only together with its signal."""

    def __init__(
        self, outbox: Outbox, ear: Ear, state: Mapping[str, str], *, carries_heard: bool
    ) -> None:
        self._outbox = outbox
        self._ear = ear
        self.epoch = int(state.get("epoch", "0"))
        """Raised by every utterance and interruption; older writes are dropped by their readers."""
        self._count = int(state.get("turn_count", "0"))
        self._timing: dict[str, TurnTiming] = {}
        eager = state.get("eager", "")
        self._eager = Utterance.read(eager) if eager else None
        self._carries_heard = carries_heard
        heard = state.get("heard", "")
        self._heard = Heard.read(heard) if heard else None
        self._heard_at_s = time.monotonic()
        self._farewell = ""
        """The turn that says goodbye: the workflow waits for its end."""

    @property
    def next_id(self) -> str:
        """The id the caller's next turn will have."""
        return f"t{self._count + 1}"

    @property
    def has_eager(self) -> bool:
        """Whether an utterance was told that may not be over."""
        return self._eager is not None

    def confirms(self, text: str) -> bool:
        """Whether these final words are what was told eagerly."""
        return self._eager is not None and self._eager.text == text

    def raise_epoch(self) -> int:
        """Make everything written so far old; return the new epoch."""
        self.epoch += 1
        self._outbox.keep(epoch=self.epoch)
        return self.epoch

    def speak(self, event: EndOfTurn) -> str:
        """The caller has said something: from here on it cannot be lost. Return the turn's id."""
        text = event.text.strip()
        if self._eager is not None and self.confirms(text):
            utterance = self._eager.model_copy(update={"eager": False, "heard": None})
            self._forget_eager()
        else:
            self.withdraw()
            utterance = self._utterance(text, self._ended_ms(event))
        self._tell(utterance, event)
        return utterance.turn_id

    def speak_eagerly(self, event: EndOfTurn) -> None:
        """The caller has probably finished: let the assistant think ahead."""
        self._eager = self._utterance(event.text.strip(), self._ended_ms(event), eager=True)
        self._outbox.keep(eager=self._eager.model_dump_json())
        self._outbox.signal("utterance_ended", self._eager)

    def withdraw(self) -> bool:
        """The caller had not finished: what was told eagerly is void; False if nothing was."""
        if self._eager is None:
            return False
        withdrawal = Withdrawal(turn_id=self._eager.turn_id, epoch=self.raise_epoch())
        self._forget_eager()
        self._outbox.signal("utterance_withdrawn", withdrawal)
        return True

    def type(self, text: str, at_ms: int) -> str:
        """The caller has typed something; return the turn's id."""
        utterance = self._utterance(text, at_ms, typed=True)
        self._tell(utterance, None)
        return utterance.turn_id

    def ask_for_human(self, department: str | None) -> str:
        """The caller wants a human; return the turn's id."""
        request = TransferRequest(
            turn_id=self.next_id,
            epoch=self.raise_epoch(),
            department=department,
            heard=self._untold(),
        )
        self._use_id()
        self._outbox.signal("transfer_requested", request)
        return request.turn_id

    # --- what was heard --------------------------------------------------------------------

    def heard_out(self, heard: Heard) -> None:
        """A turn was heard to its end: the next utterance may tell, nobody waits for the news."""
        self.tell_heard()
        self._heard = heard
        self._heard_at_s = time.monotonic()
        self._outbox.keep(heard=heard.model_dump_json())
        if not self._carries_heard or heard.turn_id == self._farewell:
            self.tell_heard()

    def tell_heard_if_late(self) -> None:
        """No utterance came soon: tell without one."""
        if time.monotonic() - self._heard_at_s > _TELL_HEARD_AFTER_S:
            self.tell_heard()

    def tell_heard(self) -> None:
        """Tell what was heard, if that has not been told."""
        heard = self._untold()
        if heard is not None:
            self._outbox.signal("playout_ended", heard)

    def _untold(self) -> Heard | None:
        heard, self._heard = self._heard, None
        if heard is not None:
            self._outbox.keep(heard="")
        return heard

    # --- where the time goes ---------------------------------------------------------------

    def note(self, say: Say) -> None:
        """Learn from what the assistant hands over."""
        if any(call.name == END_CALL_TOOL for call in say.calls):
            self._farewell = say.turn_id
        if timing := self._timing.get(say.turn_id):
            timing.note(say, now_ms())

    def sounded(self, turn_id: str) -> None:
        """The first words of a reply begin to be heard."""
        timing = self._timing.get(turn_id)
        if timing is not None and not timing.first_sound_ms:
            timing.first_sound_ms = now_ms()

    def timings(self, turn_id: str) -> Timings:
        """Return where a turn's time went, as far as this media session saw it; then forget it."""
        timing = self._timing.pop(turn_id, None)
        return timing.timings() if timing else Timings()

    # --- parts -----------------------------------------------------------------------------

    def _utterance(
        self, text: str, ended_ms: int, *, typed: bool = False, eager: bool = False
    ) -> Utterance:
        return Utterance(
            turn_id=self.next_id,
            text=text,
            epoch=self.raise_epoch(),
            ended_at=datetime.fromtimestamp(ended_ms / 1_000, UTC).isoformat(),
            typed=typed,
            eager=eager,
            heard=self._untold(),
        )

    def _tell(self, utterance: Utterance, event: EndOfTurn | None) -> None:
        self._use_id()
        understood = now_ms()
        ended_ms = understood if event is None else self._ended_ms(event)
        stt_ms = 0 if event is None else event.stt_ms
        while len(self._timing) >= _TIMED_TURNS:
            del self._timing[next(iter(self._timing))]
        self._timing[utterance.turn_id] = TurnTiming(
            speech_end_ms=ended_ms,
            understood_ms=understood,
            endpointing_ms=understood - stt_ms - ended_ms,
            stt_ms=stt_ms,
        )
        self._outbox.send(Transcript(turn_id=utterance.turn_id, text=utterance.text, final=True))
        self._outbox.signal("utterance_ended", utterance)

    def _forget_eager(self) -> None:
        self._eager = None
        self._outbox.keep(eager="")

    def _use_id(self) -> None:
        self._count += 1
        self._outbox.keep(turn_count=self._count)

    def _ended_ms(self, event: EndOfTurn) -> int:
        return self._ear.arrival(event.speech_end_ms) or now_ms()


def now_ms() -> int:
    """Return Unix time, ms."""
    return time.time_ns() // 1_000_000
