"""What is to be spoken, on its way from the assistant to the media session."""

from typing import Literal

from convonet.contracts import Contract
from convonet.contracts.assistant import ToolCall


class Say(Contract):
    """An entry of `call:{id}:say`.

    `sentence` is something to speak; `end` says that the step has nothing more to say. The
    media session takes each (turn, step, index) once and drops what is older than the epoch.
    """

    kind: Literal["sentence", "end"]
    turn_id: str
    epoch: int
    step: int
    index: int
    """Counts the entries of the step from 0."""
    text: str = ""
    final: bool = False
    """On `end`: the turn is over, no tools follow."""
    calls: tuple[ToolCall, ...] = ()
    """On `end`: the tools the step wants, so that a retry after it returns the very same step."""
    started_ms: int = 0
    """When `take_turn` began this step, Unix ms."""
    first_token_ms: int = 0
    """When the model's first token came, Unix ms; 0 when there was none."""
