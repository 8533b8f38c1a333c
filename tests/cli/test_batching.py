"""`melodymuse batch`: what it says and refuses; what it does is tested in `tests.batch`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.batch.pictures import draw_pictures

Run = Callable[..., Any]


def test_it_tells_what_it_made_and_what_failed(run: Run, tmp_path: Path) -> None:
    draw_pictures(tmp_path / "in", 2)
    (tmp_path / "in" / "bad.jpg").write_text("no picture")
    outcome = run("batch", "in", "out", "--seed", 3, "--bars", 2, "--workers", 1)
    assert (outcome.status, outcome.err) == (2, "")
    title, made, failed, seed, error = outcome.out.splitlines()
    assert title == "out" and made.split()[:4] == ["made", "2", "in", made.split()[3]]
    assert failed.split() == ["failed", "1,", "listed", "in", "errors.csv"]
    assert seed.split() == ["seed", "3"] and error.strip().startswith("in/bad.jpg ")
    assert (tmp_path / "out" / "errors.csv").read_text().startswith("image,error\nin/bad.jpg,")
    lines = (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()
    outputs = [name for line in lines for name in json.loads(line)["outputs"]]
    assert {path.name for path in (tmp_path / "out").glob("*.mid")} == set(outputs)
    again = run("batch", "in", "out", "--bars", 2, "--resume", "--json")
    assert (again.status, again.out) == (2, "")


def test_a_table_asks_for_more_than_pictures(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wishes.csv").write_text("emotion,tempo,title\nawe,60,One\nfear,,\n")
    outcome = run("batch", "wishes.csv", "out", "--seed", 3, "--bars", 2, "--json", "--workers", 1)
    assert (outcome.status, outcome.err) == (0, "")
    lines = {line["emotion"]: line for line in map(json.loads, outcome.out.splitlines())}
    assert set(lines) == {"awe", "fear"}
    assert lines["awe"]["controls"]["tempo"] == 60 and lines["awe"]["controls"]["bars"] == 2
    assert lines["awe"]["seed"] != lines["fear"]["seed"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("none", "out"), "there is no picture, folder or list 'none'"),
        (("@coins", "out", "--tempo", "9999"), "tempo must lie between 30 and 240"),
        (("@coins", "out", "--formats", "doc"), "cannot tell the format"),
        (("@coins", "out", "--workers", "0"), "workers must be at least 1"),
        (("@coins", "out", "--runner", "rya"), "unknown runner 'rya'"),
        (("@coins", "out", "--address", "auto"), "--address is for --runner ray"),
        (("@coins", "taken"), "part of the path is a file|cannot make the folder 'taken'"),
    ],
)
def test_impossible_words_are_refused(
    run: Run, tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "taken").write_text("")
    found = run("batch", *words).complaint
    assert any(part in found for part in complaint.split("|")), found
