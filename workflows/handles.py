"""How the rest of Convonet talks to conversations, in types. Not for use inside a workflow."""

from collections.abc import Callable
from typing import TypeVar

from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from convonet import ids
from convonet.contracts.conversation import (
    Channel,
    ConversationInput,
    ConversationResult,
    ConversationView,
    Heard,
    HungUp,
    TransferRequest,
    Utterance,
    Withdrawal,
)
from convonet.errors import NotFound, Unavailable
from temporal import policies, queues, search
from workflows.conversation import ConversationWorkflow

T = TypeVar("T")

Handle = WorkflowHandle[ConversationWorkflow, ConversationResult]

_DIRECTION = {Channel.BROWSER: "inbound-browser", Channel.PHONE: "inbound-phone"}


class Conversations:
    """Every conversation, by call id.

    Telling one something raises `NotFound` when it is over and `Unavailable` when Temporal does
    not answer; telling it again is harmless.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, opening: ConversationInput) -> Handle:
        """Begin a conversation.

        Raises:
            WorkflowAlreadyStartedError: this call has begun before.
            RPCError: Temporal does not answer.
        """
        attributes = TypedSearchAttributes(
            [
                SearchAttributePair(search.CALL_STATE, "active"),
                SearchAttributePair(search.CALL_DIRECTION, _DIRECTION[opening.channel]),
                SearchAttributePair(search.CALLER_ID, str(opening.caller.user_id)),
            ]
        )
        return await self._client.start_workflow(
            ConversationWorkflow.run,
            opening,
            id=ids.conversation_workflow(opening.call_id),
            task_queue=queues.CONVERSATIONS,
            task_timeout=policies.TASK_TIMEOUT,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=attributes,
            static_summary=f"{opening.channel} call",
        )

    async def utterance_ended(self, call_id: str, utterance: Utterance) -> None:
        """Tell a conversation what its caller said."""
        await self._signal(call_id, ConversationWorkflow.utterance_ended, utterance)

    async def utterance_withdrawn(self, call_id: str, withdrawal: Withdrawal) -> None:
        """Take an eager utterance back: the caller goes on speaking."""
        await self._signal(call_id, ConversationWorkflow.utterance_withdrawn, withdrawal)

    async def barged_in(self, call_id: str, heard: Heard) -> None:
        """Tell a conversation that its caller spoke over the assistant."""
        await self._signal(call_id, ConversationWorkflow.barged_in, heard)

    async def playout_ended(self, call_id: str, heard: Heard) -> None:
        """Tell a conversation that a turn has been heard to its end."""
        await self._signal(call_id, ConversationWorkflow.playout_ended, heard)

    async def transfer_requested(self, call_id: str, request: TransferRequest) -> None:
        """Tell a conversation that its caller pressed "talk to a human"."""
        await self._signal(call_id, ConversationWorkflow.transfer_requested, request)

    async def hung_up(self, call_id: str, hung_up: HungUp) -> None:
        """Tell a conversation that it is over for its caller."""
        await self._signal(call_id, ConversationWorkflow.hung_up, hung_up)

    async def view(self, call_id: str) -> ConversationView:
        """Return a conversation so far."""
        return await self.handle(call_id).query(ConversationWorkflow.view)

    async def _signal(
        self, call_id: str, signal: Callable[[ConversationWorkflow, T], object], body: T
    ) -> None:
        try:
            await self.handle(call_id).signal(signal.__name__, body)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise NotFound(f"call {call_id} is over") from error
            raise Unavailable(f"Temporal does not answer: {error.status.name}") from error

    def handle(self, call_id: str) -> Handle:
        """Return the handle of a call's conversation, whichever run it is in."""
        return self._client.get_workflow_handle_for(
            ConversationWorkflow.run, ids.conversation_workflow(call_id)
        )
