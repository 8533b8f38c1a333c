"""The recurrent smoother: what it sees, and that it learns on sounds that are made here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("soundfile", reason="reading sound needs soundfile")

import soundfile

from tests.comparison.sounds import plucked, scale_tune
from training.repair import __main__ as command
from training.repair.damage import damaged
from training.repair.network import BANDS, bands_of, see, spread, wanted

RATE = 32000


def test_what_it_sees_and_what_is_wanted() -> None:
    clean = plucked(scale_tune(100, 4), 5, RATE).astype(np.float64)
    sound = damaged(clean, RATE, np.random.default_rng(0))
    assert 1 <= len(sound.gaps) <= 2
    assert all((sound.heard[start:end] == 0).all() for start, end in sound.gaps)
    seen = see(sound, RATE)
    assert seen.inputs.shape == (len(seen.rows), 2 * BANDS + 1)
    said = wanted(sound, seen, RATE)
    assert said.shape == (len(seen.rows), 2 * BANDS)
    assert said[:, :BANDS].min() >= 0 and said[:, :BANDS].max() <= 1
    # Noise is to be taken down where nothing sounds.
    assert said[-20:, :BANDS].mean() < 0.2
    weights = bands_of(RATE, seen.rows.shape[1])
    assert np.allclose(weights.sum(axis=0), 1)
    assert np.allclose(spread(np.ones((1, BANDS)), RATE, 513), 1)


@pytest.mark.slow
def test_the_command_learns_and_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "SECONDS", 2.0)
    for number in range(10):
        tune = plucked(scale_tune(90 + 10 * number, 2.0), 2.0, RATE)
        soundfile.write(tmp_path / f"{number}.wav", tune, RATE)
    assert command.main(["--sounds", str(tmp_path), "--epochs", "1"]) == 0
    told = capsys.readouterr().out
    figures = json.loads(told[told.index("{") :])
    assert figures["held_out"] == 1
    assert set(figures["network"]) == {"in dropouts", "outside"}
    assert command.main(["--sounds", str(tmp_path / "none")]) == 2
