from pathlib import Path

import pytest

from convonet.embedded.program import Program


async def _answers() -> bool:
    return True


def _environment(monkeypatch: pytest.MonkeyPatch, *, ours: bool) -> dict[str, str]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a key")
    monkeypatch.setenv("LC_TIME", "C")
    program = Program("name", ("true",), _answers, env={"ADDED": "1"}, ours=ours)
    return program.environment(Path("/home"))


def test_our_own_processes_get_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _environment(monkeypatch, ours=True)["ANTHROPIC_API_KEY"] == "a key"


def test_other_peoples_servers_get_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _environment(monkeypatch, ours=False)
    assert set(found) >= {"PATH", "LC_TIME", "ADDED"}
    assert "a key" not in found.values()
