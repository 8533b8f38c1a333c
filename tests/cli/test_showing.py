"""`melodymuse demo`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from melodymuse.music.emotion import EMOTIONS


def test_it_says_what_it_saw_felt_and_wrote(run: Callable[..., Any], tmp_path: Path) -> None:
    outcome = run("demo")
    assert (outcome.status, outcome.err) == (0, "")
    written = sorted((tmp_path / "demo").iterdir())
    assert sorted(path.suffix for path in written) == [".mid", ".musicxml", ".png"]
    for path in written:
        assert str(path.relative_to(tmp_path)) in outcome.out
    assert outcome.out.startswith("Saw rocket.jpg\n")
    assert all(emotion in outcome.out for emotion in EMOTIONS)
    assert "brightness" in outcome.out
    assert "\nComposed\n" in outcome.out
    assert "\nWrote\n" in outcome.out


def test_it_goes_where_it_is_told(run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("demo", tmp_path / "a" / "b").status == 0
    assert len(list((tmp_path / "a" / "b").iterdir())) == 3


def test_a_folder_that_cannot_be_made(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in run("demo", "file").complaint
