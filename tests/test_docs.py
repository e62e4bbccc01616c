"""The documents are true: what they name exists, and what exists is named."""

import re
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from convonet.cli import COMMANDS
from convonet.contracts.voice import ClientMessage, ServerMessage
from convonet.settings import Settings
from convonet.speech.local import models
from convonet.tools.mcp_config import read_mcp_config

ROOT = Path(__file__).parents[1]
DOCS = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "THIRD_PARTY_NOTICES.md"),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)
PACKAGES = ("convonet", "temporal", "workflows", "activities", "workers", "api")
MADE_LATER = {"mcp_config.json", "ui/dist", ".env"}
"""Made by whoever runs it, or by building."""
MESSAGES = [*ClientMessage.__subclasses__(), *ServerMessage.__subclasses__()]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sources(*folders: str) -> dict[str, str]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in found}


def in_code(document: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text(document)))


def paths_named(document: str) -> set[str]:
    ours = (*PACKAGES, "docs", "tests", "ui")
    named = {name for name in in_code(document) if name.split("/")[0] in ours and "/" in name}
    bare = r"[\w.-]+\.(?:py|md|toml|yml|yaml|json|lock)"
    named |= {name for name in in_code(document) if re.fullmatch(bare, name)}
    return {name for name in named if re.fullmatch(r"[\w./-]+", name)} - MADE_LATER


def links(document: str) -> set[str]:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(document))
    return {target for target in targets if not target.startswith(("http://", "https://"))}


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_file_a_document_names_is_there(document: str) -> None:
    assert {name for name in paths_named(document) if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("document", [name for name in DOCS if name.startswith("docs/")])
def test_every_source_a_record_names_is_there(document: str) -> None:
    named = {name for name in paths_named(document) if "/" in name}
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("document", DOCS)
def test_every_link_leads_somewhere(document: str) -> None:
    here = (ROOT / document).parent
    dead = {target for target in links(document) if not (here / target).resolve().exists()}
    assert {str(target) for target in dead} - MADE_LATER == set()


@pytest.mark.parametrize("document", DOCS)
def test_every_method_a_document_names_is_there(document: str) -> None:
    code = "\n".join(sources(*PACKAGES).values())
    named = {name for name in in_code(document) if re.fullmatch(r"[A-Z]\w+\.[a-z_]\w*", name)}
    missing = {
        name
        for name in named
        if not re.search(rf"^class {name.split('.')[0]}\b", code, re.M)
        or not re.search(rf"^    (async )?def {name.split('.')[1]}\b", code, re.M)
    }
    assert missing == set()


def test_every_folder_is_in_the_architecture() -> None:
    shared = {
        f"convonet/{path.name}/"
        for path in (ROOT / "convonet").iterdir()
        if (path / "__init__.py").exists()
    }
    folders = shared | {f"{package}/" for package in PACKAGES if package != "convonet"}
    assert folders - in_code("ARCHITECTURE.md") == set()


def test_every_setting_is_in_the_operations_manual() -> None:
    settings = {name.upper() for name in Settings.model_fields}
    assert settings - in_code("docs/operations.md") == set()


def test_the_operations_manual_names_no_setting_that_is_gone() -> None:
    row = r"^\| (`[A-Z][A-Z0-9_]+`(?:, `[A-Z0-9_]+`)*) \|"
    rows = re.findall(row, text("docs/operations.md"), re.M)
    named = {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    assert named - {name.upper() for name in Settings.model_fields} == set()


def test_the_operations_manual_tells_the_defaults() -> None:
    manual = text("docs/operations.md")
    wrong: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        row = re.search(rf"^\| `{name.upper()}` \| ([^|]*) \|", manual, re.M)
        default = field.default
        if row is None or not isinstance(default, str | int | float) or default == "":
            continue
        told = row.group(1).strip("` ")
        if isinstance(default, bool):
            default = str(default).lower()
        if told != (f"{default:g}" if isinstance(default, int | float) else default):
            wrong[name] = told
    assert wrong == {}


def test_every_error_code_is_in_the_voice_protocol() -> None:
    code = "\n".join(sources("api/voice", "convonet/session").values())
    used = set(re.findall(r"(?:Refusal|Ending)\(\s*\"(\w+)\"", code))
    used |= set(re.findall(r"Error\(\s*code=\"(\w+)\"", code))
    assert "bad_json" in used
    assert "hearing_unavailable" in used
    documented = set(re.findall(r"^\| `(\w+)` \|", text("docs/voice-protocol.md"), re.M))
    assert used - documented == set()


@pytest.mark.parametrize("message", MESSAGES)
def test_every_voice_message_and_field_is_in_the_voice_protocol(message: type[BaseModel]) -> None:
    (kind,) = get_args(message.model_fields["type"].annotation)
    fields = message.model_fields.keys() - {"type"}
    assert {kind, *fields} - in_code("docs/voice-protocol.md") == set()


def test_every_command_is_in_the_readme() -> None:
    readme = text("README.md")
    assert [name for name in COMMANDS if f"`convonet {name}" not in readme] == []


def test_every_model_and_its_digest_is_in_the_notices() -> None:
    notices = text("THIRD_PARTY_NOTICES.md")
    files = [getattr(models, name) for name in ("VAD", "TURN", "VOICE", "WHISPER_TINY")]
    for file in (*files, *models.WHISPER_BASE):
        assert file.sha256 in notices
        assert f"`{Path(file.path).name}`" in notices


def test_every_decision_is_in_the_index() -> None:
    index = links("docs/decisions/README.md")
    records = {path.name for path in (ROOT / "docs/decisions").glob("0*.md")}
    assert records == index


def test_the_example_of_external_servers_is_valid() -> None:
    servers = read_mcp_config(ROOT / "mcp_config.example.json", {"TICKETS_TOKEN": "t"})
    assert set(servers) == {"files", "tickets"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_module_of_its_name(name: str) -> None:
    assert hasattr(import_module(f"convonet.cli.{name}"), name)
