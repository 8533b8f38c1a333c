"""Brightness of progressions, and what asking for it does to the harmony of a piece."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random
from statistics import fmean

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.grid import METRES
from melodymuse.music.theory import MODES
from melodymuse.planning.brightness import brightness, draw_by_brightness
from melodymuse.planning.form import plan_sections
from melodymuse.planning.harmony import colour_of, plan_harmony
from melodymuse.planning.numerals import Progression, read_progression
from melodymuse.planning.palette import PALETTES
from tests.planning.beginnings import beginning, own_beginnings

emotions = st.sampled_from(EMOTIONS)
modes = st.sampled_from(MODES)
SEEDS = range(60)
# Where an emotion's palette stands, "major" or "minor".
OWN_MODE = {e: "major" if palette.majorness >= 0.5 else "minor" for e, palette in PALETTES.items()}


@pytest.mark.parametrize(
    ("numerals", "value"),
    [
        # Counted by hand: raised tones (third, sharp fourth, sixth, seventh) over all variable.
        ("I", 1.0),
        ("i", 0.0),
        ("I | II", 1.0),  # Lydian
        ("I | V | vi | IV", 1.0),  # Ionian
        ("I | bVII | IV | I", 3 / 4),  # Mixolydian: one lowered seventh
        ("i | IV", 1 / 2),  # Dorian: lowered third, raised sixth
        ("i | iv | bVII", 0.0),  # Aeolian
        ("i | V", 1 / 2),  # harmonic minor: lowered third, leading tone
        ("i | bII", 0.0),  # Phrygian
        ("I | iv", 1 / 2),  # the borrowed subdominant: third against lowered sixth
        ("i | #ivo7", 1 / 2),  # sharp fourth and sixth against two lowered thirds
    ],
)
def test_brightness_of_the_modes(numerals: str, value: float) -> None:
    assert brightness(read_progression(numerals)) == pytest.approx(value)


def test_chords_without_variable_degrees_lie_in_the_middle() -> None:
    assert brightness(read_progression("Isus4 | Isus2")) == 0.5


@given(emotions, modes)
def test_a_chord_more_moves_brightness_towards_it(emotion: str, mode: str) -> None:
    for progression, _ in colour_of(emotion, mode).progressions:
        value = brightness(progression)
        darker, brighter = (
            brightness((*progression, *read_progression(more))) for more in ("i", "I")
        )
        assert 0 <= darker <= value <= brighter <= 1


@given(emotions, modes, st.floats(-2, 3), st.integers(0, 20), st.integers(0, 10**6))
def test_as_many_different_ones_as_there_are(
    emotion: str, mode: str, target: float, count: int, seed: int
) -> None:
    pool = colour_of(emotion, mode).progressions
    drawn = draw_by_brightness(pool, target, count, Random(seed))
    assert len(drawn) == len(set(drawn)) == min(count, len(pool))
    assert set(drawn) <= {progression for progression, _ in pool}


def test_nothing_comes_from_nothing() -> None:
    assert draw_by_brightness((), 0.5, 2, Random(0)) == []


@pytest.mark.parametrize(
    ("target", "nearest"),
    [(0.0, "i"), (0.5, "i | IV"), (0.75, "I | bVII | IV | I"), (1.0, "I"), (-1, "i"), (9, "I")],
)
def test_those_near_the_target_are_drawn(target: float, nearest: str) -> None:
    """Also where the target lies beyond them all."""
    texts = ("i", "i | IV", "I | bVII | IV | I", "I")
    pool = [(read_progression(text), 1.0) for text in texts]
    firsts = [draw_by_brightness(pool, target, 1, Random(seed)) for seed in SEEDS]
    assert firsts.count([read_progression(nearest)]) > 0.75 * len(SEEDS)


def test_of_equal_brightness_the_readier_is_drawn() -> None:
    ready, unready = read_progression("I | V"), read_progression("I | IV")
    assert brightness(ready) == brightness(unready)
    pool = [(unready, 0.15), (ready, 1.0)]
    firsts = [draw_by_brightness(pool, 1.0, 1, Random(seed))[0] for seed in SEEDS]
    assert firsts.count(ready) > 0.75 * len(SEEDS) > firsts.count(unready) > 0


def heard(emotion: str, asked: float, seed: int) -> Progression:
    """The chords of sixteen bars in the emotion's own mode."""
    planned = plan_harmony(
        plan_sections("AABA", 16),
        (emotion,),
        OWN_MODE[emotion],
        asked,
        METRES["4/4"],
        seed,
    )
    return tuple(tuple((chord.root, chord.quality) for chord in chords) for chords in planned)


def mean_over_seeds(of: Callable[[int], float]) -> float:
    return fmean(of(seed) for seed in SEEDS)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_what_is_asked_brighter_is_brighter(emotion: str) -> None:
    def mean_at(asked: float) -> float:
        return mean_over_seeds(lambda seed: brightness(heard(emotion, asked, seed)))

    means = [mean_at(asked) for asked in (0, 0.25, 0.5, 0.75, 1)]
    assert all(b >= a - 0.02 for a, b in pairwise(means)), means
    # Cadences stay, and disgust's own are as bright as anything in minor: not always much.
    assert means[-1] > means[0], means


@pytest.mark.parametrize("emotion", ["amusement", "contentment", "excitement"])
def test_emotions_in_major_have_room_to_darken(emotion: str) -> None:
    dark, bright = (
        mean_over_seeds(lambda seed, a=asked: brightness(heard(emotion, a, seed)))
        for asked in (0.0, 1.0)
    )
    assert bright - dark > 0.1


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_pure_emotion_keeps_mostly_its_own(emotion: str) -> None:
    asked = PALETTES[emotion].majorness
    own = own_beginnings(emotion, OWN_MODE[emotion])
    kept = mean_over_seeds(lambda seed: beginning(heard(emotion, asked, seed)) in own)
    assert kept > 0.75


def test_moved_to_the_dark_contentment_borrows() -> None:
    own = own_beginnings("contentment", "major")
    assert mean_over_seeds(lambda seed: beginning(heard("contentment", 0.5, seed)) in own) < 0.25
