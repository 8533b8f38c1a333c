"""What a training step reads, what it should answer, and what it is not told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")

from melodymuse.errors import MelodyMuseError
from melodymuse.planning.bar_controls import COLUMNS, STEERED
from melodymuse.planning.recall import UNKNOWN
from melodymuse.writing.hints import TUNE_HINTS
from melodymuse.writing.vocabulary import BAR_POSITION, FIRST_LEFT
from tests.training.pop909_set import write_song, write_structure
from training.composer.batches import (
    FORGET_STYLE,
    NOT_AVERAGED,
    Lanes,
    forget_controls,
    played,
    song_steps,
    without_hints,
    without_recall,
    without_tune,
)
from training.composer.corpus import EncodedSong, encode_song
from training.composer.network import PART_NAMES
from training.composer.pop909 import read_song

KNOWN = slice(len(STEERED), 2 * len(STEERED))
STYLE = [COLUMNS.index(name) for name in COLUMNS if name.startswith("style_")]
TOLD_AS_IT_IS = [STEERED.index(name) for name in NOT_AVERAGED]


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> EncodedSong:
    folder = tmp_path_factory.mktemp("song")
    path = write_song(folder / "1.mid", bars=16, seed=5)
    read = read_song(path, write_structure(folder / "1", bars=16))
    assert read is not None
    return encode_song(read)


def test_each_part_counts_where_it_means_something(song: EncodedSong) -> None:
    steps = song_steps(song)
    new_bar = steps.target[:, 0] == BAR_POSITION
    note = steps.target[:, 1] >= FIRST_LEFT
    for part, counts in enumerate((new_bar | True, ~new_bar, note, note)):
        np.testing.assert_array_equal(steps.weights[:, part], counts)
    np.testing.assert_array_equal(steps.target[:-1], steps.events[1:])


def test_a_note_of_unknown_loudness_teaches_none(song: EncodedSong) -> None:
    events = song.events.copy()
    events[20:, 3] = 0
    weights = song_steps(replace(song, events=events)).weights
    assert weights[:19, 3].any() and not weights[19:, 3].any()
    assert weights[19:, 2].any()


def test_nothing_is_recalled_without_recall(song: EncodedSong) -> None:
    steps = without_recall(song_steps(song))
    assert not steps.recalled.any() and (steps.likeness == UNKNOWN).all()


def test_tune_and_figure_are_told_unless_they_are_forgotten(song: EncodedSong) -> None:
    steps = song_steps(song)
    np.testing.assert_array_equal(steps.hints[:, :TUNE_HINTS], song.tune[:-1])
    np.testing.assert_array_equal(steps.hints[:, TUNE_HINTS:], song.figure[:-1, 1])
    assert not without_hints(steps).hints.any()
    untuned = without_tune(steps).hints
    assert not untuned[:, :TUNE_HINTS].any() and untuned[:, TUNE_HINTS:].any()
    random = np.random.default_rng(3)
    told = np.stack([played([song], random).steps.hints for _ in range(60)])
    likeness = told[..., -1]
    assert 0.1 < (likeness == 0).mean() - (steps.hints[:, -1] == 0).mean() < 0.4
    # Of the two ways to tell of a figure both come, each whole.
    ways = (told[:, :, None, TUNE_HINTS:] == song.figure[None, :-1]).all(axis=-1)
    assert (ways.any(axis=-1) | (likeness == 0)).all()
    assert (ways & ~ways[..., ::-1]).any(axis=(0, 1)).all()


def forgotten(song: EncodedSong, draws: int = 60) -> np.ndarray:
    random = np.random.default_rng(7)
    owner = np.zeros(len(song.controls), np.intp)
    return np.stack([forget_controls(song.controls, owner, random) for _ in range(draws)])


def test_what_is_not_told_is_not_known_either(song: EncodedSong) -> None:
    told = forgotten(song)
    assert not told[..., : len(STEERED)][told[..., KNOWN] == 0].any()
    share = 1 - told[..., KNOWN].sum() / (len(told) * song.controls[:, KNOWN].sum())
    assert 0.15 < share < 0.35  # 7 % of all, then 0, 10 or 40 % of each


def test_means_are_told_for_what_steers_and_never_for_harmony_and_phrases(
    song: EncodedSong,
) -> None:
    told, known = forgotten(song), forgotten(song)[..., KNOWN] > 0
    real = np.broadcast_to(song.controls[:, : len(STEERED)], known.shape)
    changed = known & ~np.isclose(told[..., : len(STEERED)], real, atol=1e-6)
    assert changed.any()
    assert not changed[..., TOLD_AS_IT_IS].any()
    # A mean lies within what it is the mean of.
    low, high = real.min(axis=1, keepdims=True), real.max(axis=1, keepdims=True)
    values = told[..., : len(STEERED)]
    assert ((values >= low - 1e-6) & (values <= high + 1e-6))[known].all()


def test_place_and_metre_are_always_told_and_the_style_often(song: EncodedSong) -> None:
    told = forgotten(song, 200)
    kept = [i for i in range(2 * len(STEERED), len(COLUMNS)) if i not in STYLE]
    assert (told[..., kept] == song.controls[:, kept]).all()
    hidden = (told[..., STYLE] == 0).all(axis=(1, 2)).mean()
    assert abs(hidden - FORGET_STYLE) < 0.1


def test_an_epoch_plays_every_step_once_and_forgets_some(song: EncodedSong) -> None:
    songs = [song] * 6
    lanes = Lanes(songs, lanes=4, window=16, seed=3)
    steps = sum(len(song.events) - 1 for song in songs)
    assert len(lanes) == steps // (4 * 16)
    inputs, targets, weights = lanes[0]
    assert inputs["events"].shape == (4, 16, 4) and inputs["likeness"].shape == (4, 16)
    assert inputs["controls"].shape == (4, 16, len(COLUMNS))
    assert set(targets) == set(weights) == set(PART_NAMES)
    # What comes out at a step is what goes in at the next.
    np.testing.assert_array_equal(inputs["chosen"][:, 0, 1], targets["item"][:, 0])
    told = np.concatenate([lanes[i][0]["likeness"].ravel() for i in range(len(lanes))])
    assert 0.1 < (told == UNKNOWN).mean() < 0.7


def test_too_few_steps_for_a_batch_are_refused(song: EncodedSong) -> None:
    with pytest.raises(MelodyMuseError, match="do not fill one batch of 64x128"):
        Lanes([song], lanes=64, window=128, seed=0)
