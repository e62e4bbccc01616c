"""A caller and their media session, as far as a conversation's workflow sees them."""

import asyncio
from collections.abc import Callable, Sequence

from temporalio.client import WorkflowHandle

from convonet.contracts.assistant import Turn
from convonet.contracts.conversation import (
    Channel,
    ConversationInput,
    ConversationResult,
    ConversationState,
    ConversationView,
    EndReason,
    Heard,
    HungUp,
    Providers,
    TransferRequest,
    Utterance,
    Withdrawal,
)
from tests.assistant.conversations import ANN
from tests.workflows.script import PATIENCE_S, Script
from workflows.conversation import ConversationWorkflow

Handle = WorkflowHandle[ConversationWorkflow, ConversationResult]

NOON = "2026-11-18T12:00:00+00:00"


def opening(call_id: str, *, greet: bool = False) -> ConversationInput:
    """Make what a conversation starts with."""
    return ConversationInput(
        call_id=call_id,
        caller=ANN,
        channel=Channel.BROWSER,
        started_at=NOON,
        providers=Providers(stt="test", llm="test", tts="test"),
        greet=greet,
        state=ConversationState(),
    )


class Call:
    """Speaks to one conversation, and numbers turns and epochs as the media session does."""

    def __init__(self, handle: Handle, script: Script) -> None:
        self.handle = handle
        self.script = script
        self.epoch = 0
        self._turns = 0

    @property
    def next_id(self) -> str:
        """The id the caller's next turn will have."""
        return f"t{self._turns + 1}"

    # --- the caller ----------------------------------------------------------------------

    async def say(self, text: str, heard: Heard | None = None) -> Utterance:
        """Finish an utterance, soon after having heard the turn before to its end."""
        utterance = self.utterance(text).model_copy(update={"heard": heard})
        self._turns += 1
        await self.tell(utterance)
        return utterance

    async def say_perhaps(self, text: str) -> Utterance:
        """Finish an utterance eagerly: perhaps there is more."""
        utterance = self.utterance(text).model_copy(update={"eager": True})
        await self.tell(utterance)
        return utterance

    async def confirm(self, eager: Utterance) -> None:
        """There was no more."""
        self._turns += 1
        await self.tell(eager.model_copy(update={"eager": False}))

    async def withdraw(self, eager: Utterance) -> Withdrawal:
        """There is more."""
        withdrawal = Withdrawal(turn_id=eager.turn_id, epoch=self.raise_epoch())
        await self.handle.signal(ConversationWorkflow.utterance_withdrawn, withdrawal)
        return withdrawal

    async def barge_in(self, turn_id: str, heard: str) -> None:
        """Speak over the assistant, of whose words that much was heard."""
        await self.handle.signal(
            ConversationWorkflow.barged_in,
            Heard(turn_id=turn_id, epoch=self.raise_epoch(), text=heard),
        )

    async def hear(self, turn_id: str, text: str) -> None:
        """Hear a turn to its end."""
        heard = self.heard(turn_id, text)
        await self.handle.signal(ConversationWorkflow.playout_ended, heard)

    async def ask_for_human(self) -> None:
        """Press the button."""
        request = TransferRequest(turn_id=self.next_id, epoch=self.raise_epoch())
        self._turns += 1
        await self.handle.signal(ConversationWorkflow.transfer_requested, request)

    async def hang_up(self, reason: EndReason = "hangup") -> None:
        """Leave."""
        await self.handle.signal(ConversationWorkflow.hung_up, HungUp(reason=reason))

    async def tell(self, utterance: Utterance) -> None:
        """Signal an utterance, or one again."""
        await self.handle.signal(ConversationWorkflow.utterance_ended, utterance)

    def heard(self, turn_id: str, text: str) -> Heard:
        """Make the news that a turn was heard to its end."""
        return Heard(turn_id=turn_id, epoch=self.epoch, text=text, timings_ms={"total": 900})

    def utterance(self, text: str) -> Utterance:
        """Make the next utterance."""
        return Utterance(turn_id=self.next_id, text=text, epoch=self.raise_epoch(), ended_at=NOON)

    def raise_epoch(self) -> int:
        """Make all that was before old."""
        self.epoch += 1
        return self.epoch

    # --- the conversation ----------------------------------------------------------------

    async def view(self) -> ConversationView:
        """Return the conversation so far."""
        return await self.handle.query(ConversationWorkflow.view)

    async def lines(self) -> list[str]:
        """Return the conversation so far, in words."""
        return told((await self.view()).turns)

    async def until(self, holds: Callable[[ConversationView], bool]) -> ConversationView:
        """Wait until the conversation so far satisfies `holds`."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if holds(view := await self.view()):
                    return view

    async def answered(self, turn_id: str) -> None:
        """Wait until the assistant has finished a turn."""
        await self.until(lambda view: view.state != "thinking" and _has_words(view, turn_id))

    async def result(self) -> ConversationResult:
        """Wait for the end."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.handle.result()

    async def over(self) -> list[str]:
        """Hang up, and return the whole conversation in words."""
        await self.hang_up()
        await self.result()
        return await self.lines()


def told(turns: Sequence[Turn]) -> list[str]:
    """Return turns in words: what was said, done and heard."""
    return [line for turn in turns for line in _lines(turn)]


def _lines(turn: Turn) -> list[str]:
    lines = [f"caller: {turn.said}"] if turn.said else []
    for step in turn.steps:
        states = {result.call_id: result.state.value for result in step.results}
        lines += [f"{call.name}: {states.get(call.id, 'no result')}" for call in step.calls]
    if turn.heard is None:
        return [*lines, "assistant may be speaking"]
    return [*lines, " ".join(filter(None, ["assistant:", turn.heard, "--" * turn.interrupted]))]


def _has_words(view: ConversationView, turn_id: str) -> bool:
    return any(turn.turn_id == turn_id and turn.steps for turn in view.turns)
