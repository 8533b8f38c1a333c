from __future__ import annotations

from dataclasses import replace
from math import log2
from statistics import fmean, pstdev

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.planning.bar_controls import BarControls, as_vector
from melodymuse.planning.controls import LIMITS, Controls, controls_for
from melodymuse.planning.expression import plan_bars
from melodymuse.planning.form import phrases_of, plan_sections
from melodymuse.planning.plan import Own
from melodymuse.planning.recall import CLOSE
from melodymuse.planning.remembering import plan_recalls

OWN = Own(tempo=84.0, loudness=52.0, dynamics=10.5)


def planned(controls: Controls, seed: int = 0) -> tuple[BarControls, ...]:
    sections = plan_sections(controls.form, controls.bars)
    recalls = plan_recalls(sections, [None] * controls.bars, seed)
    return plan_bars(replace(controls, seed=seed), OWN, sections, recalls)


def calm(**overrides: object) -> Controls:
    """A piece of 32 bars in 4/4."""
    wishes = {
        "key": "C major", "time_signature": "4/4", "form": "AABA", "bars": 32, **overrides
    }  # fmt: skip
    return controls_for(EmotionProfile.of("contentment"), **wishes)


@given(
    st.sampled_from(EMOTIONS),
    st.sampled_from([1, 2, 3, 5, 7, 9, 17, 23, 40, 128]),
    st.integers(0, 1000),
)
def test_each_bar_has_controls_that_the_network_takes(emotion: str, bars: int, seed: int) -> None:
    controls = controls_for(EmotionProfile.of(emotion), seed=seed, bars=bars)
    plans = planned(controls, seed)
    assert [plan.bar for plan in plans] == list(range(bars))
    for plan in plans:
        assert abs(as_vector(plan)).max() < 10
        for name in ("density", "loudness", "spread", "off_beat", "leaps"):
            low, high = LIMITS[name]
            assert low <= getattr(plan, name) <= high
        assert plan.metre == str(controls.time_signature)


def test_phrases_begin_and_end_where_the_form_says() -> None:
    controls = calm(form="iABAo", bars=40)
    plans = planned(controls)
    for section in plan_sections(controls.form, controls.bars):
        for start, length in phrases_of(section):
            marks = [(p.phrase_begins, p.phrase_ends) for p in plans[start : start + length]]
            assert marks[0][0] and marks[-1][1]
            assert not any(begins for begins, _ in marks[1:])
            assert not any(ends for _, ends in marks[:-1])
    assert not plans[0].melodic and not plans[-1].melodic and plans[20].melodic


def test_a_phrase_swells_to_its_middle_and_its_tune_rises_then_falls() -> None:
    first, *inner, last = planned(calm())[:4]
    assert min(p.loudness for p in inner) > max(first.loudness, last.loudness)
    assert first.contour > inner[0].contour > inner[1].contour > last.contour


def test_the_network_is_told_what_the_emotion_asks_for() -> None:
    """Tempo, loudness, dynamics and growth that the user wishes act on what it has written."""
    wished = planned(calm(tempo=200, loudness=110, dynamics=30, growth=50))
    assert wished == planned(calm())
    assert {(bar.tempo, bar.dynamics) for bar in wished} == {(OWN.tempo, OWN.dynamics)}
    assert abs(fmean(bar.loudness for bar in wished) - OWN.loudness) < 5


def test_the_end_is_softer_and_thinner() -> None:
    plans = planned(calm())
    assert plans[-1].density < 0.8 * plans[-5].density
    assert plans[-1].loudness < plans[-5].loudness


def test_a_second_theme_contrasts_with_the_first() -> None:
    controls = calm(form="AB", bars=16)
    plans = planned(controls)
    first, second = plans[0], plans[8]
    assert second.loudness > first.loudness
    assert fmean(p.register for p in plans[8:]) > fmean(p.register for p in plans[:8])


@given(st.integers(0, 10**6))
def test_a_bar_wavers_as_the_one_that_it_recalls_closely(seed: int) -> None:
    controls = calm()
    sections = plan_sections(controls.form, controls.bars)
    recalls = plan_recalls(sections, [None] * controls.bars, seed)
    plans = plan_bars(replace(controls, seed=seed), OWN, sections, recalls)
    for bar, recall in enumerate(recalls):
        if recall.bar is not None and recall.likeness >= CLOSE:
            # Leaps waver, but do not contrast.
            assert plans[bar].leaps == plans[recall.bar].leaps


def test_registers_are_told_as_if_the_tonic_were_c() -> None:
    at_c, at_d = (planned(calm(register=60, key=key)) for key in ("C major", "D major"))
    assert [a.register - b.register for a, b in zip(at_c, at_d, strict=True)] == pytest.approx(
        [2.0] * len(at_c)
    )


def test_a_phrase_breathes_out() -> None:
    """Two fifths thinner in the mean than the bars before; bars waver but mildly."""
    phrases = [planned(calm(density=4, form="A", bars=8), seed)[:4] for seed in range(100)]
    ends = fmean(phrase[3].density for phrase in phrases)
    inner = fmean(bar.density for phrase in phrases for bar in phrase[:3])
    assert ends / inner == pytest.approx(0.6, abs=0.04)
    spread = pstdev(log2(bar.density / 4) for phrase in phrases for bar in phrase[:3])
    assert spread == pytest.approx(0.12, abs=0.03)


def test_any_style_leaves_it_to_the_network() -> None:
    assert {p.style for p in planned(calm(style="any"))} == {None}
    assert {p.style for p in planned(calm(style="salon"))} == {"salon"}


def test_the_same_chance_gives_the_same_bars() -> None:
    controls = calm()
    assert planned(controls, 3) == planned(controls, 3)
    assert planned(controls, 3) != planned(controls, 4)


def test_a_theme_grows_from_statement_to_statement() -> None:
    pieces = [planned(calm(density=4), seed) for seed in range(40)]
    first, second, third = (
        fmean(bar.density for bars in pieces for bar in bars[start : start + 6])
        for start in (0, 8, 24)
    )
    assert first < 0.85 * second < 0.85 * third
    loudness = [fmean(bar.loudness for bar in pieces[0][start : start + 6]) for start in (0, 8, 24)]
    assert loudness == sorted(loudness) and loudness[0] < loudness[2]


def test_a_second_theme_has_a_texture_of_its_own() -> None:
    plans = planned(calm(blocks=0.5))
    first, second = plans[0], plans[16]
    assert second.density > 1.3 * first.density
    assert second.polyphony > first.polyphony and second.blocks < first.blocks
    assert second.articulation > first.articulation
