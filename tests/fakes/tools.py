"""Tools that do nothing, in the way a test says."""

from collections.abc import Sequence

from convonet.contracts.assistant import CallTool, ToolResult, ToolSpec, ToolState


class ScriptedTools:
    """Offers tools and answers each call with the next outcome, then with success."""

    def __init__(
        self, specs: Sequence[ToolSpec] = (), outcomes: Sequence[ToolState | Exception] = ()
    ) -> None:
        self._specs = specs
        self._outcomes = list(outcomes)
        self.called: list[CallTool] = []

    def specs(self) -> Sequence[ToolSpec]:
        return self._specs

    async def call(self, request: CallTool) -> ToolResult:
        self.called.append(request)
        outcome = self._outcomes.pop(0) if self._outcomes else ToolState.SUCCEEDED
        if isinstance(outcome, Exception):
            raise outcome
        name = request.call.name
        return ToolResult(
            call_id=request.call.id, state=outcome, text=f"{name}: {outcome}", summary=str(outcome)
        )
