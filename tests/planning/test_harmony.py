from __future__ import annotations

from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.music.theory import MODES, Key
from melodymuse.planning.brightness import brightness as brightness_of
from melodymuse.planning.form import phrases_of, plan_sections
from melodymuse.planning.harmony import cadence, colour_of, follow_chords, plan_harmony, tonic
from melodymuse.planning.numerals import (
    place_chords,
    read_progression,
    read_symbols,
)
from melodymuse.planning.palette import PALETTES
from melodymuse.planning.progressions import COMMON, MIXTURE, PROGRESSIONS
from tests.planning.beginnings import beginning, own_beginnings

forms = st.from_regex(r"i?[A-E]{1,7}o?", fullmatch=True)
emotions = st.sampled_from(EMOTIONS)
modes = st.sampled_from(MODES)
metres = st.sampled_from(list(METRES.values()))
seeds = st.integers(0, 10**6)
brightnesses = st.floats(0, 1)


def roots(chords: tuple[GridChord, ...]) -> list[tuple[int, str]]:
    return [(chord.root, chord.quality) for chord in chords]


@given(forms, st.integers(1, 80), emotions, emotions, modes, brightnesses, metres, seeds)
def test_each_bar_has_chords_and_the_piece_ends_on_the_tonic(
    form: str,
    bars: int,
    first: str,
    second: str,
    mode: str,
    brightness: float,
    metre: Metre,
    seed: int,
) -> None:
    assume(bars >= len(form))
    sections = plan_sections(form, bars)
    planned = plan_harmony(sections, (first, second), mode, brightness, metre, seed)
    assert len(planned) == bars and all(planned)
    assert planned[-1] == (tonic(mode),) == (GridChord(0, 0, mode),)
    for chords in planned:
        places = [chord.position for chord in chords]
        assert places[0] == 0 and places == sorted(set(places))
        assert places[-1] < metre.bar_steps


@given(forms, st.integers(4, 80), emotions, modes, brightnesses, metres, seeds)
def test_phrases_end_on_their_cadence(
    form: str, bars: int, emotion: str, mode: str, brightness: float, metre: Metre, seed: int
) -> None:
    assume(bars >= len(form))
    sections = plan_sections(form, bars)
    planned = plan_harmony(sections, (emotion,), mode, brightness, metre, seed)
    colour = colour_of(emotion, mode)
    closes = [
        tuple(place_chords(chords, metre) for chords in progression)
        for progression in (*colour.half, *colour.full)
    ]
    for section in sections:
        for start, length in phrases_of(section):
            end = start + length
            if length >= 4 and end < bars:
                assert planned[end - 2 : end] in closes
            elif 2 <= length < 4 and end < bars:
                assert planned[end - 1] in [close[-1] for close in closes]


@given(emotions, modes, brightnesses, seeds)
def test_a_theme_keeps_its_progression_when_it_returns(
    emotion: str, mode: str, brightness: float, seed: int
) -> None:
    sections = plan_sections("ABAA", 32)
    planned = plan_harmony(sections, (emotion,), mode, brightness, METRES["4/4"], seed)
    # Cadences too: only half and full may change places, which the first phrase's never do.
    assert planned[16:20] == planned[24:28] == planned[:4]
    for statement in (16, 24):
        assert planned[statement + 4 : statement + 6] == planned[4:6]
    half, full = (
        {tuple(place_chords(chords, METRES["4/4"]) for chords in p) for p in kind}
        for kind in (colour_of(emotion, mode).half, colour_of(emotion, mode).full)
    )
    cadences = {planned[end - 2 : end] for end in (8, 24)}
    assert len(cadences & half) <= 1 and len(cadences & full) <= 1


@given(emotions, modes, seeds)
def test_harmony_hastens_towards_most_cadences(emotion: str, mode: str, seed: int) -> None:
    sections = plan_sections("AABABBAB", 64)
    planned = plan_harmony(sections, (emotion,), mode, 0.5, METRES["4/4"], seed)
    for start in range(0, 64, 4):
        opening, before = roots(planned[start]), roots(planned[start + 1])
        own = [p for p, _ in colour_of(emotion, mode).progressions if p[0] == tuple(opening)]
        # The bar before the cadence is the progression's own, or has the first chord of the next.
        assert any(before in (list(p[1]), [p[1][0], p[2][0]]) for p in own)
    changes = sum(len(chords) for chords in planned) / 64
    assert 1 <= changes < 2


