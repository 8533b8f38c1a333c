"""Pieces of an exact length."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.engine import Engine
from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.planning.arc import arc_tempos
from melodymuse.planning.length import seconds_of
from melodymuse.planning.plan import Plan

ENGINE = Engine()


def lasts(plan: Plan) -> float:
    """How long its score will last."""
    bars = plan.controls.bars
    return seconds_of(arc_tempos(plan.stretches, plan.metre, bars), bars, plan.metre)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(EMOTIONS), st.floats(12, 200), st.integers(0, 99))
def test_any_length_is_met_near_the_feelings_own_tempo(
    emotion: str, seconds: float, seed: int
) -> None:
    plan = ENGINE.plan(emotion, seconds=seconds, seed=seed)
    assert abs(lasts(plan) - seconds) < 0.004
    assert 0.8 <= plan.controls.tempo / plan.own.tempo <= 1.25
    own = ENGINE.plan(emotion, seed=seed).controls
    assert plan.controls.time_signature == own.time_signature and plan.controls.key == own.key
    assert plan.controls.ritardando == own.ritardando


def test_long_pieces_are_whole_phrases() -> None:
    for emotion in EMOTIONS:
        bars = ENGINE.plan(emotion, seconds=60, seed=1).controls.bars
        assert bars % 4 == 0, (emotion, bars)


def test_the_file_lasts_as_long_to_its_last_note_and_its_last_event() -> None:
    for emotion, seconds in (("sadness", 24), ("excitement", 18), ("awe", 15.5)):
        score = ENGINE.compose(emotion, seconds=seconds, seed=2).score
        assert score.seconds == pytest.approx(seconds, abs=0.004)
        file = mido.MidiFile(file=BytesIO(score.to_bytes(".mid")))
        assert file.length == pytest.approx(seconds, abs=0.004)
        assert max(note.end for note in score.notes) == score.end


@settings(max_examples=10, deadline=None)
@given(st.integers(4, 64), st.floats(60, 150), st.integers(0, 20))
def test_with_bars_the_tempo_is_fitted_with_a_tempo_the_ritardando(
    bars: int, tempo: float, seed: int
) -> None:
    plain = ENGINE.plan("awe", bars=bars, tempo=tempo, ritardando=0.2, seed=seed)
    with_bars = ENGINE.plan("awe", bars=bars, seconds=lasts(plain), ritardando=0.2, seed=seed)
    assert with_bars.controls.tempo == pytest.approx(tempo, rel=1e-3)
    both = ENGINE.plan("awe", bars=bars, tempo=tempo, seconds=lasts(plain), seed=seed)
    assert both.controls.ritardando == pytest.approx(0.2, abs=0.005)
    free = ENGINE.plan("awe", tempo=tempo, seconds=lasts(plain), seed=seed)
    assert free.controls.tempo == tempo and abs(lasts(free) - lasts(plain)) < 0.004


def test_an_arc_lasts_as_long_and_keeps_its_tempos_apart() -> None:
    plain = ENGINE.plan(arc="sadness > excitement", seed=1)
    plan = ENGINE.plan(arc="sadness > excitement", seconds=45, seed=1)
    assert abs(lasts(plan) - 45) < 0.004
    slow, fast = (stretch.controls.tempo for stretch in plan.arc)
    assert fast / slow == pytest.approx(138 / 64, rel=1e-3)
    assert {s.controls.tempo for s in plain.arc} == {64, 138}


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"seconds": 0}, "seconds must be a number above 0, not 0"),
        ({"seconds": float("nan")}, "above 0"),
        ({"seconds": "60"}, "above 0, not '60'"),
        ({"seconds": 0.5}, r"0.5 seconds cannot be had .* ask for \d"),
        ({"seconds": 9000}, "cannot be had near"),
        ({"seconds": 10, "bars": 100}, "10 seconds for 100 bars of 4/4 would take a tempo of"),
        ({"seconds": 10, "bars": 16, "tempo": 60}, "16 bars of 4/4 at 60 last .* seconds, not 10"),
        (
            {"seconds": 60, "bars": 15, "tempo": 61, "ritardando": 0},
            "leave out one of bars, tempo and ritardando",
        ),
        ({"seconds": 1, "tempo": 60}, "no number of bars of 4/4 at 60 lasts 1 seconds"),
    ],
)
def test_what_cannot_be_had_is_refused(wishes: dict[str, Any], message: str) -> None:
    with pytest.raises(ControlError, match=message):
        ENGINE.plan("awe", seed=1, time_signature="4/4", **wishes)
