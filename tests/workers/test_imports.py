"""A process that dies in a call is away for as long as it imports: it must import only its own."""

import subprocess
import sys

import pytest

SPEECH = {"ctranslate2", "onnxruntime", "tokenizers", "deepgram"}
ASSISTANT = {"anthropic", "langchain_anthropic", "langchain_core", "langgraph", "hassil"}
TOOLS = {"mcp"}
DATABASE = {"sqlalchemy", "asyncpg"}
REPORTS = {"sentry_sdk", "twilio"}


def loaded(code: str) -> set[str]:
    """The packages a process has loaded after `code`."""
    code += "\nimport sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "foreign"),
    [
        ("import convonet.cli.api", SPEECH | ASSISTANT | TOOLS | REPORTS),
        (
            "import convonet.cli.worker, workers.voice, convonet.speech.local.load",
            ASSISTANT | TOOLS | DATABASE | REPORTS | {"deepgram"},
        ),
        (
            "import convonet.cli.worker, workers.conversation, convonet.assistant.language_model\n"
            "import convonet.assistant.offline.model",
            SPEECH | REPORTS | {"anthropic", "langchain_anthropic"},
        ),
    ],
    ids=["api", "voice worker", "conversation worker"],
)
def test_a_process_without_keys_loads_only_what_it_uses(code: str, foreign: set[str]) -> None:
    assert loaded(code) & foreign == set()
