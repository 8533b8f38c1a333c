"""Excerpts of songs, and what the network writes with their controls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import GRID_PER_QUARTER, METRES, GridNote
from melodymuse.music.score import Hand
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.vocabulary import VELOCITY_STEP
from tests.training.pop909_set import write_set, write_song
from training.evaluate.copied import (
    copied_plans,
    cut_excerpts,
    cut_from,
    on_legible_grid,
    own_form_plans,
    read_named,
    real_piece,
    written_piece,
)

BAR_STEPS = METRES["4/4"].bar_steps
grid_notes = st.builds(
    GridNote,
    position=st.integers(0, BAR_STEPS - 1),
    hand=st.sampled_from(Hand),
    pitch=st.integers(21, 108),
    duration=st.integers(1, 2 * BAR_STEPS),
    velocity=st.integers(1, 127),
)
NAMES = [f"pop909/{number:03d}" for number in range(1, 4)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("data"), songs=3, bars=24)


def test_songs_by_name_in_four_four_only(data: Path) -> None:
    write_song(data / "pop909_cl" / "midi" / "007.mid", metre=3)
    names = ["lieder/1", *NAMES[:2], "pop909/007", "pop909/999"]
    songs = list(read_named(data, names))
    assert [song.name for song in songs] == NAMES[:2]
    assert [song.tempo for song in songs] == [81, 82]


def test_missing_songs_are_told(tmp_path: Path) -> None:
    with pytest.raises(MelodyMuseError, match="no POP909-CL"):
        list(read_named(tmp_path, NAMES))


def test_excerpts_begin_with_phrases_and_do_not_overlap(data: Path) -> None:
    song = next(read_named(data, NAMES))
    for seed in range(5):
        excerpts = cut_excerpts(song, 8, 2, Random(seed))
        starts = sorted(excerpt.start for excerpt in excerpts)
        assert len(starts) == 2 and starts[1] - starts[0] >= 8
        assert all(start % 4 == 0 and start + 8 <= 24 for start in starts)
    assert cut_excerpts(song, 32, 2, Random(0)) == []


def test_as_many_excerpts_as_asked_the_same_each_time(data: Path) -> None:
    excerpts = cut_from(data, NAMES, 8, 5, seed=1)
    assert [e.song.name for e in excerpts] == [NAMES[0]] * 2 + [NAMES[1]] * 2 + [NAMES[2]]
    again = cut_from(data, NAMES, 8, 5, seed=1)
    assert [e.start for e in again] == [e.start for e in excerpts]


def test_a_real_excerpt_has_the_songs_notes(data: Path) -> None:
    (excerpt,) = cut_from(data, NAMES, 8, 1, seed=0)
    piece = real_piece(excerpt, seed=0)
    grid = [(bar, n) for bar, notes in enumerate(excerpt.grid_notes) for n in notes]
    assert len(piece.score.notes) == len(grid) > 0
    for note, (bar, original) in zip(
        piece.score.notes,
        sorted(grid, key=lambda g: (g[0], g[1].position, g[1].duration, g[1].pitch)),
        strict=True,
    ):
        assert note.onset == (bar * 48 + original.position) * 40
        assert note.pitch == original.pitch and note.hand is original.hand
        assert abs(note.velocity - original.velocity) <= VELOCITY_STEP // 2
    assert piece.score.tempos[0].bpm == excerpt.tempo == 81
    assert piece.events == 0


def quarter(*places: int) -> list[GridNote]:
    """Notes of the second quarter of a bar, one pitch above the other."""
    return [
        GridNote(GRID_PER_QUARTER + place, Hand.RIGHT, 60 + index, 3, 64)
        for index, place in enumerate(places)
    ]


@given(st.lists(grid_notes, max_size=40))
def test_every_beat_is_duple_or_triple_and_the_bar_keeps_its_notes(notes: list[GridNote]) -> None:
    legible = on_legible_grid(notes)
    assert list(legible) == sorted(legible)
    for beat in range(0, BAR_STEPS, GRID_PER_QUARTER):
        before, after = (
            [n for n in these if 0 <= n.position - beat < GRID_PER_QUARTER]
            for these in (notes, legible)
        )
        places = [note.position - beat for note in after]
        assert all(p % 3 == 0 for p in places) or all(p % 4 == 0 for p in places)
        # Each pitch stays in its beat and hand; of two that fall together one is left.
        assert {(n.hand, n.pitch) for n in before} == {(n.hand, n.pitch) for n in after}
    struck = [(note.position, note.hand, note.pitch) for note in legible]
    assert len(struck) == len(set(struck)) <= len(notes)
    assert all(0 <= note.position < BAR_STEPS for note in legible)


@given(st.lists(grid_notes, max_size=40))
def test_what_is_legible_stays_as_it_is(notes: list[GridNote]) -> None:
    legible = on_legible_grid(notes)
    assert on_legible_grid(legible) == legible


@pytest.mark.parametrize(
    ("played", "legible"),
    [
        ((0, 3, 6, 9), (0, 3, 6, 9)),
        ((0, 4, 8), (0, 4, 8)),
        ((0, 4, 6, 9), (0, 3, 6, 9)),  # one triplet among sixteenths
        ((0, 4, 7), (0, 4, 8)),  # a hurried triplet
        ((1, 5), (0, 6)),  # as near to both: sixteenths
        ((0, 11), (0, 9)),  # early for the next beat, yet of this one
    ],
)
def test_beats_go_to_the_nearer_division(played: Sequence[int], legible: Sequence[int]) -> None:
    assert on_legible_grid(quarter(*played)) == tuple(quarter(*legible))


def test_notes_that_fall_together_are_one() -> None:
    first, second = GridNote(0, Hand.LEFT, 40, 6, 70), GridNote(1, Hand.LEFT, 40, 12, 50)
    assert on_legible_grid([first, second]) == (first,)
    apart = GridNote(1, Hand.RIGHT, 40, 12, 50)
    assert len(on_legible_grid([first, apart])) == 2


def test_copied_plans_say_what_the_bars_are(data: Path) -> None:
    (excerpt,) = cut_from(data, NAMES, 8, 1, seed=0)
    plans = copied_plans(excerpt, 0)
    notes = excerpt.grid_notes
    assert [plan.controls.density for plan in plans] == [len(bar) / 4 for bar in notes]
    assert [plan.controls.bar for plan in plans] == list(range(excerpt.start, excerpt.start + 8))
    assert all(plan.controls.bars == 24 and plan.controls.tempo == 81 for plan in plans)
    # The accompaniment of the songs comes back every four bars.
    assert all(plan.recall.bar == index - 4 for index, plan in enumerate(plans) if index >= 4)
    assert not any(plan.closes or plan.harmony for plan in plans)


def test_own_form_takes_nothing_but_means(data: Path) -> None:
    (excerpt,) = cut_from(data, NAMES, 8, 1, seed=0)
    copied, own = copied_plans(excerpt, 0), own_form_plans(excerpt, 0)
    loudness = [plan.controls.loudness or 0.0 for plan in copied]
    (mean,) = {plan.controls.loudness for plan in own}
    assert mean == pytest.approx(sum(loudness) / 8)
    assert len({plan.controls.register for plan in own}) == 1
    # Our form looks back only, and not as the song does.
    assert [plan.recall.bar for plan in own] != [plan.recall.bar for plan in copied]
    assert all(p.recall.bar is None or p.recall.bar < i for i, p in enumerate(own))


def test_a_written_excerpt_is_as_long_and_as_busy(data: Path) -> None:
    (excerpt,) = cut_from(data, NAMES, 8, 1, seed=0)
    real = real_piece(excerpt, seed=0).score
    network = NoteNetwork.shipped()
    pieces = [written_piece(network, excerpt, copied_plans(excerpt, 0), 5) for _ in range(2)]
    first, again = pieces
    assert first.score == again.score and first.song == excerpt.song.name
    assert first.score.bars == 8 and first.score.key == real.key
    assert first.events > len(first.score.notes) and first.seconds > 0
    assert 0.7 < len(first.score.notes) / len(real.notes) < 1.4
    assert first.score.hand(Hand.LEFT) and first.score.hand(Hand.RIGHT)
    # An excerpt has no final chord that is held: its last bar is no thinner than the others.
    assert max(note.end for note in first.score.notes) <= first.score.end
