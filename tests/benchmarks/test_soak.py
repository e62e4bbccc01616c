import re
from pathlib import Path
from typing import Any

from benchmarks.results import Machine
from benchmarks.soak import document, script, verdicts
from benchmarks.soak.results import Call, Long, Mixed, Sample
from benchmarks.soak.tones import KINDS, RATE, Tones, speech

MACHINE = Machine(cpu="x", cores=2, memory_gb=1, kernel="x", python="x", versions={})
MS = RATE * 2 // 1_000


def understood(pcm: bytes, piece_ms: int = 37) -> list[str]:
    tones = Tones()
    for start in range(0, len(pcm), piece_ms * MS):
        tones.feed(pcm[start : start + piece_ms * MS])
    return tones.words


def test_every_utterance_is_understood_however_its_sound_is_cut_into_pieces() -> None:
    for number in (0, 1, 7, 8, 4_095):
        for kind in KINDS:
            words = script.utterance(kind, number)
            sound = bytes(33 * MS) + speech(words) + bytes(200 * MS)
            assert understood(sound) == list(words)


def test_no_two_utterances_are_alike() -> None:
    assert len({script.utterance("ask", number) for number in range(script.MOST)}) == script.MOST


def test_a_hole_in_the_sound_loses_a_word_and_a_scratch_does_not() -> None:
    words = script.utterance("tell", 1_234)
    sound = speech(words)
    assert understood(sound[: 300 * MS] + sound[600 * MS :]) == [words[0], *words[2:]]
    assert understood(sound[: 400 * MS] + sound[420 * MS :]) == list(words)


def test_what_is_heard_twice_is_understood_twice() -> None:
    sound = speech(script.utterance("add", 5))
    assert understood(sound + sound) == [*script.utterance("add", 5)] * 2


def asked(*blocks: dict[str, Any]) -> dict[str, Any]:
    first = {"role": "user", "content": "add alpha alpha alpha bravo"}
    return {"messages": [first, {"role": "user", "content": list(blocks)}]}


def test_a_change_is_made_before_it_is_told_and_what_was_said_since_comes_first() -> None:
    (call,) = script.answer({"messages": asked()["messages"][:1]}).calls
    assert call.arguments == {"title": "Item alpha alpha alpha bravo"}
    result = {"type": "tool_result", "tool_use_id": "x", "content": "done"}
    told = script.answer(asked(result))
    assert (told.text, told.calls) == ("I have put alpha alpha alpha bravo on your list.", ())
    newer = {"type": "text", "text": "[A note.]\nask hotel golf golf alpha"}
    assert "hotel golf golf alpha" in script.answer(asked(result, newer)).text


def long_call(mb_per_minute: float, **fields: Any) -> Long:
    samples = [
        Sample(
            at_s=minute * 60.0,
            rss_mb={},
            anon_mb={"api": 100 + mb_per_minute * minute},
            valkey_used_mb=10,
            keys_kb={"in": 8_000},
            rows={"turns": minute},
            database_mb=9,
            run=1,
            run_events=200,
            run_kb=90,
        )
        for minute in range(120)
    ]
    known: dict[str, Any] = {
        "at": "2026-01-01T00:00:00+00:00",
        "commit": "x",
        "machine": MACHINE,
        "minutes": 120,
        "warm_up_minutes": 25,
        "history_events": None,
        "counts": {"ask": 3, "interrupted": 1},
        "lags_ms": [(float(at), 150.0) for at in range(20)],
        "silences_s": [0.5],
        "samples": samples,
        "finished": True,
    }
    return Long(**(known | fields))


def test_a_long_call_is_as_it_should_be_when_nothing_grows() -> None:
    assert verdicts.bad(long_call(0.01)) == []
    assert any("api grows by 60" in what for what in verdicts.bad(long_call(1.0)))


def test_a_long_call_that_drifts_errs_or_keeps_one_endless_run_is_not() -> None:
    late = [(float(at), 150.0 + at * 5) for at in range(20)]
    assert verdicts.bad(long_call(0, lags_ms=late))
    assert verdicts.bad(long_call(0, faults={"seq_gaps": 1}))
    assert verdicts.bad(long_call(0, runs_events=[9_000]))
    assert verdicts.bad(long_call(0, finished=False))


def mixed(**fields: Any) -> Mixed:
    call = Call(
        call_id="x",
        began_s=0,
        lasted_s=60,
        utterances=5,
        lost_connections=1,
        faults={},
        stuck="",
        details=[],
        silences_s=[0.7, 2.5],
    )
    known: dict[str, Any] = {
        "at": "2026-01-01T00:00:00+00:00",
        "commit": "x",
        "machine": MACHINE,
        "minutes": 30,
        "seed": 1,
        "calls_at_once": 6,
        "calls": [call],
        "effects": {"asked": 3, "lost": 0, "doubled": 0},
        "left": {"keys": 0},
        "finished": True,
    }
    return Mixed(**(known | fields))


def test_calls_under_kills_are_as_they_should_be_when_nothing_is_lost_or_stays() -> None:
    assert verdicts.bad(mixed()) == []
    assert verdicts.bad(mixed(left={"keys": 1}))
    assert verdicts.bad(mixed(effects={"asked": 3, "lost": 1, "doubled": 0}))
    stuck = mixed().calls[0].model_copy(update={"stuck": "no answer"})
    assert verdicts.bad(mixed(calls=[stuck]))


def test_results_take_their_places_in_the_document(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    marks = [
        f"<!-- soak: {kind} -->\nold\n<!-- end of soak: {kind} -->" for kind in ("long", "mixed")
    ]
    page.write_text("\n\n".join(marks))
    kept = tmp_path / "long.json"
    kept.write_text(long_call(0).model_dump_json())
    document.write([document.read(kept)], page)
    first, second = re.split(r"<!-- end of soak: long -->", page.read_text())
    assert "one call of 120 minutes" in first
    assert "old" not in first
    assert "old" in second
