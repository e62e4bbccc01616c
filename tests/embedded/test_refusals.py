import errno
import json
import os
import socket
from pathlib import Path

import pytest

from convonet.embedded import binaries
from convonet.embedded.home import LAYOUT, claimed, saying_why
from convonet.embedded.servers import Wanted, servers
from convonet.errors import CannotStart
from tests.embedded.instance import Instance


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(tmp_path / "home")


def test_port_in_use_is_named_with_its_setting(instance: Instance) -> None:
    port = int(instance.env["CONVONET_PORT"])
    with socket.create_server(("127.0.0.1", port)):
        line = instance.refused()
    assert f"port {port} is in use" in line
    assert "set CONVONET_PORT to another port" in line


async def test_port_of_temporal_in_use_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = Wanted(temporal_port=taken.getsockname()[1])
        with pytest.raises(CannotStart, match="set CONVONET_TEMPORAL_PORT to another port"):
            async with servers(tmp_path, wanted):
                pass


def test_foreign_folder_is_left_alone(instance: Instance) -> None:
    instance.home.mkdir()
    (instance.home / "thesis.doc").write_text("mine")
    assert "is not a Convonet folder (it holds thesis.doc)" in instance.refused()
    assert os.listdir(instance.home) == ["thesis.doc"]


def test_half_set_settings_stop_the_start(instance: Instance) -> None:
    instance.env["TWILIO_ACCOUNT_SID"] = "AC1"
    assert "TWILIO_ACCOUNT_SID is set but TWILIO_AUTH_TOKEN is not" in instance.refused()


def test_home_inside_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="is not a folder"), claimed(tmp_path / "file"):
        pass


def test_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="is full: free some space"), saying_why(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_home_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "convonet.json").write_text(json.dumps({"layout": LAYOUT + 1}))
    with pytest.raises(CannotStart, match="made by a newer Convonet"), claimed(tmp_path):
        pass


async def test_database_of_another_major_version_is_refused(tmp_path: Path) -> None:
    with claimed(tmp_path) as home:
        data = home.folder("postgres", 0o711) / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="was made by PostgreSQL 9"):
        async with servers(tmp_path, Wanted(redis=False, temporal=False)):
            pass


def test_missing_server_says_what_to_set() -> None:
    with pytest.raises(CannotStart, match="set DATABASE_URL"):
        binaries.postgres(major="9")
