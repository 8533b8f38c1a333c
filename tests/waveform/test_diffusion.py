"""Diffusion models of diffusers: asked in words, and refused in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melodymuse.errors import ModelError
from melodymuse.waveform.diffusion import INDEX_FILE, Diffusion, is_diffusion
from tests.waveform import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_diffusion(tmp_path_factory.mktemp("diffusion"))


def test_a_pipeline_is_asked_in_words(folder: Path) -> None:
    assert is_diffusion(str(folder)) and not is_diffusion(str(folder.parent))
    model = Diffusion.load(str(folder), "cpu")
    assert model.taken(("duration", "audio_end_in_s")) == "audio_end_in_s"
    assert model.taken(("height",)) is None
    first, again, other = (
        np.asarray(model.ask("calm piano", seed=seed, steps=2, audio_end_in_s=1.0).audios[0])
        for seed in (1, 1, 2)
    )
    assert first.shape == (2, 16000)
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    with pytest.raises(ModelError, match="longer than the model maximum"):
        model.ask("calm piano", seed=1, steps=2, audio_end_in_s=99.0)


def test_what_is_no_pipeline_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"there is no {INDEX_FILE} in it"):
        Diffusion.load(str(tmp_path), "cpu")
    (tmp_path / INDEX_FILE).write_text((folder / INDEX_FILE).read_text())
    with pytest.raises(ModelError, match="damaged or no whole model"):
        Diffusion.load(str(tmp_path), "cpu")
