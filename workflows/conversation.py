"""One voice conversation, from hello to goodbye."""

import asyncio
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
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
    OpenConversation,
    RunMediaSession,
    SaveTurn,
    TransferRequest,
    Utterance,
    Withdrawal,
)
from temporal import policies, search
from workflows.record import TurnRecord
from workflows.turn import TurnTaking

FAREWELL_LIMIT = timedelta(seconds=20)
"""How long the last words may take to be heard before the call ends without that news."""


@workflow.defn
class ConversationWorkflow:
    """Takes one turn per utterance, and keeps what was said, done and really heard.

    The media session tells it what the caller did; it never waits on audio.
    """

    @workflow.init
    def __init__(self, opening: ConversationInput) -> None:
        self._opening = opening
        self._record = TurnRecord(opening.state)
        self._turns = TurnTaking(opening, self._record, self._unsaved_turn)
        self._pending: deque[Utterance | TransferRequest] = deque()
        self._unsaved: dict[str, SaveTurn] = {}
        self._saving = 0
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
            ),
            **policies.MEDIA,
        )
        watching = asyncio.create_task(self._watch(media))
        saving = asyncio.create_task(self._write_down())
        ending = asyncio.create_task(self._tell_end())
        if opening.greet and opening.state.generation == 0 and not self._pending:
            await self._turns.greet()
        await self._converse()
        self._turns.settle()
        await workflow.wait_condition(lambda: self._told and not self._unsaved and not self._saving)
        media.cancel()
        for task in (watching, saving, ending):
            task.cancel()
        return await self._close()

    # --- what the caller did ---------------------------------------------------------

    @workflow.signal
    def utterance_ended(self, utterance: Utterance) -> None:
        """The caller finished speaking, or typed."""
        key = f"{utterance.turn_id}?{utterance.epoch}" if utterance.eager else utterance.turn_id
        if not self._record.first_sight(key) or self._confirmed(utterance):
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
            self._unsaved_turn(heard.turn_id)

    @workflow.signal
    def playout_ended(self, heard: Heard) -> None:
        """A turn has been heard to its end."""
        if self._record.hear(heard, interrupted=False):
            self._unsaved_turn(heard.turn_id)

    @workflow.signal
    def transfer_requested(self, request: TransferRequest) -> None:
        """The caller pressed "talk to a human"."""
        if self._record.first_sight(request.turn_id):
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

    def _confirmed(self, utterance: Utterance) -> bool:
        """Learn that what was told eagerly was the end; False when this was not told before."""
        eager = utterance.model_copy(update={"eager": True})
        if utterance.eager or eager not in self._pending:
            return self._turns.confirm(utterance)
        self._pending[self._pending.index(eager)] = utterance
        return True

    def _drop_eager(self) -> None:
        kept = [one for one in self._pending if isinstance(one, TransferRequest) or not one.eager]
        self._pending = deque(kept)

    async def _converse(self) -> None:
        while True:
            await workflow.wait_condition(
                lambda: bool(self._pending) or self._ended is not None or self._too_long()
            )
            if self._pending:
                await self._take(self._pending.popleft())
                workflow.set_current_details(self._turns.story())
            elif self._ended is not None:
                return
            else:
                self._go_on_afresh()

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

    # --- keeping and ending ------------------------------------------------------------

    def _unsaved_turn(self, turn_id: str) -> None:
        turn = self._record.turn(turn_id)
        if turn is None:
            return
        # As it is now: it may be gone from the record before the database is back.
        self._unsaved[turn_id] = SaveTurn(
            call_id=self._opening.call_id,
            ordinal=self._record.ordinal(turn_id),
            turn=turn,
            timings_ms=self._record.timings_ms(turn_id),
        )

    async def _write_down(self) -> None:
        """Keep PostgreSQL up to date, beside the conversation: it waits for nothing of this."""
        if self._opening.state.generation == 0:
            self._saving += 1
            await self._open()
            self._saving -= 1
        while True:
            await workflow.wait_condition(lambda: bool(self._unsaved))
            request = self._unsaved.pop(next(iter(self._unsaved)))
            self._saving += 1
            with _written_or_logged():
                await workflow.execute_activity_method(
                    RecordActivities.save_turn,
                    request,
                    **policies.told(policies.RECORD, f"turn {request.ordinal + 1}"),
                )
            self._saving -= 1

    async def _open(self) -> None:
        opened = OpenConversation(
            conversation=self._opening, workflow_id=workflow.info().workflow_id
        )
        with _written_or_logged():
            await workflow.execute_activity_method(
                RecordActivities.open_conversation, opened, **policies.RECORD
            )

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
        with _written_or_logged():
            await workflow.execute_activity_method(
                RecordActivities.close_conversation, self._closing(), **policies.RECORD
            )
        await workflow.wait_condition(workflow.all_handlers_finished)
        return ConversationResult(reason=self._closing().reason, turns=self._record.count)

    def _closing(self) -> CloseCall:
        return CloseCall(call_id=self._opening.call_id, reason=self._ended or "hangup")

    def _too_long(self) -> bool:
        """Whether to go on in a new run: the history is long and nothing is under way."""
        last = self._record.last
        return (
            workflow.info().is_continue_as_new_suggested()
            and not self._unsaved
            and not self._saving
            and (last is None or last.heard is not None)
            and workflow.all_handlers_finished()
        )

    def _go_on_afresh(self) -> None:
        state = ConversationState(
            turns=self._record.turns,
            epoch=self._record.epoch,
            seen=self._record.seen,
            generation=self._opening.state.generation + 1,
            turn_count=self._record.count,
        )
        workflow.continue_as_new(self._opening.model_copy(update={"state": state}))


@contextmanager
def _written_or_logged() -> Generator[None]:
    """Let what will never be written hold up neither what comes after it nor the call's end."""
    try:
        yield
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        workflow.logger.exception("this could not be written down")
