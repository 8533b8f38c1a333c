"""Networks that ship are taken as they were shipped, or not at all."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from melodymuse import networks
from melodymuse.errors import ModelError
from melodymuse.networks import MODELS, model_bytes, open_network, shipped_hashes
from melodymuse.vision.reference import REFERENCE, read_reference
from melodymuse.writing.network import NoteNetwork
from training.manifest import manifest_text, update_manifest

SHIPPED = sorted(shipped_hashes())


def test_the_manifest_tells_what_ships() -> None:
    assert networks.MANIFEST.read_text() == manifest_text()
    assert {"eye.onnx", "eye_reference.json", "composer/step.onnx"} <= set(SHIPPED)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder of models, in its place."""
    folder = tmp_path / "models"
    shutil.copytree(MODELS, folder)
    monkeypatch.setattr(networks, "MODELS", folder)
    monkeypatch.setattr(networks, "MANIFEST", folder / "SHA256SUMS")
    return folder


@pytest.mark.parametrize("name", SHIPPED)
def test_one_changed_byte_is_noticed(copied: Path, name: str) -> None:
    whole = model_bytes(copied / name)
    for place in (0, len(whole) // 2, len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 1
        (copied / name).write_bytes(changed)
        with pytest.raises(ModelError, match="not the file that was shipped"):
            model_bytes(copied / name)


def test_nothing_that_is_changed_is_run(copied: Path) -> None:
    for name in SHIPPED:
        data = bytearray((copied / name).read_bytes())
        data[-1] ^= 1
        (copied / name).write_bytes(data)
    with pytest.raises(ModelError, match="not the file that was shipped"):
        open_network(copied / "eye.onnx")
    with pytest.raises(ModelError, match="not the file that was shipped"):
        NoteNetwork(copied / "composer")
    read_reference.cache_clear()
    with pytest.raises(ModelError, match="not the file that was shipped"):
        read_reference(copied / REFERENCE.name)


def test_a_file_that_the_manifest_does_not_tell_of_is_refused(copied: Path) -> None:
    shutil.copy(copied / "eye.onnx", copied / "another.onnx")
    with pytest.raises(ModelError, match="not the file that was shipped"):
        model_bytes(copied / "another.onnx")
    (copied / "SHA256SUMS").write_text("no hashes")
    with pytest.raises(ModelError, match="missing or damaged"):
        model_bytes(copied / "eye.onnx")


def test_networks_elsewhere_are_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes(b"mine")
    assert model_bytes(path) == b"mine"


def test_an_export_to_another_place_leaves_the_manifest(tmp_path: Path) -> None:
    before = networks.MANIFEST.stat().st_mtime_ns
    update_manifest(tmp_path)
    assert networks.MANIFEST.stat().st_mtime_ns == before


def test_hashing_costs_milliseconds() -> None:
    data = (MODELS / "eye.onnx").read_bytes()
    spent = []
    for _ in range(5):
        begun = time.process_time()
        networks.hashlib.sha256(data).hexdigest()
        spent.append(time.process_time() - begun)
    # Where the processor has instructions for it 10 to 15 ms, beside the import that takes 100.
    assert min(spent) < 0.2
