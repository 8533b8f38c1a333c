"""`melodymuse insert`: bars in the midst of a file, and what a user can get wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse.midi.file import load_document
from melodymuse.midi.view import bars_of
from tests.test_extending import rich

Run = Callable[..., Any]


def test_bars_are_inserted_and_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(rich().to_bytes())
    outcome = run("insert", "song.mid", "--after", 2, "--bars", 2, "--seed", 1)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "song-inserted.mid" and "3 to 4" in outcome.out
    assert bars_of(load_document(tmp_path / "song-inserted.mid")).count == 6
    told = run("insert", "song.mid", "--after", 2, "--seed", 1, "-o", "x.mid", "--json")
    facts = json.loads(told.out)
    assert facts["bars"] == [3, 6] and facts["added_notes"] > 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "--after"),
        (("--after", 4), "bar 4 is the last one"),
        (("--after", 7), "no bars 7 to 7"),
        (("--after", 1, "--bars", 0), "bars to insert"),
        (("--after", 1, "--temperature", 9), "temperature must lie between"),
        (("--after", 1, "--takes", 0), "takes must be at least 1"),
        (("--after", 1, "-o", "song.mid"), "--force"),
    ],
)
def test_bad_wishes_are_one_line(
    run: Run, tmp_path: Path, words: tuple[object, ...], message: str
) -> None:
    (tmp_path / "song.mid").write_bytes(rich().to_bytes())
    assert message in run("insert", "song.mid", *words).complaint
    assert [path.name for path in tmp_path.iterdir()] == ["song.mid"]
