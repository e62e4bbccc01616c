"""Keeping PostgreSQL up to date beside a conversation, which waits for nothing of this."""

from collections.abc import Generator
from contextlib import contextmanager

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.records import RecordActivities
from convonet.contracts.conversation import ConversationInput, OpenConversation, SaveTurn
from temporal import policies
from workflows.record import TurnRecord


class Keeping:
    """Has turns written down: what changed at once, what was heard in good time with the next."""

    def __init__(self, opening: ConversationInput, record: TurnRecord) -> None:
        self._opening = opening
        self._record = record
        self._unsaved = {one.turn.turn_id: one for one in opening.state.unsaved}
        self._waiting: dict[str, SaveTurn] = {}
        self._writing: SaveTurn | None = None
        self.opened = opening.state.generation > 0
        """Whether there is a conversation in the database, or never will be."""

    @property
    def done(self) -> bool:
        """Whether everything is written down."""
        return self.opened and not self.left

    @property
    def left(self) -> tuple[SaveTurn, ...]:
        """What may not be written down yet, in the order it must be."""
        writing = () if self._writing is None else (self._writing,)
        return (*writing, *self._waiting.values(), *self._unsaved.values())

    def changed(self, turn_id: str) -> None:
        """Write a turn down as it is now: it may be gone before the database is back."""
        turn = self._record.turn(turn_id)
        if turn is not None:
            self._waiting.pop(turn_id, None)
            self._unsaved[turn_id] = SaveTurn(
                call_id=self._opening.call_id,
                ordinal=self._record.ordinal(turn_id),
                turn=turn,
                timings_ms=self._record.timings_ms(turn_id),
            )

    def heard(self, turn_id: str) -> None:
        """A turn is complete and the next one is coming: write it down with that one.

        Half as many activities; whenever the caller stops talking, nothing is left waiting.
        """
        none_waits = not self._waiting
        self.changed(turn_id)
        if none_waits and turn_id in self._unsaved:
            self._waiting[turn_id] = self._unsaved.pop(turn_id)

    def hurry(self) -> None:
        """Nothing more is coming: write down what waits."""
        self._unsaved = {**self._waiting, **self._unsaved}
        self._waiting.clear()

    async def run(self) -> None:
        """Write down what there is, one after the other, until cancelled."""
        if not self.opened:
            await self._open()
            self.opened = True
        while True:
            await workflow.wait_condition(lambda: bool(self._unsaved))
            request = self._unsaved.pop(next(iter(self._unsaved)))
            earlier = tuple(self._waiting.values())
            self._waiting.clear()
            self._writing = request.model_copy(update={"earlier": earlier}) if earlier else request
            with written_or_logged():
                await workflow.execute_activity_method(
                    RecordActivities.save_turn,
                    self._writing,
                    **policies.told(policies.RECORD, f"turn {request.ordinal + 1}"),
                )
            self._writing = None

    async def _open(self) -> None:
        opened = OpenConversation(
            conversation=self._opening, workflow_id=workflow.info().workflow_id
        )
        with written_or_logged():
            await workflow.execute_activity_method(
                RecordActivities.open_conversation, opened, **policies.RECORD
            )


@contextmanager
def written_or_logged() -> Generator[None]:
    """Let what will never be written hold up neither what comes after it nor the call's end."""
    try:
        yield
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        workflow.logger.exception("this could not be written down")
