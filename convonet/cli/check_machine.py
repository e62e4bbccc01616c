"""Checks of this machine: interpreter, executables, folders, ports, models, pages, keys."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from api.routers.pages import DIST
from convonet.cli.findings import Finding, fail, ok, warn
from convonet.embedded import binaries, ports
from convonet.embedded.home import NEEDED_MB, Home
from convonet.errors import CannotStart, ProviderRefused
from convonet.settings import Settings
from convonet.speech.local import models


def is_running(settings: Settings) -> bool:
    """Tell whether a supervisor runs on CONVONET_HOME."""
    home = settings.convonet_home
    if not (home / "run").is_dir():
        return False
    pid = Home(home.resolve()).pid("supervisor")
    return pid is not None and psutil.pid_exists(pid)


def machine(settings: Settings) -> Iterator[Finding]:
    """Check what has to be here before anything starts."""
    version = platform.python_version()
    if (3, 11) <= sys.version_info < (3, 14):
        yield ok("machine", "Python", version)
    else:
        yield fail("machine", "Python", version, "use Python 3.11, 3.12 or 3.13")
    yield ok("machine", "settings", f"valid ({settings.convonet_env})")
    needed: dict[str, tuple[bool, Callable[[], str]]] = {
        "PostgreSQL": (settings.database_url is None, lambda: binaries.postgres().version),
        "Valkey": (settings.redis_url is None, lambda: str(binaries.valkey())),
        "Temporal": (settings.temporal_address is None, lambda: str(binaries.temporal())),
    }
    for name, (embedded, find) in needed.items():
        if embedded:
            yield _executable(name, find)
    yield _pages()


def home(settings: Settings) -> Iterator[Finding]:
    """Check CONVONET_HOME, its disk and the ports."""
    path = settings.convonet_home
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    writable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    if writable:
        yield ok("home", "folder", str(path))
    else:
        mend = "set CONVONET_HOME to a folder of yours"
        yield fail("home", "folder", f"{there} cannot be written", mend)
    free_mb = shutil.disk_usage(there).free // 1_000_000
    if free_mb < NEEDED_MB:
        yield fail("home", "disk", f"{free_mb} MB free", f"free {NEEDED_MB} MB or more")
    elif free_mb < 5 * NEEDED_MB:
        yield warn("home", "disk", f"{free_mb} MB free", "free some space before it runs out")
    else:
        yield ok("home", "disk", f"{free_mb} MB free")
    if is_running(settings):
        yield ok("home", "ports", "in use by the running Convonet")
        return
    for setting in ("convonet_port", "convonet_temporal_port", "convonet_temporal_ui_port"):
        port: int = getattr(settings, setting)
        yield _port(settings, setting.upper(), port)


def speech(settings: Settings) -> Iterator[Finding]:
    """Check the model files of offline speech and their digests."""
    if settings.deepgram_api_key is not None:
        yield ok("speech", "Deepgram", "key set; the bundled models are not used")
        return
    whisper = () if settings.convonet_whisper_path else (models.WHISPER_TINY,)
    if whisper and settings.convonet_whisper_model == "base":
        whisper = models.WHISPER_BASE
    voice = () if settings.convonet_voice_path else (models.VOICE,)
    for model in (models.VAD, models.TURN, *whisper, *voice):
        yield _model(model)
    own = (settings.convonet_whisper_path, settings.convonet_voice_path)
    for path in filter(None, own):
        if path.exists():
            yield ok("speech", path.name, f"{path} (yours, digest unchecked)")
        else:
            yield fail("speech", path.name, f"{path} is missing", "mend the path in the settings")


def keys(settings: Settings) -> Iterator[Finding]:
    """Say which providers are used; `--online` asks them whether they accept the key."""
    providers = {
        "Claude": ("ANTHROPIC_API_KEY", settings.anthropic_api_key, "the offline assistant"),
        "Deepgram": ("DEEPGRAM_API_KEY", settings.deepgram_api_key, "offline speech"),
        "Twilio": ("TWILIO_ACCOUNT_SID", settings.twilio_account_sid, "no phone calls"),
    }
    for name, (setting, value, instead) in providers.items():
        if value is None:
            yield ok("keys", name, f"{setting} not set: {instead}")
        else:
            yield ok("keys", name, f"{setting} set")


def _executable(name: str, find: Callable[[], str]) -> Finding:
    try:
        return ok("machine", name, find())
    except CannotStart as error:
        detail, _, mend = str(error).partition(": ")
        return fail("machine", name, detail, mend)


def _pages() -> Finding:
    index = Path(DIST) / "index.html"
    if index.is_file():
        return ok("machine", "pages", str(index.parent))
    return fail("machine", "pages", "not built", "run `make ui`")


def _port(settings: Settings, setting: str, port: int) -> Finding:
    host = settings.convonet_host if setting == "CONVONET_PORT" else "127.0.0.1"
    try:
        ports.require(host, port, setting)
    except CannotStart as error:
        detail, _, mend = str(error).partition(": ")
        return fail("home", setting, detail, mend)
    return ok("home", setting, f"{port} is free")


def _model(model: models.ModelFile) -> Finding:
    name = Path(model.path).name
    try:
        return ok("speech", name, f"{model.checked()} (digest right)")
    except ProviderRefused as error:
        return fail("speech", name, str(error), f"install {model.package}")
