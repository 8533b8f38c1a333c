"""Chords for a tune: what the network is told, and the way that the search takes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.grid import METRES
from melodymuse.music.theory import QUALITIES
from melodymuse.writing.harmony.frames import BEATS_AROUND, FRAME, beats_of, frames
from melodymuse.writing.harmony.harmonize import harmonize
from melodymuse.writing.harmony.model import PLACES, HarmonyNetwork, strength
from melodymuse.writing.harmony.search import as_bars, likeliest
from melodymuse.writing.tune.notes import CHORDS, Tune, TuneNote
from melodymuse.writing.vocabulary import chord_item

FOUR = METRES["4/4"]
# A bar on the tonic, one on the dominant, twice; the end on the tonic.
TUNE: Tune = (
    (TuneNote(0, 12, 72), TuneNote(12, 12, 76), TuneNote(24, 24, 79)),
    (TuneNote(0, 24, 74), TuneNote(24, 24, 71)),
    (TuneNote(0, 12, 72), TuneNote(12, 12, 76), TuneNote(24, 24, 79)),
    (TuneNote(0, 48, 72),),
)


@pytest.fixture(scope="module")
def network() -> HarmonyNetwork:
    return HarmonyNetwork.shipped()


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(METRES)))
def test_the_search_finds_the_best_way_of_all(seed: int, name: str) -> None:
    metre, random = METRES[name], np.random.default_rng(seed)
    beats, kinds = beats_of(metre), 4
    length = 2 * beats if beats < 4 else 5
    suits = np.full((length, CHORDS), -1e6, np.float32)
    suits[:, 1 : 1 + kinds] = random.normal(size=(length, kinds))
    follows = random.normal(size=(PLACES, CHORDS, CHORDS)).astype(np.float32)

    def worth(way: tuple[int, ...]) -> float:
        steps = sum(
            follows[strength(beat % beats, metre), way[beat - 1], way[beat]]
            for beat in range(1, length)
        )
        return float(suits[np.arange(length), way].sum() + steps)

    best = max(product(range(1, 1 + kinds), repeat=length), key=worth)
    assert worth(tuple(likeliest(suits, follows, metre))) == pytest.approx(worth(best), abs=1e-4)


def test_chords_stand_at_every_bar_line_and_where_they_change() -> None:
    one, two = chord_item(0, "major"), chord_item(7, "dominant-seventh")
    first, second = as_bars([one, one, two, two, two, two, two, one], FOUR)
    assert [(c.position, c.root) for c in first] == [(0, 0), (24, 7)]
    assert [(c.position, c.root) for c in second] == [(0, 7), (36, 0)]


def test_a_beat_reads_its_tune_its_neighbours_and_its_place() -> None:
    rows = frames(TUNE, FOUR, ["major"] * 4)
    assert rows.shape == (16, FRAME)
    here = 25 * BEATS_AROUND
    assert rows[2, here + 7] == 1 and rows[2, here : here + 12].sum() == 1  # G sounds throughout
    assert rows[1, here + 25 + 7] == 1  # and is what follows the second beat
    minor = frames(TUNE, FOUR, ["minor"] * 4)
    assert (rows != minor).any() and (rows[:, :here] == minor[:, :here]).all()
    with_rest = frames(((), *TUNE[1:]), FOUR, ["major"] * 4)
    assert with_rest[0, here + 24] == 1 and rows[0, here + 24] == 0


def test_the_network_hears_tonic_and_dominant(network: HarmonyNetwork) -> None:
    chords = harmonize(network, TUNE, FOUR, "major", emotion="contentment", seed=0, temperature=0)
    assert [bar[0].root for bar in chords] == [0, 7, 0, 0]
    minor = tuple(
        tuple(n._replace(pitch=75 if n.pitch == 76 else n.pitch) for n in bar) for bar in TUNE
    )
    chords = harmonize(network, minor, FOUR, "minor", emotion="sadness", seed=0, temperature=0)
    assert (chords[0][0].root, QUALITIES[chords[0][0].quality][1]) == (0, 3)


def test_equal_bars_waver_alike_and_seeds_differ(network: HarmonyNetwork) -> None:
    long = TUNE * 4
    found = {
        harmonize(network, long, FOUR, "major", emotion="awe", seed=seed, temperature=2.0)
        for seed in range(6)
    }
    assert len(found) > 1
    again = harmonize(network, long, FOUR, "major", emotion="awe", seed=3, temperature=2.0)
    assert again in found
