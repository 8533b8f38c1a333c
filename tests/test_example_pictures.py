"""Example pictures by name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from melodymuse import example_pictures
from melodymuse.errors import ImageError
from melodymuse.example_pictures import EXAMPLES, picture_file
from melodymuse.vision.loading import load_image, name_of


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_picture(name: str) -> None:
    pixels = load_image(name)
    assert min(pixels.shape[:2]) >= 300 and np.ptp(pixels) > 100
    assert name_of(name) == EXAMPLES[name]


def test_an_example_is_the_picture_that_it_names(photograph: Path) -> None:
    assert np.array_equal(load_image("@rocket"), load_image(photograph))


def test_a_name_near_another_is_suggested() -> None:
    with pytest.raises(ImageError, match=r"unknown example picture '@roket'.*mean @rocket\?"):
        load_image("@roket")


def test_a_file_of_that_name_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(picture_file("@coins"), tmp_path / "@rocket")
    monkeypatch.chdir(tmp_path)
    assert np.array_equal(load_image("@rocket"), load_image(picture_file("@coins")))
    assert name_of("@rocket") == "@rocket"


def test_a_missing_example_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example_pictures, "find_spec", lambda name: None)
    with pytest.raises(ImageError, match="has no @rocket: use a picture of your own"):
        picture_file("@rocket")


def test_every_way_in_takes_one(run: Callable[..., Any], tmp_path: Path) -> None:
    outcome = run(
        "compose", "@rocket", "--bars", 1, "--key", "C major", "--tempo", 60, "--roll", "x.png"
    )
    assert (outcome.status, outcome.err) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"rocket-awe-Cmajor-60bpm.mid", "x.png"}
    assert run("analyze", "@rocket").out.startswith("rocket.jpg\n")
    assert "did you mean @coins?" in run("compose", "@coin", "--bars", 1).complaint
