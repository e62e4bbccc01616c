"""One voice conversation, from hello to goodbye."""

import asyncio
from collections import deque
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.media import MediaActivities
from activities.records import RecordActivities
from convonet.contracts.assistant import END_CALL_TOOL
from convonet.contracts.conversation import (
    CloseCall,
    ConversationInput,
    ConversationResult,
    ConversationState,
    ConversationView,
    EndReason,
    Heard,
    HungUp,
    RunMediaSession,
    TransferRequest,
    Utterance,
    Withdrawal,
)
from temporal import policies, search
from workflows.keeping import Keeping, written_or_logged
from workflows.record import TurnRecord
from workflows.turn import TurnTaking

FAREWELL_LIMIT = timedelta(seconds=20)
"""How long the last words may take to be heard before the call ends without that news."""

_GO_ON_WITH_PENDING = "go-on-with-pending"


@workflow.defn
class ConversationWorkflow:
    """Takes one turn per utterance, and keeps what was said, done and really heard.

    The media session tells it what the caller did; it never waits on audio.
    """

    @workflow.init
    def __init__(self, opening: ConversationInput) -> None:
        self._opening = opening
        self._record = TurnRecord(opening.state)
        self._keeping = Keeping(opening, self._record)
        self._turns = TurnTaking(opening, self._record, self._keeping.changed)
        self._pending = deque(opening.state.pending)
        self._ended: EndReason | None = None
        self._told = False

    @workflow.run
    async def run(self, opening: ConversationInput) -> ConversationResult:
        """Take turns until the caller or the assistant says goodbye; return how it ended."""
        media = workflow.start_activity_method(
            MediaActivities.run_media_session,
            RunMediaSession(
                call_id=opening.call_id,
                caller=opening.caller,
                generation=opening.state.generation,
                output_sample_rate=opening.output_sample_rate,
                carries_heard=True,
            ),
            **policies.MEDIA,
        )
        watching = asyncio.create_task(self._watch(media))
        saving = asyncio.create_task(self._keeping.run())
        ending = asyncio.create_task(self._tell_end())
        if opening.greet and opening.state.generation == 0 and not self._pending:
            await self._turns.greet()
        await self._converse()
        self._turns.settle()
        self._keeping.hurry()
        await workflow.wait_condition(lambda: self._told and self._keeping.done)
        media.cancel()
        for task in (watching, saving, ending):
            task.cancel()
        return await self._close()

    # --- what the caller did ---------------------------------------------------------

    @workflow.signal
    def utterance_ended(self, utterance: Utterance) -> None:
        """The caller finished speaking, or typed."""
        key = f"{utterance.turn_id}?{utterance.epoch}" if utterance.eager else utterance.turn_id
        if not self._record.first_sight(key):
            return
        self._hear_out(utterance.heard)
        if self._confirmed(utterance):
            return
        self._turns.interrupt(utterance.epoch)
        self._pending.append(utterance)

    @workflow.signal
    def utterance_withdrawn(self, withdrawal: Withdrawal) -> None:
        """An eager utterance was not the end: the caller goes on."""
        if self._record.first_sight(f"{withdrawal.turn_id}!{withdrawal.epoch}"):
            self._turns.interrupt(withdrawal.epoch)
            self._drop_eager()
            self._record.withdraw(withdrawal.turn_id)

    @workflow.signal
    def barged_in(self, heard: Heard) -> None:
        """The caller spoke over the assistant, which has fallen silent."""
        self._turns.interrupt(heard.epoch)
        if self._record.hear(heard, interrupted=True):
            self._keeping.changed(heard.turn_id)

    @workflow.signal
    def playout_ended(self, heard: Heard) -> None:
        """A turn has been heard to its end, and no utterance came soon to carry the news."""
        if self._record.hear(heard, interrupted=False):
            self._keeping.changed(heard.turn_id)

    @workflow.signal
    def transfer_requested(self, request: TransferRequest) -> None:
        """The caller pressed "talk to a human"."""
        if self._record.first_sight(request.turn_id):
            self._hear_out(request.heard)
            self._turns.interrupt(request.epoch)
            self._pending.append(request)

    @workflow.signal
    def hung_up(self, hung_up: HungUp) -> None:
        """The call is over for the caller; what they said before is still carried out."""
        self._end(hung_up.reason)

    @workflow.query
    def view(self) -> ConversationView:
        """Return what a dashboard may see."""
        return ConversationView(
            call_id=self._opening.call_id,
            caller_name=self._opening.caller.name,
            turns=self._record.turns,
            epoch=self._record.epoch,
            state="ended" if self._ended else "thinking" if self._turns.busy else "listening",
            ended=self._ended,
        )

    # --- turns -------------------------------------------------------------------------

    def _hear_out(self, heard: Heard | None) -> None:
        if heard is not None and self._record.hear(heard, interrupted=False):
            self._keeping.heard(heard.turn_id)

    def _confirmed(self, utterance: Utterance) -> bool:
        """Learn that what was told eagerly was the end; False when this was not told before."""
        for place, one in enumerate(self._pending):
            if not utterance.eager and _told_eagerly(one, utterance):
                self._pending[place] = utterance
                return True
        return self._turns.confirm(utterance)

    def _drop_eager(self) -> None:
        kept = [one for one in self._pending if isinstance(one, TransferRequest) or not one.eager]
        self._pending = deque(kept)

    async def _converse(self) -> None:
        while True:
            await workflow.wait_condition(
                lambda: bool(self._pending) or self._ended is not None or self._at_rest()
            )
            if self._too_long():
                self._go_on_afresh()
            if self._pending:
                await self._take(self._pending.popleft())
                workflow.set_current_details(self._turns.story())
            elif self._ended is not None:
                return

    async def _take(self, asked: Utterance | TransferRequest) -> None:
        if isinstance(asked, TransferRequest):
            await self._turns.answer_transfer(asked)
            return
        if await self._turns.take(asked):
            await self._say_goodbye(asked.turn_id)

    async def _say_goodbye(self, turn_id: str) -> None:
        """End the call when the farewell was heard, unless the caller has more to say."""

        def heard_or_more() -> bool:
            turn = self._record.turn(turn_id)
            over = self._ended is not None
            return over or bool(self._pending) or turn is None or turn.heard is not None

        try:
            await workflow.wait_condition(
                heard_or_more, timeout=FAREWELL_LIMIT, timeout_summary=END_CALL_TOOL
            )
        except TimeoutError:
            workflow.logger.warning("the farewell was not reported as heard")
        turn = self._record.turn(turn_id)
        if not self._pending and not (turn and turn.interrupted):
            self._ended = self._ended or "goodbye"

    # --- ending ------------------------------------------------------------------------

    async def _watch(self, media: workflow.ActivityHandle[None]) -> None:
        try:
            await media
        except ActivityError as error:
            if is_cancelled_exception(error):
                return
            workflow.logger.exception("the media session failed for good")
            self._end("error")
        else:
            self._end("hangup")

    def _end(self, reason: EndReason) -> None:
        """The caller is gone; what they had not finished saying is void."""
        self._ended = self._ended or reason
        self._drop_eager()
        self._turns.give_up_eager()

    async def _tell_end(self) -> None:
        await workflow.wait_condition(lambda: self._ended is not None)
        await workflow.execute_activity_method(
            RecordActivities.tell_end, self._closing(), **policies.RECORD
        )
        self._told = True

    async def _close(self) -> ConversationResult:
        workflow.upsert_search_attributes([search.CALL_STATE.value_set("ended")])
        with written_or_logged():
            await workflow.execute_activity_method(
                RecordActivities.close_conversation, self._closing(), **policies.RECORD
            )
        await workflow.wait_condition(workflow.all_handlers_finished)
        return ConversationResult(reason=self._closing().reason, turns=self._record.count)

    def _closing(self) -> CloseCall:
        return CloseCall(call_id=self._opening.call_id, reason=self._ended or "hangup")

    def _too_long(self) -> bool:
        """Whether to go on in a new run, with what was said meanwhile: the next turn is its."""
        return (
            self._ended is None
            and self._keeping.opened
            and workflow.info().is_continue_as_new_suggested()
            and (self._at_rest() or workflow.patched(_GO_ON_WITH_PENDING))
        )

    def _at_rest(self) -> bool:
        """Whether the history is long and nothing is under way: the best moment to go on."""
        last = self._record.last
        return (
            workflow.info().is_continue_as_new_suggested()
            and not self._pending
            and self._keeping.done
            and (last is None or last.heard is not None)
        )

    def _go_on_afresh(self) -> None:
        state = ConversationState(
            turns=self._record.turns,
            epoch=self._record.epoch,
            seen=self._record.seen,
            generation=self._opening.state.generation + 1,
            turn_count=self._record.count,
            pending=tuple(self._pending),
            unsaved=self._keeping.left,
        )
        workflow.continue_as_new(self._opening.model_copy(update={"state": state}))


def _told_eagerly(one: Utterance | TransferRequest, utterance: Utterance) -> bool:
    same = (one.turn_id, one.epoch) == (utterance.turn_id, utterance.epoch)
    return same and isinstance(one, Utterance) and one.eager
