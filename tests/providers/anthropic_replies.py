"""What the Anthropic protocol server answers: scripted replies, and rules for all else."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

_PIECE = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True)
class Call:
    """A tool call in a reply; `raw` replaces the JSON of the arguments, to have it broken."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict[str, object])
    raw: str | None = None
    id: str = field(default_factory=lambda: "toolu_" + secrets.token_hex(12))


@dataclass(frozen=True)
class Reply:
    """One answer to `POST /v1/messages`. Delays count in ms, places in streamed pieces."""

    text: str = ""
    calls: Sequence[Call] = ()
    stop_reason: str | None = None
    thinking: str = ""
    first_token_ms: float | None = None
    token_ms: float | None = None
    status: int = 200
    error: str = "api_error"
    retry_after_s: int | None = None
    then: Literal["finish", "cut", "error", "stall", "end"] = "finish"
    """How it goes on behind `after` pieces: cut connection, SSE error event, silence, early end."""
    after: int = 0

    @property
    def stopped(self) -> str:
        """The stop reason the client is told."""
        return self.stop_reason or ("tool_use" if self.calls else "end_turn")

    def pieces(self) -> Iterator[tuple[str, dict[str, object]]]:
        """Yield the content as events, in words and in fragments of JSON."""
        index = 0
        if self.thinking:
            block: dict[str, object] = {"type": "thinking", "thinking": "", "signature": ""}
            delta = {"type": "thinking_delta", "thinking": self.thinking}
            yield from _block(index, block, [delta])
            index += 1
        if self.text:
            words = [{"type": "text_delta", "text": word} for word in _PIECE.findall(self.text)]
            yield from _block(index, {"type": "text", "text": ""}, words)
            index += 1
        for place, call in enumerate(self.calls, index):
            block = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
            text = json.dumps(call.arguments) if call.raw is None else call.raw
            parts = ["", *(text[at : at + 7] for at in range(0, len(text), 7))]
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
            yield from _block(place, block, deltas)

    def blocks(self) -> list[dict[str, object]]:
        """Return the content as a whole message has it."""
        text: list[dict[str, object]] = [{"type": "text", "text": self.text}] if self.text else []
        return text + [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": dict(call.arguments)}
            for call in self.calls
        ]


@dataclass(frozen=True)
class Rule:
    """Words of the caller that make the default behaviour call a tool.

    Arguments may name groups of the pattern: `"{title}"`.
    """

    pattern: str
    tool: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])

    def call(self, words: str) -> Call | None:
        """Return the call that `words` ask for."""
        match = re.search(self.pattern, words, re.IGNORECASE)
        if match is None:
            return None
        groups = {name: (text or "").strip(" .?!") for name, text in match.groupdict().items()}
        return Call(
            self.tool, {name: text.format(**groups) for name, text in self.arguments.items()}
        )


RULES = (
    Rule(r"\b(goodbye|bye)\b", "end_call", {"farewell": "Goodbye, talk to you soon."}),
    Rule(r"\b(human|real person|agent)\b", "transfer_to_agent", {"reason": "asked for a person"}),
    Rule(r"\bundo\b", "undo_last_change"),
    Rule(
        r"\b(?:create|add) an? (?P<priority>high|medium|low)[- ]priority to-?do to (?P<title>.+)",
        "create_todo",
        {"title": "{title}", "priority": "{priority}"},
    ),
    Rule(r"\b(?:create|add) a to-?do to (?P<title>.+)", "create_todo", {"title": "{title}"}),
    Rule(r"\bmy\b.*\bto-?dos\b", "get_todos"),
    Rule(r"\bmy\b.*\breminders\b", "get_reminders"),
)
"""What the default behaviour understands, where the request offers the tool."""


def sensible_reply(request: Mapping[str, object], rules: Sequence[Rule] = RULES) -> Reply:
    """Answer anything: a tool result with its words, an utterance with a tool call or an echo."""
    messages = cast(list[dict[str, object]], request["messages"])
    content = messages[-1]["content"]
    blocks = cast(
        list[dict[str, object]],
        [{"type": "text", "text": content}] if isinstance(content, str) else content,
    )
    words = _caller_words(blocks)
    results = [_result_text(block) for block in blocks if block["type"] == "tool_result"]
    if results and not words:
        return Reply(" ".join(result.splitlines()[0] for result in results if result) or "Done.")
    offered = {tool["name"] for tool in cast(list[dict[str, object]], request.get("tools") or [])}
    for rule in rules:
        if rule.tool in offered and (call := rule.call(words)) is not None:
            return Reply(calls=[call])
    if not words:
        return Reply("Hello there. How can I help you?")
    return Reply(f"You said: {words.rstrip('.?!')}. Tell me more about it.")


def _caller_words(blocks: Sequence[Mapping[str, object]]) -> str:
    """Return the newest utterance: bracketed lines are the telephone system's."""
    texts = [str(block["text"]) for block in blocks if block["type"] == "text"]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    spoken = [line for line in lines if line and not line.startswith("[")]
    return spoken[-1] if spoken else ""


def _result_text(block: Mapping[str, object]) -> str:
    content = block.get("content", "")
    if isinstance(content, str):
        return content.strip()
    return " ".join(str(part["text"]) for part in cast(list[dict[str, object]], content)).strip()


def _block(
    index: int, block: Mapping[str, object], deltas: Sequence[Mapping[str, object]]
) -> Iterator[tuple[str, dict[str, object]]]:
    yield "content_block_start", {"index": index, "content_block": dict(block)}
    for delta in deltas:
        yield "content_block_delta", {"index": index, "delta": dict(delta)}
    yield "content_block_stop", {"index": index}
