"""`melodymuse analyze` on pictures good and bad."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision import explanation
from melodymuse.vision.features import UNITS
from tests.picture_files import UNUSABLE, USABLE

KEYS = ["image", "emotion", "probabilities", "valence", "arousal", "features", "doubt"]


def test_json_keeps_the_contract(run: Callable[..., Any], photograph: Path) -> None:
    outcome = run("analyze", photograph, photograph, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert len(lines) == 2
    facts = json.loads(lines[0])
    assert list(facts) == [*KEYS, "stages"]
    assert 0 < facts["stages"]["look"] < 60
    assert facts["image"] == str(photograph)
    assert list(facts["probabilities"]) == list(EMOTIONS)
    assert math.fsum(facts["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    assert facts["emotion"] == max(facts["probabilities"], key=facts["probabilities"].get)
    assert -1 <= facts["valence"] <= 1
    assert -1 <= facts["arousal"] <= 1
    assert list(facts["features"]) == list(UNITS)
    doubt = facts["doubt"]
    assert list(doubt) == ["valence_error", "arousal_error", "emotion_chance", "unusual"]
    assert 0 < doubt["emotion_chance"] < 1
    assert 0 < doubt["arousal_error"] < 0.5
    assert 0 < doubt["valence_error"] < 0.5
    assert set(doubt["unusual"]) <= {*UNITS, "picture"}


@pytest.mark.parametrize(("scheme", "words"), [("melody-muse", 4), ("paintings", 5)])
def test_emotions_in_other_words(
    run: Callable[..., Any], photograph: Path, scheme: str, words: int
) -> None:
    facts = json.loads(run("analyze", photograph, "--json", "--scheme", scheme).out)
    assert list(facts)[: len(KEYS) + 1] == [*KEYS, "scheme"]
    assert len(facts["scheme"]["probabilities"]) == words
    assert math.fsum(facts["scheme"]["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    printed = run("analyze", photograph, "--scheme", scheme).out
    assert printed.splitlines()[1].split()[0] in facts["scheme"]["probabilities"]


def test_an_unknown_scheme_is_refused_in_one_line(
    run: Callable[..., Any], photograph: Path
) -> None:
    outcome = run("analyze", photograph, "--scheme", "moods")
    assert outcome.status == 2
    assert "melody-muse, paintings" in outcome.err


def test_people_get_names_and_numbers(run: Callable[..., Any], photograph: Path) -> None:
    outcome = run("analyze", photograph)
    lines = outcome.out.splitlines()
    assert lines[0] == str(photograph)
    names = [line.split()[0] for line in lines[1:]]
    assert sorted(names[:8]) == sorted(EMOTIONS)
    shares = [float(line.split()[1].rstrip("%")) for line in lines[1:9]]
    assert shares == sorted(shares, reverse=True)
    assert names[8:] == ["valence", "arousal", "right", *UNITS]


def test_help_gives_each_feature_with_its_unit(run: Callable[..., Any]) -> None:
    text = run("analyze", "--help").out
    for name, unit in UNITS.items():
        assert f"{name}: {unit}" in text


@pytest.mark.parametrize("make", USABLE, ids=lambda make: make.__name__)
def test_unusual_pictures_work(
    run: Callable[..., Any], tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    outcome = run("analyze", make(tmp_path), "--json")
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(outcome.out)["emotion"] in EMOTIONS


@pytest.mark.parametrize("make", UNUSABLE, ids=lambda make: make.__name__)
def test_unusable_pictures_are_named_in_one_line(
    run: Callable[..., Any], tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    picture = make(tmp_path)
    outcome = run("analyze", picture, "--json")
    assert picture.name in outcome.complaint
    assert outcome.out == ""


def test_bad_pictures_among_good_ones(
    run: Callable[..., Any], tmp_path: Path, photograph: Path
) -> None:
    bad = [make(tmp_path) for make in UNUSABLE[:3]]
    outcome = run("analyze", bad[0], photograph, bad[1], bad[2], photograph, "--json")
    assert outcome.status == 2
    assert [json.loads(line)["image"] for line in outcome.out.splitlines()] == [str(photograph)] * 2
    complaints = outcome.err.splitlines()
    assert len(complaints) == 3
    for complaint, picture in zip(complaints, bad, strict=True):
        assert complaint.startswith("melodymuse: ")
        assert picture.name in complaint


def test_reasons_are_drawn_beside_the_same_answer(
    run: Callable[..., Any], tmp_path: Path, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each window is another look of the eye.
    monkeypatch.setattr(explanation, "_MOST_ALONG", 3)
    plain = run("analyze", photograph, "--json")
    explained = run("analyze", photograph, "--json", "--explain", "why.png")
    assert (explained.status, explained.err) == (0, "")
    (answer, times), (same, longer) = (
        outcome.out.split(', "stages": ') for outcome in (plain, explained)
    )
    assert answer == same
    assert "look" in times
    assert "explain" in longer
    with Image.open(tmp_path / "why.png") as drawn:
        assert drawn.size[0] == 1950
    assert "exists" in run("analyze", photograph, "--explain", "why.png").complaint
    assert run("analyze", photograph, "--explain", "why.png", "--force").status == 0


@pytest.mark.parametrize("name", ["why.txt", "no/such/folder/why.png"])
def test_reasons_go_where_a_picture_can_be(
    run: Callable[..., Any], photograph: Path, name: str
) -> None:
    assert name in run("analyze", photograph, "--explain", name).complaint


def test_reasons_are_those_of_one_picture(run: Callable[..., Any], photograph: Path) -> None:
    outcome = run("analyze", photograph, photograph, "--explain", "why.png")
    assert "one picture" in outcome.complaint


def test_what_was_done_to_the_picture_is_said(
    run: Callable[..., Any], tmp_path: Path, photograph: Path
) -> None:
    with Image.open(photograph) as photo:
        wide = Image.new("RGB", (photo.width, photo.height + 160))
        wide.paste(photo, (0, 80))
    wide.save(tmp_path / "wide.png")
    assert "note" in run("analyze", "wide.png").out.splitlines()[-1]
    assert json.loads(run("analyze", "wide.png", "--json").out)["remarks"]


@pytest.mark.parametrize("name", ["why.png", "./why.png", "link.png"])
def test_reasons_never_go_over_the_picture(
    run: Callable[..., Any], tmp_path: Path, photograph: Path, name: str
) -> None:
    with Image.open(photograph) as photo:
        photo.save(tmp_path / "why.png")
    (tmp_path / "link.png").symlink_to(tmp_path / "why.png")
    before = (tmp_path / "why.png").read_bytes()
    outcome = run("analyze", "why.png", "--explain", name, "--force")
    assert "the picture itself" in outcome.complaint
    assert (tmp_path / "why.png").read_bytes() == before


@pytest.mark.parametrize(
    "letters", ["\x1b[31m", "\x1b]0;title\x07", "\u202e", "\u2066", "\x9b2J", "\r", "\n", "\u2028"]
)
def test_names_neither_steer_nor_forge_what_is_printed(
    run: Callable[..., Any], tmp_path: Path, photograph: Path, letters: str
) -> None:
    good = tmp_path / f"a{letters}b.png"
    with Image.open(photograph) as photo:
        photo.resize((64, 48)).save(good)
    shown = run("analyze", good)
    assert shown.status == 0
    assert shown.out.count("\n") == len(shown.out.splitlines())
    refused = run("analyze", tmp_path / f"no{letters}such.png")
    for text in (shown.out, refused.err, run("analyze", good, "--json").out):
        assert not any(letter in text for letter in letters if letter not in "\n[]031m;title2J")
    assert "such.png" in refused.complaint
