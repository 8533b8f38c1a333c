"""`melodymuse survey`: from pieces to a page, from answers to figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse.spreadsheets import csv_text
from melodymuse.survey.key import read_key
from tests.survey.makers import ANSWER_COLUMNS, write_album

pytest.importorskip("soundfile", reason="matching loudness needs soundfile")
Run = Callable[..., Any]


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


def _answer(key: Path, target: Path, listener: str, *, quality: int = 6) -> Path:
    """A listener who hears everything as awe."""
    known = read_key(key)
    rows = [
        {
            "survey": known.survey,
            "listener": listener,
            "position": place,
            "piece": piece,
            "emotion": "awe",
            "quality": quality,
            "fit": 5,
            "heard": 3,
        }
        for place, piece in enumerate(known.entries, 1)
    ]
    target.write_text(
        csv_text(ANSWER_COLUMNS, [[row.get(name) for name in ANSWER_COLUMNS] for row in rows])
    )
    return target


def test_the_short_form_makes_a_page(run: Run, album: Path) -> None:
    outcome = run("survey", album, "-o", "listen", "--seed", "1")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == str(Path("listen/index.html"))
    assert "loudness  -23.0 LUFS, each within 0.0" in outcome.out
    assert Path("listen/index.html").is_file() and Path("listen-key.csv").is_file()
    again = run("survey", "make", album, "-o", "again", "--seed", "1", "--json")
    told = json.loads(again.out)
    assert (told["pieces"], told["pictures"], told["key"]) == (4, 2, "again-key.csv")
    assert Path("again-key.csv").read_bytes() == Path("listen-key.csv").read_bytes()


def test_a_page_can_be_shaped(run: Run, album: Path) -> None:
    Path("consent.txt").write_text("You may stop at any time.", encoding="utf-8")
    words = ("--title", "Ears", "--consent", "consent.txt", "--contact", "to Anna", "--least", 2)
    outcome = run("survey", album, *words, "--format", "mp3", "--key", "k.csv", "--loudness", -20)
    assert (outcome.status, outcome.err) == (0, "")
    page = Path("survey/index.html").read_text(encoding="utf-8")
    for told in ("<title>Ears</title>", "You may stop", '"contact": "to Anna"', '"least": 2'):
        assert told in page
    assert {path.suffix for path in Path("survey/sounds").iterdir()} == {".mp3"}
    assert Path("k.csv").is_file()


def test_answers_become_figures(run: Run, album: Path) -> None:
    run("survey", album, "-o", "listen")
    key = Path("listen-key.csv")
    answers = [_answer(key, Path(f"{n}.csv"), f"P{n}", quality=n) for n in (4, 6, 8)]
    outcome = run("survey", "results", *answers, answers[0], "--key", key, "-o", "r.html")
    assert (outcome.status, outcome.err) == (0, "")
    lines = [line.strip() for line in outcome.out.splitlines()]
    assert "listeners  3" in lines
    assert "left out   P4: a second set of answers beside 4.csv (4.csv)" in lines
    assert "recognised  50.0% (18.8 to 81.2) of 6 answers" in lines
    assert "by chance   12.5%, 50.0% shuffled" in lines
    # 4, 6, 8: mean 6, deviation 2, t(2) = 4.3027.
    assert "quality     6.00 (1.03 to 10.00)" in lines
    assert "melodymuse - musicgen" in lines
    assert "quality     +0.00 (+0.00 to +0.00)" in lines
    assert "contentment  awe 3" in lines
    assert "Listening survey: results" in Path("r.html").read_text(encoding="utf-8")
    assert (
        "r.html exists"
        in run("survey", "results", *answers, "--key", key, "-o", "r.html").complaint
    )
    words = ("survey", "results", *answers, "--key", key, "-o", "r.html", "--force", "--json")
    told = json.loads(run(*words).out)
    assert told["listeners"] == 3
    assert told["agreement"]["quality"] < 0
    assert [backend["backend"] for backend in told["backends"]] == ["melodymuse", "musicgen"]
    assert told["backends"][0]["by_listener"]["quality"]["value"] == 6
    assert run("survey", "results", *answers, "--key", key, "-o", "r.csv").status == 0


def test_bad_answers_are_told_in_one_line(run: Run, album: Path) -> None:
    run("survey", album, "-o", "a")
    run("survey", album, "-o", "b")
    answers = _answer(Path("b-key.csv"), Path("1.csv"), "P1")

    def complaint(*words: object) -> str:
        told: str = run("survey", "results", *words).complaint
        return told

    assert "evaluate each survey with its own key" in complaint(answers, "--key", "a-key.csv")
    assert "no column listener" in complaint("b-key.csv", "--key", "b-key.csv")
    assert "there is no such file" in complaint("no.csv", "--key", "b-key.csv")
    assert "there is no such file" in complaint(answers, "--key", "no.csv")
    assert "must end in .csv or .html" in complaint(answers, "--key", "b-key.csv", "-o", "x.txt")
    assert "Missing option '--key'" in complaint(answers)
    answers.write_text(answers.read_text().replace(",6,", ",66,"))
    assert "quality must be a whole number 1 to 10" in complaint(answers, "--key", "b-key.csv")


def test_a_page_that_cannot_be_made_is_told(run: Run, album: Path) -> None:
    assert "there is no such folder" in run("survey", "nowhere").complaint
    assert "Missing argument 'DIR'" in run("survey").complaint
    assert "exists already" in run("survey", album, "-o", album).complaint
    assert "exists already" in run("survey", album, "-o", "/").complaint
    assert "unknown format '.aac'" in run("survey", album, "--format", "aac").complaint
    assert "there is no such file" in run("survey", album, "--consent", "c.txt").complaint
    assert "must not lie in" in run("survey", album, "-o", "x", "--key", "x/k.csv").complaint
    (album / "cat-musicgen.wav").write_bytes(b"RIFF")
    assert "no sound that can be read" in run("survey", album).complaint
    assert {path.name for path in Path().iterdir()} == {"album"}


def test_help_is_there(run: Run) -> None:
    assert "make" in run("survey", "-h").out
    assert "--key" in run("survey", "results", "--help").out
