"""The turn record of one conversation: what was said, done and really heard."""

from collections import deque
from collections.abc import Sequence

from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState, Turn
from convonet.contracts.conversation import ConversationState, Heard, Utterance

KEPT_TURNS = 60
"""Turns the assistant is shown and a continued run carries over; older ones are in PostgreSQL."""

_REMEMBERED_IDS = 500


class TurnRecord:
    """Knows the newest turns; every change to one goes through here."""

    def __init__(self, state: ConversationState) -> None:
        self._turns = {turn.turn_id: turn for turn in state.turns}
        self._ordinals = {
            turn_id: state.turn_count - len(self._turns) + place
            for place, turn_id in enumerate(self._turns)
        }
        self._seen = deque(state.seen, maxlen=_REMEMBERED_IDS)
        self._timings: dict[str, dict[str, int]] = {}
        self.count = state.turn_count
        self.epoch = state.epoch

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The newest turns, oldest first."""
        return tuple(self._turns.values())

    @property
    def seen(self) -> tuple[str, ...]:
        """Ids of the newest utterances."""
        return tuple(self._seen)

    @property
    def last(self) -> Turn | None:
        """The newest turn."""
        return next(reversed(self._turns.values()), None)

    def first_sight(self, turn_id: str) -> bool:
        """Remember an utterance; False when it was already known."""
        if turn_id in self._seen:
            return False
        self._seen.append(turn_id)
        return True

    def begin(self, utterance: Utterance) -> None:
        """Open a turn for what the caller said, and close the one before it."""
        self.settle()
        self._turns[utterance.turn_id] = Turn(
            turn_id=utterance.turn_id,
            said=utterance.text,
            typed=utterance.typed,
            at=utterance.ended_at,
        )
        if utterance.turn_id not in self._ordinals:
            self._ordinals[utterance.turn_id] = self.count
            self.count += 1
        while len(self._turns) > KEPT_TURNS:
            oldest = next(iter(self._turns))
            del self._turns[oldest], self._ordinals[oldest]
            self._timings.pop(oldest, None)

    def settle(self) -> None:
        """Nothing more of the newest turn will be heard: what was not reported was not heard."""
        last = self.last
        if last is not None and last.heard is None:
            self._change(last, heard="", interrupted=True)

    def add_step(self, turn_id: str, step: Step) -> None:
        """Note what the assistant said and which tools it wants."""
        turn = self._turns[turn_id]
        self._change(turn, steps=(*turn.steps, step))

    def add_results(self, turn_id: str, results: Sequence[ToolResult]) -> None:
        """Note what the newest step's tool calls came to."""
        turn = self._turns[turn_id]
        newest = turn.steps[-1].model_copy(update={"results": tuple(results)})
        self._change(turn, steps=(*turn.steps[:-1], newest))

    def hear(self, heard: Heard, *, interrupted: bool) -> bool:
        """Note how much of a turn was really heard; False when the turn is not known."""
        turn = self._turns.get(heard.turn_id)
        if turn is None:
            return False
        self._timings[heard.turn_id] = heard.timings_ms
        self._change(turn, heard=heard.text, interrupted=interrupted)
        return True

    def withdraw(self, turn_id: str) -> None:
        """Forget a turn whose utterance was not the end of the caller's words."""
        if self._turns.pop(turn_id, None) is not None:
            del self._ordinals[turn_id]
            self.count -= 1

    def turn(self, turn_id: str) -> Turn | None:
        """Return a turn, if it is among the newest."""
        return self._turns.get(turn_id)

    def ordinal(self, turn_id: str) -> int:
        """Return a turn's place in the conversation, from 0."""
        return self._ordinals[turn_id]

    def timings_ms(self, turn_id: str) -> dict[str, int]:
        """Return where a turn's time went, as far as it is known."""
        return self._timings.get(turn_id, {})

    def _change(self, turn: Turn, **update: object) -> None:
        self._turns[turn.turn_id] = turn.model_copy(update=update)


def without_running(calls: Sequence[ToolCall], why: str) -> list[ToolResult]:
    """Return results for calls that were never made: history stays valid."""
    return [
        ToolResult(call_id=call.id, state=ToolState.CANCELLED, text=why, summary="not done")
        for call in calls
    ]
