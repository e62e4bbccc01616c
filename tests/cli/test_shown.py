import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from convonet.caller.line import Event
from convonet.caller.script import Said
from convonet.cli.call_view import LiveView
from convonet.cli.calls_view import call_details, call_list
from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState
from convonet.contracts.conversation import Providers
from convonet.db.conversations import CallRecord, CallSummary, TurnRecord

BEGAN = datetime(2026, 11, 22, 10, tzinfo=UTC)
EVIL = "a\x1b]52;c;aGk=\x07 \x1b[2J \x9b31m \u202eb [red]c[/] \x08\r"
"""Sets the clipboard, clears the screen, colours, turns the writing around."""


def _is_harmless(printed: str) -> bool:
    return not any(mark in printed for mark in ("\x1b", "\x9b", "\x07", "\u202e", "\r", "\x08"))


def _call() -> CallRecord:
    summary = CallSummary(
        call_id="call",
        workflow_id="workflow",
        caller_name=EVIL,
        channel="browser",
        providers=Providers(stt=EVIL, llm=EVIL, tts=EVIL),
        started_at=BEGAN,
        ended_at=BEGAN,
        end_reason="hangup",
        turns=1,
    )
    result = ToolResult(call_id="1", state=ToolState.SUCCEEDED, text=EVIL, summary=EVIL)
    tool = ToolCall(id="1", name=EVIL, arguments={})
    turn = TurnRecord(
        ordinal=0,
        turn_id="t1",
        said=EVIL,
        typed=True,
        generated=EVIL,
        heard=EVIL[:20],
        interrupted=False,
        steps=(Step(text=EVIL, calls=(tool,), results=(result,)),),
        timings_ms={},
        at=None,
    )
    return CallRecord(summary=summary, turns=(turn,))


def test_what_was_said_has_no_power_over_who_looks_at_calls() -> None:
    printed = io.StringIO()
    console = Console(file=printed, width=200)
    console.print(call_list([_call().summary]))
    console.print(*call_details(_call()), sep="\n")
    assert "[red]c[/]" in printed.getvalue()
    assert _is_harmless(printed.getvalue())


def test_a_server_has_no_power_over_who_calls_it(capsys: pytest.CaptureFixture[str]) -> None:
    view = LiveView()
    view.said(Said(EVIL, None))
    for message in (
        {"type": "call_started", "workflow_url": EVIL, "providers": {"stt": EVIL}},
        {"type": "transcript", "text": EVIL, "final": True},
        {"type": "tool", "name": EVIL, "state": "failed", "summary": EVIL},
        {"type": "reply", "text": EVIL},
        {"type": "error", "message": EVIL},
        {"type": "call_ended", "reason": EVIL},
    ):
        view.event(Event(0.0, json.loads(json.dumps(message))))
    assert _is_harmless(capsys.readouterr().out)
