"""Arcs: each bar of its own feeling, seams that lead over, one home, one piece."""

from __future__ import annotations

import json
from itertools import pairwise
from statistics import fmean

import pytest

import melodymuse
from melodymuse.engine import Engine
from melodymuse.errors import ControlError
from melodymuse.midi.conventions import broken_conventions
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.music.score import Hand, Score
from melodymuse.planning.arc import arc_tempos
from melodymuse.planning.plan import Plan

ARC = "contentment > fear > awe"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def piece(engine: Engine) -> melodymuse.Piece:
    return engine.compose(arc=ARC, seed=3, bars=24)


def test_each_place_has_whole_sections_in_its_own_mode_and_texture(engine: Engine) -> None:
    plan = engine.plan(arc=ARC, seed=3)
    assert [(s.start, s.name) for s in plan.arc] == [
        (0, "contentment"), (8, "fear"), (16, "awe")
    ]  # fmt: skip
    assert {stretch.start for stretch in plan.arc} <= {section.start for section in plan.sections}
    for stretch, end in zip(plan.arc, (8, 16, 24), strict=True):
        own = engine.plan(stretch.name, seed=3, bars=24, form=plan.controls.form)
        inside = plan.bars[stretch.start + 1 : end - 1]
        assert {bar.controls.mode for bar in inside} == {own.controls.key.mode}
        assert {bar.controls.tempo for bar in inside} == {own.own.tempo}
        loud = fmean(bar.controls.loudness or 0 for bar in inside)
        assert abs(loud - own.own.loudness) < 4
    assert [bar.closes for bar in plan.bars] == [False] * 23 + [True]


def test_the_bars_at_a_seam_lie_between_the_feelings_and_lead_over(engine: Engine) -> None:
    plan = engine.plan(arc="sadness > excitement", seed=1, bars=16)
    slow, fast = (stretch.own.tempo for stretch in plan.arc)
    tempos = [bar.controls.tempo or 0 for bar in plan.bars]
    assert tempos[6] == slow < tempos[7] < tempos[8] < tempos[9] == fast
    harmony = plan.bars[7].harmony
    assert harmony is not None and harmony[-1].root == 7


def test_the_tempo_glides_within_the_bar_before_a_seam(piece: melodymuse.Piece) -> None:
    score = piece.score
    bar = score.time_signature.bar_ticks
    at = {mark.onset: mark.bpm for mark in score.tempos}
    assert (at[0], at[8 * bar], at[16 * bar]) == (84, 118, 80)
    rising = [bpm for onset, bpm in at.items() if 7 * bar <= onset <= 8 * bar]
    assert len(rising) >= 3 and all(a < b for a, b in pairwise(rising))
    assert not any(bar * 2 < onset < 7 * bar for onset in at)


def test_loudness_follows_the_feelings(piece: melodymuse.Piece) -> None:
    def loud(first: int, last: int) -> float:
        bar = piece.score.time_signature.bar_ticks
        notes = [n for n in piece.score.notes if first * bar <= n.onset < last * bar]
        return fmean(note.velocity for note in notes)

    assert loud(0, 7) + 5 < loud(9, 15) and loud(0, 7) + 10 < loud(17, 22)


