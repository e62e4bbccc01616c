"""Every sentence a conversation says by itself, and how it tells its story to operators."""

from collections.abc import Sequence

from convonet.contracts.assistant import ToolCall, Turn

GOODBYE = "Goodbye."
CANNOT_THINK = "Sorry, I can't think straight right now. Please try again in a moment."
TOO_MANY_STEPS = "Sorry, that takes more steps than I can do in one go. Let's do it in parts."
NOBODY_THERE = "I'm sorry, nobody can take your call right now. I'm still here to help."
NO_AGENTS = "No agents are available."
WANTS_HUMAN = "I want to talk to a human."

ENDING = "The call ends when your words have been heard."
INTERRUPTED = "The caller interrupted before this was done; it was not needed any more."
INTERRUPTED_BEFORE = "Not done: the caller interrupted before it began."
TOOL_TIMED_OUT = "This took too long and was given up. It may or may not have happened."
TOOL_FAILED = "This did not work. Nothing is known to have changed."

_QUOTE_LIMIT = 90
_STORY_TURNS = 30


def greeting(name: str) -> str:
    """Return the first words to a caller."""
    first = name.split(maxsplit=1)[0] if name.strip() else ""
    return f"Hello {first}, how can I help?" if first else "Hello, how can I help?"


def quoted(text: str) -> str:
    """Return words in quotation marks, short enough for one line."""
    short = text if len(text) <= _QUOTE_LIMIT else text[: _QUOTE_LIMIT - 1].rstrip() + "…"
    return f"“{short}”"


def tool_summary(call: ToolCall) -> str:
    """Return a tool call as one line."""
    arguments = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
    line = f"{call.name}({arguments})"
    return line if len(line) <= _QUOTE_LIMIT else line[: _QUOTE_LIMIT - 1] + "…"


def story(turns: Sequence[Turn]) -> str:
    """Return the newest turns as Markdown: a call log that reads like one."""
    return "\n\n".join(_turn(turn) for turn in turns[-_STORY_TURNS:])


def _turn(turn: Turn) -> str:
    lines = [f"**Caller:** {turn.said}"] if turn.said else []
    for step in turn.steps:
        states = {result.call_id: result.state.value for result in step.results}
        lines += [f"- `{tool_summary(call)}` {states.get(call.id, '')}" for call in step.calls]
    words = turn.heard if turn.heard is not None else " ".join(s.text for s in turn.steps if s.text)
    if words:
        lines.append(f"**Assistant:** {words}{' (interrupted)' if turn.interrupted else ''}")
    return "\n\n".join(lines)
