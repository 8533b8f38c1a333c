"""Pieces composed, painted and looked at by two eyes, as one command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from melodymuse.networks import MODELS
from training.evaluate.painting import correlations, main


def test_pieces_are_composed_painted_and_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--pieces", "4", "--first", "7", "--style", "bloom"]
    assert main([*words, "--eye", str(MODELS / "eye.onnx"), "--out", str(tmp_path)]) == 0
    told = json.loads((tmp_path / "painting.json").read_text())
    assert told["pieces"] == 4 and json.loads(capsys.readouterr().out) == {"bloom": told["bloom"]}
    # Another file of the same eye sees the same.
    assert told["bloom"]["eye"] == told["bloom"]["shipped"]
    for r, low, high in told["bloom"]["shipped"].values():
        assert -1 <= low <= r <= high <= 1
    names = {path.name for path in tmp_path.iterdir()}
    assert names >= {f"{seed:03d}{end}" for seed in range(7, 11) for end in (".mid", "-bloom.png")}
    assert main(["--eye", str(tmp_path / "gone.onnx"), "--out", str(tmp_path)]) == 2


def test_a_correlation_has_its_interval() -> None:
    random = np.random.default_rng(0)
    meant = random.uniform(-1, 1, (50, 2))
    r, low, high = correlations(meant, meant + random.normal(0, 0.5, (50, 2)))["arousal"]
    # Fisher's z of 50 pairs: 1.96 / sqrt(47) to both sides.
    assert np.arctanh([low, high]) == pytest.approx(
        np.arctanh(r) + np.array([-1, 1]) * 0.286, abs=0.01
    )