def test_it_is_one_piece(piece: melodymuse.Piece) -> None:
    score = piece.score
    assert broken_conventions(score.to_bytes(".mid")) == ()
    assert score.tune == {(note.onset, note.pitch) for note in score.sung}
    bar = score.time_signature.bar_ticks
    for number in range(24):
        for hand in Hand:
            struck = [n for n in score.hand(hand) if n.onset // bar == number]
            held = [n for n in score.hand(hand) if n.onset < number * bar < n.end]
            assert struck or held or hand is Hand.RIGHT
    last = [note.pitch % 12 for note in score.notes if note.onset >= 23 * bar]
    assert score.key.pitch_class in last


def test_it_tells_where_it_goes(piece: melodymuse.Piece) -> None:
    told = piece.as_dict()["arc"]
    assert [(place["name"], place["bar"]) for place in told] == [
        ("contentment", 1), ("fear", 9), ("awe", 17)
    ]  # fmt: skip
    assert [place["key"].split()[1] for place in told] == ["major", "minor", "major"]
    assert piece.score.title == "Contentment, fear, awe"
    assert piece.score.provenance is not None
    assert ("arc", ARC) in piece.score.provenance.controls


def test_a_plan_survives_json_and_gives_the_same_bytes(
    engine: Engine, piece: melodymuse.Piece
) -> None:
    plan = Plan.from_dict(json.loads(json.dumps(piece.plan.as_dict())))
    assert plan == piece.plan
    other = engine.plan("awe", seed=8, bars=4)
    scores = [p.score for p in engine.compose_plans([other, plan])]
    assert scores[1].to_bytes(".mid") == piece.score.to_bytes(".mid")
    assert scores[0] == engine.compose(other).score


def test_a_feeling_that_comes_again_sings_its_theme_again(engine: Engine) -> None:
    score = engine.compose(arc="awe > sadness > awe", seed=4, bars=24).score
    assert [section.name for section in score.sections] == ["A", "B", "A'"]
    opening, back = (_sung(score, first) for first in (0, 16))
    assert len(opening & back) > 0.6 * len(opening)
    assert len(opening & _sung(score, 8)) < 0.3 * len(opening)


def _sung(score: Score, first: int) -> set[tuple[int, int]]:
    """The first four bars of a section's tune, from its beginning."""
    bar = score.time_signature.bar_ticks
    found = {(note.onset - first * bar, note.pitch) for note in score.sung}
    return {(onset, pitch) for onset, pitch in found if 0 <= onset < 3 * bar}


def test_what_is_wished_holds_throughout(engine: Engine) -> None:
    plan = engine.plan(
        arc=["fear", EmotionProfile.of("awe")], seed=2, bars=8, tempo=90, key="D minor",
        time_signature="3/4",
    )  # fmt: skip
    assert str(plan.controls.key) == "D minor"
    assert [str(s.controls.key) for s in plan.arc] == ["D minor", "D major"]
    assert {s.controls.tempo for s in plan.arc} == {90}
    assert plan.metre is METRES["3/4"]
    steady = arc_tempos(plan.arc[:1], plan.metre, 8)
    assert steady[0].bpm == 90
    forms = engine.plan(arc="fear > awe", form="AABA", bars=16, seed=2)
    assert [s.start for s in forms.arc] == [0, 8]


def test_what_is_said_in_a_word_is_of_each_feeling(engine: Engine) -> None:
    arc = "sadness > excitement"
    plain = engine.plan(arc=arc, seed=2)
    said = engine.plan(arc=arc, seed=2, tempo="+10%", bars="-50%")
    tempos = [round(stretch.controls.tempo * 1.1, 4) for stretch in plain.arc]
    assert [stretch.controls.tempo for stretch in said.arc] == tempos
    assert len(said.bars) == len(plain.bars) // 2
    calmer = engine.plan(arc=arc, seed=2, moods=["calmer"])
    for before, after in zip(plain.arc, calmer.arc, strict=True):
        assert after.expressed.arousal < before.expressed.arousal
    waltz = engine.plan(arc=arc, seed=2, preset="waltz", tempo=120)
    assert {stretch.controls.tempo for stretch in waltz.arc} == {120}
    assert (waltz.metre.name, waltz.controls.accompaniment) == ("3/4", "waltz")
    exact = engine.compose(arc=arc, seed=2, preset="waltz", seconds=30).score
    assert exact.seconds == pytest.approx(30, abs=0.004)


def test_a_picture_is_a_place(engine: Engine) -> None:
    plan = engine.plan(arc=["sadness", "@rocket"], seed=2, bars=8)
    assert [stretch.name for stretch in plan.arc] == ["sadness", "rocket.jpg"]
    assert plan.title == "Sadness, rocket"


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"arc": "awe"}, "from one feeling to another"),
        ({"arc": "awe > "}, "write it as in"),
        ({"arc": "awe > fear", "bars": 7}, "needs at least 8 bars, not 7"),
        ({"arc": "awe > fear", "form": "A"}, "form A has 1 sections for 2 feelings"),
        ({"arc": "awe > fear", "emotion": "anger"}, "says all that is felt"),
    ],
)
def test_impossible_arcs_are_one_line(
    engine: Engine, wishes: dict[str, object], message: str
) -> None:
    with pytest.raises(ControlError, match=message):
        engine.plan(**wishes)  # type: ignore[arg-type]
