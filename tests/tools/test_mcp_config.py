import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from convonet.errors import SettingsError
from convonet.tools.mcp_config import ExternalConfig, read_mcp_config


def written(folder: Path, servers: JsonValue) -> Path:
    path = folder / "mcp_config.json"
    path.write_text(json.dumps({"mcpServers": servers}), "utf-8")
    return path


def test_servers_are_read_in_the_usual_form(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {
            "files": {"command": "npx", "args": ["-y", "files", "${DIR:-/srv}"], "type": "stdio"},
            "wiki": {"url": "https://wiki.example/mcp", "headers": {"Authorization": "${TOKEN}"}},
            "off": {"command": "x", "disabled": True},
        },
    )
    assert read_mcp_config(path, {"TOKEN": "Bearer t"}) == {
        "files": ExternalConfig(command="npx", args=("-y", "files", "/srv")),
        "wiki": ExternalConfig(
            url="https://wiki.example/mcp", headers={"Authorization": "Bearer t"}
        ),
    }


@pytest.mark.parametrize(
    ("servers", "complaint"),
    [
        ({"a": {}}, "mcpServers.a: needs either `command` or `url`"),
        ({"a": {"command": "x", "url": "https://x"}}, "mcpServers.a: needs either"),
        ({"a": {"url": "ftp://secret"}}, "mcpServers.a: url: String should match"),
        ({"a": {"command": "x", "env": {"K": "${MISSING}"}}}, "a: MISSING is not set"),
        ({"a b": {"command": "x"}}, "mcpServers.a b: a name has"),
        ({"a": "x"}, "mcpServers.a: Input should be"),
        ([], "mcpServers: Input should be"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(
    tmp_path: Path, servers: JsonValue, complaint: str
) -> None:
    with pytest.raises(SettingsError, match=r"^mcp_config\.json: ") as refused:
        read_mcp_config(written(tmp_path, servers), {})
    assert complaint in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_json_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mcp_config.json"
    with pytest.raises(SettingsError, match="No such file"):
        read_mcp_config(path, {})
    path.write_text("{")
    with pytest.raises(SettingsError, match="line 1"):
        read_mcp_config(path, {})
