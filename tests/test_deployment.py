"""The containers run with settings that exist, and as the embedded stack does."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from convonet.embedded import temporal_server
from convonet.settings import Settings
from temporal import search

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = {name.upper() for name in Settings.model_fields}
OURS = ["migrate", "api", "voice-worker", "conversation-worker"]


class Service(BaseModel):
    model_config = ConfigDict(extra="ignore")

    image: str
    command: list[str] = []
    user: str | None = None
    environment: dict[str, str] = {}
    depends_on: dict[str, dict[str, str]] = {}
    healthcheck: dict[str, object] | None = None
    restart: str


class Compose(BaseModel):
    model_config = ConfigDict(extra="ignore")

    services: dict[str, Service]
    volumes: dict[str, None]


SERVICES = Compose.model_validate(yaml.safe_load(COMPOSE)).services


def names_in_example() -> set[str]:
    return set(re.findall(r"^# ([A-Z][A-Z0-9_]+)=", EXAMPLE, re.MULTILINE))


def names_asked_for() -> set[str]:
    """What `docker compose` puts in from .env while it reads the file."""
    return set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", COMPOSE))


@pytest.mark.parametrize("service", OURS)
def test_containers_are_given_settings_that_exist(service: str) -> None:
    given = SERVICES[service].environment
    assert given.keys() <= SETTINGS
    values = {name.lower(): re.sub(r"\$\{[^}]*\}", "x" * 32, given[name]) for name in given}
    values["temporal_ui_url"] = "http://localhost:8233"
    Settings.model_validate(values)


def test_every_name_in_the_example_is_a_setting_or_for_the_containers() -> None:
    assert names_in_example() - SETTINGS - names_asked_for() == set()


def test_the_example_shows_the_defaults() -> None:
    shown = re.findall(r"^# ([A-Z][A-Z0-9_]+)=(\S+)", EXAMPLE, re.MULTILINE)
    known = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    wrong = {
        name: value
        for name, value in shown
        if known.get(name) and Settings.model_validate({name.lower(): value}) != Settings()
    }
    assert wrong == {}


def test_every_name_the_containers_ask_for_is_in_the_example() -> None:
    pinned_here = {"TEMPORAL_SERVER_VERSION"}
    assert names_asked_for() - names_in_example() == pinned_here


def test_every_service_that_is_waited_for_exists_and_can_tell_that_it_is_ready() -> None:
    for service in SERVICES.values():
        for name, wait in service.depends_on.items():
            healthy = wait["condition"] == "service_healthy"
            assert healthy == (SERVICES[name].healthcheck is not None)
            assert healthy == (SERVICES[name].restart == "unless-stopped")


def test_everything_that_keeps_running_says_whether_it_is_well() -> None:
    running = {name for name, one in SERVICES.items() if one.restart == "unless-stopped"}
    silent = {name for name in running if SERVICES[name].healthcheck is None}
    assert silent == {"temporal-ui"}


def test_the_containers_register_the_search_attributes_of_calls() -> None:
    script = " ".join(SERVICES["temporal-namespace"].command)
    (names,) = re.findall(r"for name in ([A-Za-z ]+); do", script)
    assert names.split() == [key.name for key in search.ALL]


def test_both_temporal_servers_are_equally_fast() -> None:
    text = (ROOT / "temporal/server/dynamicconfig.yaml").read_text(encoding="utf-8")
    entries = TypeAdapter(dict[str, list[dict[str, object]]]).validate_python(yaml.safe_load(text))
    values = {name: entry["value"] for name, (entry,) in entries.items()}
    options = (option.split("=", 1) for option in temporal_server.DYNAMIC)
    assert values == {name: yaml.safe_load(value) for name, value in options}


def test_the_image_holds_every_package_and_the_same_uv() -> None:
    copied = set(re.findall(r"^COPY ([a-z]+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == {"convonet", "temporal", "workflows", "activities", "workers", "api"}
    (version,) = re.findall(r"uv==([0-9.]+)", DOCKERFILE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"UV_VERSION := {version}\n" in makefile


def test_no_password_is_on_a_command_line_or_with_root() -> None:
    redis = SERVICES["redis"]
    written, started = redis.command[0].rsplit("exec ", 1)
    assert "$$REDISCLI_AUTH" in written
    assert "AUTH" not in started
    assert redis.user == "redis"
