"""Teaching the judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from melodymuse.music.grid import METRES, GridChord
from melodymuse.planning.tune_plan import RETURN
from melodymuse.writing.tune.judge import Judge
from melodymuse.writing.tune.notes import Bar, TuneNote
from tests.writing.tune.fake_network import C, piece
from tests.writing.tune.fake_network import phrase as planned_phrase
from training.composer.corpus import is_held_out
from training.tune.judge import damaged, export, learn, real_phrases, sung_phrases
from training.tune.song import TuneSong

BAR: Bar = tuple(TuneNote(12 * beat, 12, 60 + 2 * beat) for beat in range(4))
TONIC = GridChord(0, 0, "major")


def song(name: str, lengths: tuple[int, ...], bars: tuple[Bar, ...]) -> TuneSong:
    phrases = tuple((i, length - 1 - i) for length in lengths for i in range(length))
    return TuneSong(
        name,
        "pop",
        "4/4",
        ("major",) * len(bars),
        bars,
        ((TONIC,),) * len(bars),
        phrases,
    )


def different(bars: int) -> tuple[Bar, ...]:
    return tuple(
        tuple(note._replace(pitch=note.pitch + step) for note in BAR) for step in range(bars)
    )


def name(held_out: bool) -> str:
    return next(n for n in (f"pop909/{i:03}" for i in range(999)) if is_held_out(n) is held_out)


def test_phrases_are_taken_as_they_are_marked_and_once() -> None:
    bars = different(8)
    assert len(list(real_phrases([song(name(False), (4, 4), bars)], Random(0)))) == 2
    assert len(list(real_phrases([song(name(False), (8,), bars)], Random(0)))) == 2
    assert len(list(real_phrases([song(name(False), (4, 4), bars[:4] * 2)], Random(0)))) == 1
    assert not list(real_phrases([song(name(False), (2, 2, 2, 2), bars)], Random(0)))
    assert not list(real_phrases([song(name(True), (4, 4), bars)], Random(0)))


def test_a_damaged_phrase_keeps_its_length_and_not_its_line() -> None:
    bars = different(8)
    spoiled = [damaged(bars[:4], bars, Random(seed)) for seed in range(20)]
    assert all(len(phrase) == 4 for phrase in spoiled)
    assert sum(phrase != bars[:4] for phrase in spoiled) >= 19
    kept = [[[n.position for n in bar] for bar in phrase] for phrase in spoiled]
    assert sum(rhythm == kept[0] for rhythm in kept) > 10


def test_a_phrase_that_only_returns_is_not_judged() -> None:
    plans = [*planned_phrase(4), *planned_phrase(4)]
    tune = different(8)
    one = piece(plans, [(C,)] * 8)
    assert len(list(sung_phrases([one], [tune]))) == 2
    again = [*plans[:4], *(replace(plan, device=RETURN) for plan in plans[4:])]
    assert len(list(sung_phrases([replace(one, plans=again)], [tune]))) == 1
    assert METRES["4/4"] is one.metre


def test_what_it_learns_is_what_is_exported(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    real = random.normal(1.0, 1.0, (400, 5)).astype(np.float32)
    ours = random.normal(0.0, 1.0, (300, 5)).astype(np.float32)
    trees = learn(real, np.ones(len(real)), ours, ours[:100] - 1)
    export(trees, tmp_path / "judge.onnx")
    judge = Judge(tmp_path / "judge.onnx")
    heard = [judge.real(row.tolist()) for row in real[:20]]
    assert heard == pytest.approx(trees.decision_function(real[:20]), abs=1e-4)
    assert np.mean(heard) > np.mean([judge.real(row.tolist()) for row in ours[:20]]) + 1
