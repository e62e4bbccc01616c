import json
import wave
from pathlib import Path

from tests.calls.placing import Ground


async def test_a_spoken_todo_is_made_and_spoken_back(offline: Ground, tmp_path: Path) -> None:
    recording = tmp_path / "heard.wav"
    code, output = await offline.command(
        "call",
        "--json",
        "--record",
        str(recording),
        "--say",
        "Create a high priority todo to review the quarterly report",
        "--say",
        "Show me all my todos",
    )
    events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    assert code == 0, output
    replies = " ".join(event["text"] for event in events if event["type"] == "reply")
    assert replies.lower().count("review the quarterly report") == 2
    tools = [(e["name"], e["state"]) for e in events if e["type"] == "tool"]
    assert tools == [
        ("create_todo", "started"),
        ("create_todo", "succeeded"),
        ("get_todos", "started"),
        ("get_todos", "succeeded"),
    ]
    todos = await offline.rows(
        "select priority from todos_convonet where title ilike '%quarterly%'"
    )
    assert [row.priority for row in todos] == ["high"]
    with wave.open(str(recording)) as heard:
        assert heard.getnframes() / heard.getframerate() > 5


async def test_an_interruption_stops_the_sound_and_history_holds_what_was_heard(
    offline: Ground,
) -> None:
    async with offline.call() as call:
        await call.type("what can you do")
        await call.heard("t1", 1_500)
        await call.say("Stop, show me my todos please.")
        await call.until("clear", turn_id="t1")
        await call.until("transcript", turn_id="t2", final=True)
        await call.heard_out("t2")
        said = " ".join(call.replies("t1"))
        played_ms = call.line.loudspeaker.played_ms()["t1"]
    rows = await offline.rows_until(
        2,
        "select turn_id, heard, generated, interrupted from turns where call_id = :id"
        " and heard is not null order by ordinal",
        id=call.line.call_id,
    )
    first, second = rows
    assert first.interrupted
    assert not second.interrupted
    assert first.generated.startswith(first.heard)
    assert len(first.heard) < len(said)
    # Joe says about 15 characters a second; words beyond what was played are not in the record.
    assert len(first.heard) <= played_ms / 1_000 * 30 + 20
    assert call.seqs() == list(range(call.seqs()[0], call.seqs()[0] + len(call.seqs())))


async def test_goodbye_ends_the_call_when_it_has_been_heard(offline: Ground) -> None:
    async with offline.call() as call:
        await call.say("Goodbye.")
        ended = await call.until("call_ended")
    assert ended["reason"] == "goodbye"
    assert call.replies("t1")
    assert call.line.loudspeaker.played_ms()["t1"] > 300


async def test_a_wish_for_a_human_is_answered_honestly(offline: Ground) -> None:
    async with offline.call() as call:
        await call.line.send({"type": "transfer"})
        failed = await call.until("transfer", state="failed")
        await call.until("turn")
    assert failed["reason"]


async def test_every_wav_that_can_be_read_can_be_played(offline: Ground, tmp_path: Path) -> None:
    code, output = await offline.command("call", "--wav", str(tmp_path / "missing.wav"))
    assert code == 1
    assert "missing.wav" in output
