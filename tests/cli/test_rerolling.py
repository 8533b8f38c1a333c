"""`melodymuse reroll`: bars written anew, and everything a user can get wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse.midi.file import load_document, paired_events
from tests.test_extending import rich

Run = Callable[..., Any]


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Four bars of piano, strings and drums."""
    path = tmp_path / "song.mid"
    path.write_bytes(rich().to_bytes())
    return path


def test_bars_are_written_anew_and_told(run: Run, tmp_path: Path, song: Path) -> None:
    whole = song.read_bytes()
    words = ("reroll", "song.mid", "--bars", "2-3", "--hand", "left", "--seed", 4)
    outcome = run(*words)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "song-rerolled.mid"
    assert "2 to 3" in outcome.out and "in the place of 8" in outcome.out
    assert song.read_bytes() == whole
    facts = json.loads(run(*words, "-o", "x.mid", "--json").out)
    assert facts["removed_notes"] == 8 and facts["seed"] == 4 and facts["bars"] == [2, 3]
    assert (tmp_path / "x.mid").read_bytes() == (tmp_path / "song-rerolled.mid").read_bytes()
    after = load_document(tmp_path / "x.mid")
    count = len(paired_events(after.tracks[3 - 1].events))
    assert count == 16 - 8 + facts["added_notes"]


def test_takes_are_seeds_in_a_row(run: Run, tmp_path: Path, song: Path) -> None:
    run("reroll", song, "--bars", 2, "--seed", 1, "--takes", 2, "-o", "x.mid")
    run("reroll", song, "--range", 2, "--seed", 2, "-o", "y.mid")
    assert (tmp_path / "x-take-2.mid").read_bytes() == (tmp_path / "y.mid").read_bytes()
    assert (tmp_path / "x.mid").read_bytes() != (tmp_path / "y.mid").read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "--bars"),
        (("--bars", "all"), "as in 5-12"),
        (("--bars", "4-9"), "no bars 4 to 9"),
        (("--bars", "1", "--hand", "third"), "unknown hand 'third'"),
        (("--bars", "1", "--keep", "rhyme"), "unknown keep 'rhyme'"),
        (("--bars", "1", "--keep", "melody", "--hand", "right"), "leaves nothing to write"),
        (("--bars", "1", "--keep", "bass,rhyme"), "unknown keep 'rhyme'"),
        (("--bars", "1", "--hands", "1"), "write the right hand's track and the left's"),
        (("--bars", "1", "--hands", "1,1"), "one track for both"),
        (("--bars", "1", "--pickup", "-1"), "pickup must be a length"),
        (("--bars", "1", "--key", "H"), "unknown key"),
        (("--bars", "1", "--takes", "0"), "takes must be at least 1"),
        (("--bars", "1", "--takes", "2", "-o", "-"), "standard output takes one"),
        (("--bars", "1", "-o", "song.mid"), "--force"),
    ],
)
def test_bad_wishes_end_with_one_line_and_no_file(
    run: Run, tmp_path: Path, song: Path, words: tuple[str, ...], message: str
) -> None:
    whole = song.read_bytes()
    outcome = run("reroll", "song.mid", *words)
    assert message in outcome.complaint and outcome.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["song.mid"]
    assert song.read_bytes() == whole
