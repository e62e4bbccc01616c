"""What a turn asks of whoever thinks."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from convonet.contracts.assistant import TakeTurn, ToolCall, ToolSpec


class Assistant(Protocol):
    """Goes on with a conversation, one step at a time."""

    @property
    def name(self) -> str:
        """Who it is, for people: "Claude claude-haiku-4-5"."""
        ...

    def go_on(
        self, request: TakeTurn, tools: Sequence[ToolSpec], said: Sequence[str]
    ) -> AsyncGenerator[str | ToolCall, None]:
        """Yield the step's words as they come (any pieces), and the tools it needs.

        `said` are sentences of this very step that an earlier attempt has already spoken: they
        are not yielded again; the words go on from there.

        Raises:
            ProviderBusy: overloaded, rate-limited, cut off; worth another attempt.
            ProviderRefused: the request or the key is wrong.
        """
        ...