@given(emotions, modes, brightnesses, seeds)
def test_the_last_phrase_closes_fully(
    emotion: str, mode: str, brightness: float, seed: int
) -> None:
    sections = plan_sections("AABA", 16)
    planned = plan_harmony(sections, (emotion,), mode, brightness, METRES["4/4"], seed)
    preparing = {place_chords(p[0], METRES["4/4"]) for p in colour_of(emotion, mode).full}
    assert planned[-2] in preparing


def test_a_theme_that_is_said_again_at_once_asks_or_closes() -> None:
    sections = plan_sections("AABA", 32)
    closing = [
        roots(plan_harmony(sections, ("contentment",), "major", 0.95, METRES["4/4"], seed)[7])
        for seed in range(60)
    ]
    assert 0.8 < sum(bar[-1] == (0, "major") for bar in closing) / 60 < 1.0


def test_the_second_theme_takes_the_second_emotions_harmony() -> None:
    sections = plan_sections("AB", 16)
    asked = PALETTES["fear"].majorness
    fearful = 0
    for seed in range(60):
        planned = plan_harmony(
            sections, ("contentment", "fear"), "minor", asked, METRES["4/4"], seed
        )
        first, second = (
            beginning([roots(planned[bar]), roots(planned[bar + 1])]) for bar in (0, 8)
        )
        assert first in {beginning(p) for p, _ in colour_of("contentment", "minor").progressions}
        assert second in {beginning(p) for p, _ in colour_of("fear", "minor").progressions}
        fearful += second in own_beginnings("fear", "minor")
    assert fearful > 40


@given(emotions, modes)
def test_a_mode_that_an_emotion_has_nothing_for_is_common_ground(emotion: str, mode: str) -> None:
    colour = colour_of(emotion, mode)
    assert colour.progressions and colour.half and colour.full
    assert all(len(p) == 4 and 0 < readiness <= 1 for p, readiness in colour.progressions)
    assert len({p for p, _ in colour.progressions}) == len(colour.progressions)
    assert all(len(p) == 2 for p in (*colour.half, *colour.full))
    assert all(p[-1][-1][0] == 0 for p in colour.full), "a full cadence reaches the tonic"
    assert all(p[-1][-1][0] != 0 for p in colour.half), "a half cadence does not"


def test_amusement_in_minor_goes_the_common_way() -> None:
    progressions = colour_of("amusement", "minor").progressions
    assert [p for p, readiness in progressions if readiness == 1] == list(
        map(read_progression, COMMON["minor"])
    )
    assert [p for p, readiness in progressions if readiness < 1] == list(
        map(read_progression, MIXTURE["minor"])
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_own_brightness_is_that_of_its_own(emotion: str, mode: str) -> None:
    texts = PROGRESSIONS[emotion].get(mode, COMMON[mode])
    own = [brightness_of(read_progression(text)) for text in texts]
    colour = colour_of(emotion, mode)
    assert colour.own_brightness == pytest.approx(sum(own) / len(own))
    assert sum(readiness == 1 for _, readiness in colour.progressions) == len(own)


@given(modes, metres, seeds)
def test_the_last_cadence_prepares_the_tonic(mode: str, metre: Metre, seed: int) -> None:
    chords = cadence(mode, metre, Random(seed))
    assert len(chords) == 2 and chords[-1].root == 7
    assert chords[-1].position == metre.half_steps


@given(st.integers(1, 40))
def test_the_users_chords_go_round_and_close_on_the_tonic(bars: int) -> None:
    key = Key("D", "minor")
    progression = read_symbols("Dm | Bb F | A7", key)
    followed = follow_chords(progression, bars, "minor", METRES["4/4"])
    assert len(followed) == bars and roots(followed[-1]) == [(0, "minor")]
    for bar, chords in enumerate(followed[:-1]):
        assert roots(chords) == list(progression[bar % 3])
