"""Pieces like another: its form and texture, other notes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import fmean, pstdev

import mido
import music21
import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ControlError, MidiError
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.file import load_document
from melodymuse.midi.stretch import read_steadily
from melodymuse.music.score import Hand, Note, Score, Section, TimeSignature
from melodymuse.music.theory import Key
from melodymuse.planning.plan import Plan
from melodymuse.writing.modelling import Model, model_of
from tests.music.strategies import small_score

# What a model's bars are compared in.
_COMPARED = ("density", "polyphony", "register", "off_beat", "blocks", "balance")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def waltz(engine: Engine) -> Score:
    """A sparse waltz, thinner and softer in its middle."""
    wishes = {"accompaniment": "waltz", "time_signature": "3/4", "tempo": 117, "loudness": 60}
    return engine.compose("sadness", seed=11, bars=16, form="ABA", **wishes).score


@pytest.fixture(scope="module")
def rag() -> Score:
    """Sixteen bars of a rag for both hands, as a sequencer exports it: on one track each."""
    left = [(0, 36), (0, 48), (12, 55), (12, 60), (12, 64), (24, 31), (24, 43), (36, 55), (36, 59)]
    right = [(0, 76), (6, 79), (12, 84), (18, 76), (30, 79), (36, 83), (42, 84)]
    notes = []
    for bar in range(16):
        up = (0, 2, 4, 5)[bar % 4]
        for hand, struck in ((Hand.LEFT, left), (Hand.RIGHT, right)):
            notes += [
                Note(bar * 1920 + step * 40, 200, pitch + up, 70 + 12 * (bar // 8), hand)
                for step, pitch in struck
            ]
    return replace(
        small_score(), notes=tuple(sorted(notes)), bars=16, chords=(), sections=(),
        key=Key("C", "major"), provenance=None, title="Rag",
    )  # fmt: skip


def distances(model: Model, others: Sequence[Model]) -> list[float]:
    """How far others are from a model, in standard deviations of the bars of all of them."""
    bars = [bar for piece in (model, *others) for bar in piece.bars]
    spread = {name: pstdev(getattr(bar, name) for bar in bars) for name in _COMPARED}
    return [
        fmean(abs(model.means[name] - other.means[name]) / spread[name] for name in _COMPARED)
        for other in others
    ]


def struck(model: Model) -> list[frozenset[float]]:
    """Where in its bars the left hand strikes, as shares of the bar."""
    return [
        frozenset(place / len(p.signs) for place, sign in enumerate(p.signs) if sign != ".")
        if p
        else frozenset()
        for p in model.patterns
    ]


def test_it_is_nearer_to_the_model_than_pieces_by_default(engine: Engine, waltz: Score) -> None:
    model = model_of(waltz)
    like = engine.compose(like=model.score, seed=5)
    found = model_of(like.score)
    wishes = {
        "bars": len(model.bars), "key": model.score.key,
        "time_signature": model.score.time_signature,
    }  # fmt: skip
    plans = [engine.plan(like.profile, seed=seed, **wishes) for seed in (5, 6, 7)]
    others = [model_of(piece.score) for piece in engine.compose_plans(plans)]
    near, *far = distances(model, [found, *others])
    assert near < 0.9 * min(far)
    assert alike(model, found) > 0.5 > max(alike(model, other) for other in others)
    assert broken_conventions(like.score.to_bytes(".mid")) == ()


def alike(model: Model, other: Model) -> float:
    """In what share of the bars both left hands strike at the same places."""
    return fmean(a == b for a, b in zip(struck(model), struck(other), strict=True))


def test_the_left_hand_of_a_rag_comes_again_on_other_chords(engine: Engine, rag: Score) -> None:
    like = engine.compose(like=rag, seed=5).score
    found = model_of(like)
    others = [model_of(engine.compose(like=rag, seed=seed).score) for seed in (4, 6)]
    assert fmean(alike(model_of(rag), one) for one in (found, *others)) > 0.6
    assert fmean(p.signs[0] == "o" for p in found.patterns if p) > 0.8
    roots = {(note.onset, note.pitch) for note in rag.hand(Hand.LEFT)}
    again = {(note.onset, note.pitch) for note in like.hand(Hand.LEFT)}
    assert len(roots & again) < 0.6 * len(again)


def test_form_metre_key_tempo_and_length_are_the_models(engine: Engine, waltz: Score) -> None:
    plan = engine.plan(like=waltz, seed=5)
    assert [(s.theme, s.start, s.bars) for s in plan.sections] == [
        ("A", 0, 4), ("B", 4, 4), ("A", 8, 8)
    ]  # fmt: skip
    assert (plan.controls.tempo, plan.controls.bars) == (117, 16)
    assert (plan.controls.key, plan.metre.name) == (waltz.key, "3/4")
    assert plan.controls.ritardando == pytest.approx(0.25, abs=0.01)
    assert plan.profile.valence < 0
    model = model_of(waltz)
    assert [bar.controls.density for bar in plan.bars] == [bar.density for bar in model.bars]
    assert plan.own.loudness == pytest.approx(model.means["loudness"])


def test_its_notes_are_its_own(engine: Engine, waltz: Score) -> None:
    first, second = (engine.compose(like=waltz, seed=seed).score for seed in (5, 6))
    sung = {(note.onset, note.pitch) for note in waltz.sung}
    for score in (first, second):
        again = {(note.onset, note.pitch) for note in score.sung}
        assert len(sung & again) < 0.35 * len(again)
    assert first.notes != second.notes


def test_harmonies_change_where_the_models_do(engine: Engine, waltz: Score) -> None:
    slow = replace(waltz, chords=tuple(c for c in waltz.chords if c.onset % (2 * 1440) == 0))
    changes = [
        fmean(len(bar.harmony or ()) for bar in engine.plan(like=score, seed=5).bars)
        for score in (waltz, slow)
    ]
    assert changes[1] <= changes[0]
    plan = engine.plan(like=slow, seed=5)
    chords = [bar.harmony for bar in plan.bars[:3]]
    assert chords[1] is not None and chords[0] is not None
    assert (chords[1][0].root, chords[1][0].quality) == (chords[0][-1].root, chords[0][-1].quality)


def test_what_is_said_goes_over_it(engine: Engine, waltz: Score) -> None:
    plain = engine.plan(like=waltz, seed=5)
    plan = engine.plan("awe", like=waltz, seed=5, key="D major", density=5, tempo=80, loudness=90)
    assert plan.profile.emotion == "awe" and str(plan.controls.key) == "D major"
    assert plan.controls.tempo == 80 and plan.own.tempo == 117
    for bar, before in zip(plan.bars, plain.bars, strict=True):
        assert (bar.controls.density or 0) > (before.controls.density or 0)
        assert bar.controls.loudness == before.controls.loudness
    assert plan.controls.register - plain.controls.register == (
        plan.controls.key.shift_from_c - plain.controls.key.shift_from_c
    )
    moved = engine.plan(like=waltz, seed=5, moods=["sadder"], tempo="-10%", density="+20%")
    assert moved.expressed.valence < plain.expressed.valence
    assert moved.controls.tempo == pytest.approx(0.9 * plain.controls.tempo, abs=1e-3)
    assert moved.controls.density == pytest.approx(1.2 * plain.controls.density, abs=1e-3)
    exact = engine.compose(like=waltz, seconds=20, seed=5).score
    assert exact.seconds == pytest.approx(20, abs=0.004) and exact.bars == 16


def test_it_survives_json_and_is_told(engine: Engine, waltz: Score, tmp_path: Path) -> None:
    path = waltz.write(tmp_path / "model.mid")
    piece = engine.compose(like=path, seed=5)
    assert Plan.from_dict(json.loads(json.dumps(piece.plan.as_dict()))) == piece.plan
    assert piece.as_dict()["like"] == "model.mid"
    assert piece.score.provenance is not None
    assert ("like", "model.mid") in piece.score.provenance.controls
    assert engine.compose(like=path.read_bytes(), seed=5).score.notes == piece.score.notes


def test_files_of_any_sequencer_are_read(engine: Engine, rag: Score) -> None:
    """One track, other ticks, all equally loud, silence before, and a metre the composer halves."""
    file = mido.MidiFile(file=BytesIO(rag.to_bytes(".mid")))
    merged = mido.MidiFile(type=0, ticks_per_beat=480)
    track = mido.merge_tracks(file.tracks)
    merged.tracks.append(track)
    for message in track:
        if message.type == "note_on" and message.velocity:
            message.velocity = 64
        if message.type in ("note_on", "note_off", "program_change"):
            message.channel = 0
    track.insert(0, mido.Message("control_change", control=7, value=100, time=2 * 1920))
    saved = BytesIO()
    merged.save(file=saved)
    plan = engine.plan(like=saved.getvalue(), seed=1)
    assert plan.controls.bars in (16, 17)
    own = engine.plan(plan.profile, seed=1).own
    assert (plan.own.loudness, plan.own.dynamics) == (own.loudness, own.dynamics)
    halved = replace(rag, time_signature=TimeSignature(2, 2)).to_bytes(".mid")
    assert read_steadily(load_document(halved)).time_signature == TimeSignature(4, 4)


def test_sections_are_found_where_none_are_marked(waltz: Score) -> None:
    unmarked = model_of(replace(waltz, sections=()))
    assert [section.bars for section in unmarked.sections] == [8, 8]
    named = model_of(replace(waltz, sections=(
        Section(0, "Intro"), Section(4 * 1440, "Verse 1"), Section(8 * 1440, "Verse 2")
    )))  # fmt: skip
    assert named.form == "ABB"


def test_a_chorale_of_bach_serves(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "chorale.mid"
    music21.corpus.parse("bach/bwv66.6").write("midi", path)
    piece = engine.compose(like=path, seed=2)
    assert piece.score.bars == pytest.approx(9, abs=1)
    assert model_of(piece.score).means["polyphony"] > 2


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"bars": 8}, "has its length: leave out bars"),
        ({"form": "AB"}, "has its form: leave out form"),
        ({"time_signature": "4/4"}, "has its metre: leave out time_signature"),
        ({"arc": "awe > fear"}, "along an arc or is like another"),
        ({"preset": "waltz"}, "has its metre, tempo and manner: leave out preset"),
    ],
)
def test_what_is_the_models_cannot_be_said(
    engine: Engine, waltz: Score, wishes: dict[str, object], message: str
) -> None:
    with pytest.raises(ControlError, match=message):
        engine.plan(like=waltz, seed=1, **wishes)  # type: ignore[arg-type]


def test_what_cannot_be_a_model_is_refused(engine: Engine, waltz: Score) -> None:
    five = replace(small_score(), time_signature=TimeSignature(5, 4))
    with pytest.raises(ControlError, match="no model for 5/4"):
        model_of(replace(five, bars=3))
    with pytest.raises(MidiError, match="there is no note in it"):
        model_of(replace(waltz, notes=()))
    with pytest.raises(MidiError, match="there is no file"):
        engine.plan(like="missing.mid")
