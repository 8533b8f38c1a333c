"""`melodymuse harmonize` and `recolor`: what they write and say, and what a user can get wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse.midi.file import load_document
from tests.test_extending import lost, song
from tests.tunes import sung

Run = Callable[..., Any]


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    path = tmp_path / "tune.mid"
    path.write_bytes(sung().to_bytes())
    return path


def test_a_tune_is_harmonised_and_told(run: Run, tmp_path: Path, tune: Path) -> None:
    words = ("harmonize", "tune.mid", "--emotion", "contentment", "--seed", 2)
    outcome = run(*words, "--chord-track", "--score", "x.musicxml")
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "tune-harmonized.mid" and "chords   C" in outcome.out
    after = load_document(tmp_path / "tune-harmonized.mid")
    assert lost(sung(), after) == [] and len(after.tracks) == 5
    assert "<harmony" in (tmp_path / "x.musicxml").read_text()
    facts = json.loads(run(*words, "-o", "y.mid", "--json").out)
    assert facts["added_notes"] > 0 and facts["key"] == "C major" and facts["seed"] == 2


def test_takes_are_seeds_in_a_row(run: Run, tmp_path: Path, tune: Path) -> None:
    run("harmonize", tune, "--seed", 1, "--takes", 2, "-o", "x.mid")
    run("harmonize", tune, "--seed", 2, "-o", "y.mid")
    assert (tmp_path / "x-take-2.mid").read_bytes() == (tmp_path / "y.mid").read_bytes()


def test_a_theme_is_recoloured(run: Run, tmp_path: Path, tune: Path) -> None:
    outcome = run("recolor", "tune.mid", "--emotion", "sadness", "--seed", 1)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "tune-sadness.mid" and "C minor" in outcome.out
    facts = json.loads(run("recolor", "tune.mid", "@rocket", "--seed", 1, "--json").out)
    assert facts["bars"] == 8 and facts["source"] == "tune.mid"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("harmonize", "song.mid"), "name its track with --track (1 Piano RH, 2 Piano LH)"),
        (("harmonize", "gone.mid"), "there is no file"),
        (("harmonize", "tune.mid", "--bars", 12), "bars is the tune's own"),
        (("harmonize", "tune.mid", "--takes", 0), "takes must be at least 1"),
        (("harmonize", "tune.mid", "-o", "tune.mid"), "--force"),
        (("harmonize", "tune.mid", "-o", "-", "--takes", 2), "standard output takes one"),
        (("harmonize", "tune.mid", "--chords", "C | Q"), "unknown chord 'Q'"),
        (("recolor", "tune.mid"), "nothing to compose from"),
        (("recolor", "tune.mid", "--emotion", "joy"), "unknown emotion"),
        (("recolor", "tune.mid", "--metre", "3/4"), "time signature is the tune's own"),
        (("recolor", "tune.mid", "nothing.png"), "nothing.png"),
    ],
)
def test_bad_input_is_one_line_and_leaves_everything(
    run: Run, tmp_path: Path, tune: Path, words: tuple[object, ...], message: str
) -> None:
    (tmp_path / "song.mid").write_bytes(song().to_bytes())
    whole = tune.read_bytes()
    assert message in run(*words).complaint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["song.mid", "tune.mid"]
    assert tune.read_bytes() == whole
