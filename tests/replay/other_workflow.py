"""The conversation with a stray change, as somebody might make it by mistake."""

from datetime import timedelta

from temporalio import workflow

from convonet.contracts.conversation import ConversationInput, ConversationResult
from workflows.conversation import ConversationWorkflow


@workflow.defn(name="ConversationWorkflow")
class HastyConversationWorkflow(ConversationWorkflow):
    """Waits before it begins, which running calls never did."""

    @workflow.init
    def __init__(self, opening: ConversationInput) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: ConversationInput) -> ConversationResult:
        """Wait a little, then do the same."""
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(opening)
