"""One engine for a process: each network loaded once, from any number of threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import melodymuse
from melodymuse import Engine
from melodymuse.errors import ControlError, ImageError, MidiError
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision import Analysis, classifier
from melodymuse.vision import analyze as look
from melodymuse.writing.network import NoteNetwork


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is loaded while the test runs."""
    names: list[str] = []
    eye, shipped = classifier.load_model, NoteNetwork.shipped
    monkeypatch.setattr(classifier, "load_model", lambda: names.append("eye") or eye())
    monkeypatch.setattr(NoteNetwork, "shipped", lambda: names.append("network") or shipped())
    return names


def test_eight_threads_get_what_one_gets_from_networks_loaded_once(
    photograph: Path, loaded: list[str]
) -> None:
    engine = Engine()
    assert loaded == []

    def work(seed: int) -> tuple[Analysis, bytes]:
        piece = engine.compose(photograph, seed=seed, bars=2)
        assert piece.analysis is not None
        return piece.analysis, midi_bytes(piece.score)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(work, range(8)))
    assert sorted(loaded) == ["eye", "network"]
    assert together == [work(seed) for seed in range(8)]
    assert {analysis for analysis, _ in together} == {look(photograph)}


def test_what_needs_no_network_loads_none(photograph: Path, loaded: list[str]) -> None:
    engine = Engine()
    engine.plan("awe", seed=1)
    assert loaded == []
    engine.plan(photograph, seed=1)
    assert loaded == ["eye"]


def test_an_eye_and_a_network_may_be_given(photograph: Path, loaded: list[str]) -> None:
    asked: list[object] = []
    network = NoteNetwork.shipped()

    def eye(image: object) -> Analysis:
        asked.append(image)
        return look(photograph)

    loaded.clear()
    piece = Engine(eye=eye, network=network).compose("other.jpg", seed=1, bars=1)
    assert asked == ["other.jpg"] and loaded == ["eye"]  # which the test's own eye loads
    assert piece.score == melodymuse.compose(photograph, seed=1, bars=1).score


def test_the_plan_is_what_is_composed(photograph: Path) -> None:
    wishes = {"seed": 4, "bars": 2, "title": "Mine", "key": "D minor"}
    plan = melodymuse.plan(photograph, arousal=0.5, **wishes)
    piece = melodymuse.compose(photograph, arousal=0.5, **wishes)
    assert (plan.profile, plan.expressed, plan.controls) == (
        piece.profile,
        piece.expressed,
        piece.controls,
    )
    assert melodymuse.compose(plan).score == piece.score
    with pytest.raises(ControlError, match="change the plan"):
        melodymuse.compose(plan, tempo=60)
    assert (plan.title, plan.source) == ("Mine", photograph.name)


def test_a_picture_is_heightened_and_a_profile_is_not(photograph: Path) -> None:
    seen = look(photograph).profile
    assert melodymuse.plan(photograph, seed=1).expressed == seen.heightened()
    assert melodymuse.plan(seen, seed=1).expressed == seen


def test_a_midi_file_is_continued_as_its_score_is(tmp_path: Path) -> None:
    opening = melodymuse.compose("awe", seed=1, bars=2).score
    path = opening.write(tmp_path / "x.mid")
    longer = melodymuse.continue_score(path, 2, seed=3)
    assert longer == melodymuse.continue_score(read_midi(path), 2, seed=3)
    assert longer == melodymuse.continue_score(path.read_bytes(), 2, seed=3)
    assert longer.bars == 4
    drawn = melodymuse.continue_score(path, 2)
    assert drawn.provenance is not None
    assert drawn == melodymuse.continue_score(path, 2, seed=drawn.provenance.seed)


@pytest.mark.parametrize("title", [5, b"Mine", ["Mine"]])
def test_a_title_is_text(title: Any) -> None:
    with pytest.raises(ControlError, match="title must be text"):
        Engine().plan("awe", title=title)


def test_a_seed_of_many_digits_is_refused() -> None:
    with pytest.raises(ControlError, match="so many digits"):
        Engine().plan("awe", seed=10**5000)


def test_what_cannot_be_used_leaves_the_engine_usable(tmp_path: Path) -> None:
    engine = Engine()
    with pytest.raises(ImageError):
        engine.analyze(tmp_path / "nothing.jpg")
    with pytest.raises(ControlError):
        engine.compose("awe", tempo=0)
    with pytest.raises(MidiError):
        engine.continue_score(tmp_path / "nothing.mid", 2)
    assert engine.compose("awe", seed=1, bars=1).profile.emotion in EMOTIONS
