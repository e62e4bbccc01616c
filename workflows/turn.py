"""Taking one turn: think, act, think again, until there are words or an interruption."""

import asyncio
from collections.abc import Callable, Sequence

from temporalio import workflow
from temporalio.exceptions import ActivityError, TimeoutError, is_cancelled_exception  # noqa: A004

from activities.announce import AnnounceActivities
from activities.assistant import AssistantActivities
from activities.tools import ToolActivities
from convonet import ids
from convonet.contracts.assistant import (
    END_CALL_TOOL,
    TRANSFER_TOOL,
    CallTool,
    Step,
    TakeTurn,
    ToolCall,
    ToolResult,
    ToolState,
)
from convonet.contracts.conversation import (
    Announce,
    ConversationInput,
    TransferRequest,
    Utterance,
)
from temporal import policies
from workflows import phrases
from workflows.record import TurnRecord, without_running

MAX_STEPS = 6
"""How often the assistant may call tools before it must stop and listen."""

GREETING_TURN = "greeting"


class TurnTaking:
    """Carries out turns for one conversation, one at a time, and gives way at once."""

    def __init__(
        self, opening: ConversationInput, record: TurnRecord, changed: Callable[[str], None]
    ) -> None:
        self._opening = opening
        self._record = record
        self._changed = changed
        self._current: Utterance | None = None
        self._latest: Utterance | None = None
        self._thinking: workflow.ActivityHandle[Step] | None = None
        self._looking: list[workflow.ActivityHandle[ToolResult]] = []
        self._confirmed = True

    @property
    def busy(self) -> bool:
        """Whether a turn is under way."""
        return self._current is not None

    def interrupt(self, epoch: int) -> None:
        """Give way to the caller: stop thinking and looking things up, never a change."""
        self._record.epoch = max(self._record.epoch, epoch)
        if self._current is None or epoch <= self._current.epoch:
            return
        if self._thinking is not None:
            self._thinking.cancel()
        for handle in self._looking:
            handle.cancel()

    def confirm(self, utterance: Utterance) -> bool:
        """Learn that an eager utterance was the end; False when it is not the newest taken."""
        latest = self._latest
        if latest is None or latest.turn_id != utterance.turn_id:
            return False
        if latest.epoch != utterance.epoch:
            return False
        self._confirmed = True
        return True

    def give_up_eager(self) -> None:
        """Nobody will confirm any more what was told eagerly: it was not the end."""
        if self._current is not None and not self._confirmed:
            self.interrupt(self._record.epoch + 1)

    async def take(self, utterance: Utterance) -> bool:
        """Answer the caller; True when the assistant has said goodbye."""
        self.settle()
        self._record.begin(utterance)
        self._current = self._latest = utterance
        self._confirmed = not utterance.eager
        try:
            goodbye = await self._take_steps(utterance)
        finally:
            self._current = None
        turn = self._record.turn(utterance.turn_id)
        if turn is not None and turn.heard is not None:
            self._changed(turn.turn_id)  # It was saved when it was heard, and went on since.
        return goodbye

    def settle(self) -> None:
        """Nothing more of the newest turn will be heard."""
        last = self._record.last
        if last is not None and last.heard is None:
            self._record.settle()
            self._changed(last.turn_id)

    async def greet(self) -> None:
        """Speak first."""
        greeting = phrases.greeting(self._opening.caller.name)
        self._record.begin(self._ours(GREETING_TURN, "", self._record.epoch))
        await self._announce(GREETING_TURN, self._record.epoch, greeting)

    async def answer_transfer(self, request: TransferRequest) -> None:
        """Tell the caller how their wish for a human stands."""
        self.settle()
        self._record.begin(self._ours(request.turn_id, phrases.WANTS_HUMAN, request.epoch))
        await self._announce(
            request.turn_id,
            request.epoch,
            phrases.NOBODY_THERE,
            {"type": "transfer", "state": "failed", "reason": phrases.NO_AGENTS},
        )

    def story(self) -> str:
        """Return the conversation so far as Markdown, for Temporal's Web UI."""
        return phrases.story(self._record.turns)

    # --- steps -------------------------------------------------------------------------

    async def _take_steps(self, utterance: Utterance) -> bool:
        for number in range(MAX_STEPS):
            step = await self._think(utterance, number)
            if step is None:
                return False
            self._record.add_step(utterance.turn_id, step)
            if not step.calls:
                return False
            results = await self._act(utterance, step.calls)
            self._record.add_results(utterance.turn_id, results)
            if self._stale(utterance):
                return False
            for call in step.calls:
                if call.name == END_CALL_TOOL:
                    return await self._farewell(utterance, step, call)
        await self._announce(utterance.turn_id, utterance.epoch, phrases.TOO_MANY_STEPS)
        return False

    async def _think(self, utterance: Utterance, number: int) -> Step | None:
        """Return the next step; None when the caller has gone on meanwhile."""
        if self._stale(utterance):
            return None
        self._thinking = workflow.start_activity_method(
            AssistantActivities.take_turn,
            TakeTurn(
                call_id=self._opening.call_id,
                caller=self._opening.caller,
                epoch=utterance.epoch,
                step=number,
                turns=self._record.turns,
                now=utterance.ended_at,
            ),
            **policies.told(policies.THINK, phrases.quoted(utterance.text)),
        )
        try:
            step = await self._thinking
        except ActivityError as error:
            if self._stale(utterance) or is_cancelled_exception(error):
                return None
            workflow.logger.warning("the assistant failed: %s", error.cause)
            await self._announce(utterance.turn_id, utterance.epoch, phrases.CANNOT_THINK)
            return None
        finally:
            self._thinking = None
        if step.calls and not self._confirmed:
            await workflow.wait_condition(lambda: self._confirmed or self._stale(utterance))
        return None if self._record.turn(utterance.turn_id) is None else step

    async def _act(self, utterance: Utterance, calls: Sequence[ToolCall]) -> list[ToolResult]:
        if self._stale(utterance):
            return without_running(calls, phrases.INTERRUPTED_BEFORE)
        try:
            return await asyncio.gather(*[self._carry_out(utterance, call) for call in calls])
        finally:
            self._looking.clear()

    async def _carry_out(self, utterance: Utterance, call: ToolCall) -> ToolResult:
        if call.name == END_CALL_TOOL:
            return _result(call, ToolState.SUCCEEDED, phrases.ENDING)
        if call.name == TRANSFER_TOOL:
            return _result(call, ToolState.FAILED, phrases.NOBODY_THERE)
        handle = workflow.start_activity_method(
            ToolActivities.call_tool,
            CallTool(
                call_id=self._opening.call_id,
                caller=self._opening.caller,
                turn_id=utterance.turn_id,
                epoch=utterance.epoch,
                call=call,
                idempotency_key=ids.idempotency_key(self._opening.call_id, call.id),
            ),
            **policies.told(policies.ACT, phrases.tool_summary(call)),
        )
        if call.read_only:
            self._looking.append(handle)
        try:
            return await handle
        except ActivityError as error:
            return _failure(call, error)

    async def _farewell(self, utterance: Utterance, step: Step, call: ToolCall) -> bool:
        if not step.text or any(one.name != END_CALL_TOOL for one in step.calls):
            said = call.arguments.get("farewell")
            words = said if isinstance(said, str) and said else phrases.GOODBYE
            await self._announce(utterance.turn_id, utterance.epoch, words)
        return True

    # --- words of ours -----------------------------------------------------------------

    async def _announce(
        self, turn_id: str, epoch: int, text: str, event: dict[str, str] | None = None
    ) -> None:
        turn = self._record.turn(turn_id)
        number = len(turn.steps) if turn else 0
        try:
            await workflow.execute_activity_method(
                AnnounceActivities.announce,
                Announce(
                    call_id=self._opening.call_id,
                    turn_id=turn_id,
                    epoch=epoch,
                    step=number,
                    text=text,
                    event=dict(event) if event else None,
                ),
                **policies.told(policies.ANNOUNCE, phrases.quoted(text)),
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.warning("the caller could not be told: %s", error.cause)
            return
        told = self._record.turn(turn_id)
        if told is None:
            return
        self._record.add_step(turn_id, Step(text=text))
        if told.heard is not None:
            self._changed(turn_id)  # The caller went on while it was being told.

    def _ours(self, turn_id: str, said: str, epoch: int) -> Utterance:
        return Utterance(
            turn_id=turn_id, text=said, epoch=epoch, ended_at=workflow.now().isoformat()
        )

    def _stale(self, utterance: Utterance) -> bool:
        return self._record.epoch > utterance.epoch


def _result(call: ToolCall, state: ToolState, text: str) -> ToolResult:
    return ToolResult(call_id=call.id, state=state, text=text, summary="")


def _failure(call: ToolCall, error: ActivityError) -> ToolResult:
    if is_cancelled_exception(error):
        return _result(call, ToolState.CANCELLED, phrases.INTERRUPTED)
    if isinstance(error.cause, TimeoutError):
        return _result(call, ToolState.TIMED_OUT, phrases.TOOL_TIMED_OUT)
    return _result(call, ToolState.FAILED, phrases.TOOL_FAILED)
