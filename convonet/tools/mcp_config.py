"""Reads `mcp_config.json`: other people's MCP servers, in the form every MCP client uses."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from convonet.errors import SettingsError

_VARIABLE: Final = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class ExternalConfig(BaseModel):
    """How to reach one server: a command to start, or a URL."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    command: str | None = None
    args: tuple[str, ...] = ()
    env: dict[str, str] = Field(default={}, repr=False)
    cwd: Path | None = None
    url: str | None = Field(default=None, pattern=r"^https?://", repr=False)
    headers: dict[str, str] = Field(default={}, repr=False)
    disabled: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> "ExternalConfig":
        if (self.command is None) == (self.url is None):
            raise ValueError("needs either `command` or `url`")
        return self


class _File(BaseModel):
    servers: dict[str, JsonValue] = Field(alias="mcpServers")


def read_mcp_config(
    path: Path, environment: Mapping[str, str] = os.environ
) -> dict[str, ExternalConfig]:
    """Return the enabled servers of the file by name; `${NAME}` and `${NAME:-else}` are filled in.

    Raises:
        SettingsError: one line that names the server and what is wrong; values are never shown.
    """
    try:
        file = _File.model_validate(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise SettingsError(f"{path.name}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path.name}: line {error.lineno}: {error.msg}") from None
    except ValidationError as error:
        raise SettingsError(f"{path.name}: {_first(error)}") from None
    servers = {name: _server(path, name, raw, environment) for name, raw in file.servers.items()}
    return {name: server for name, server in servers.items() if not server.disabled}


def _server(
    path: Path, name: str, raw: JsonValue, environment: Mapping[str, str]
) -> ExternalConfig:
    where = f"{path.name}: mcpServers.{name}"
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{where}: a name has up to 40 letters, digits, - and _")
    try:
        return ExternalConfig.model_validate(_expanded(raw, environment))
    except ValidationError as error:
        raise SettingsError(f"{where}: {_first(error)}") from None
    except KeyError as error:
        raise SettingsError(f"{where}: {error.args[0]} is not set in the environment") from None


def _expanded(value: JsonValue, environment: Mapping[str, str]) -> JsonValue:
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: _value(found, environment), value)
    if isinstance(value, list):
        return [_expanded(item, environment) for item in value]
    if isinstance(value, dict):
        return {key: _expanded(item, environment) for key, item in value.items()}
    return value


def _value(found: re.Match[str], environment: Mapping[str, str]) -> str:
    name, otherwise = found.groups()
    if environment.get(name):
        return environment[name]
    if otherwise is None:
        raise KeyError(name)
    return otherwise


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
