"""Loops: nothing slows down or closes, and the end leads back to the beginning."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ControlError
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.reader import read_midi
from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.score import Score
from melodymuse.piece import Piece

ENGINE = Engine()
SEEDS = range(2)


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Piece, Piece]]:
    """Pieces of eight bars that close, and the same as loops."""
    wishes: list[dict[str, Any]] = [
        {"seed": seed, "bars": 8, "loop": loop} for loop in (False, True) for seed in SEEDS
    ]
    plans = [ENGINE.plan(emotion, **wish) for wish in wishes for emotion in EMOTIONS]
    pieces = ENGINE.compose_plans(plans)
    half = len(pieces) // 2
    return list(zip(pieces[:half], pieces[half:], strict=True))


def in_bar(score: Score, bar: int) -> int:
    """How many notes are struck in a bar."""
    return sum(note.onset // score.time_signature.bar_ticks == bar for note in score.notes)


def test_it_keeps_its_tempo_and_its_texture_to_the_end(pairs: list[tuple[Piece, Piece]]) -> None:
    assert all(len(loop.score.tempos) == 1 for _, loop in pairs)
    shares = [
        fmean(in_bar(score, bar) for bar in (6, 7)) / fmean(in_bar(score, bar) for bar in range(6))
        for pair in pairs
        for score in (pair[0].score, pair[1].score)
    ]
    closed, looped = fmean(shares[::2]), fmean(shares[1::2])
    assert looped > closed + 0.12


def test_it_ends_on_the_dominant_and_begins_as_the_piece_that_closes(
    pairs: list[tuple[Piece, Piece]],
) -> None:
    for piece, loop in pairs:
        harmony = loop.plan.bars[-1].harmony
        assert harmony is not None and harmony[-1].root == 7
        assert not any(bar.closes for bar in loop.plan.bars)
        assert [bar.harmony for bar in loop.plan.bars[:3]] == [
            bar.harmony for bar in piece.plan.bars[:3]
        ]
        assert loop.controls.key == piece.controls.key


def test_nothing_sounds_past_the_last_bar_line_and_something_leads_to_it(
    pairs: list[tuple[Piece, Piece]],
) -> None:
    moved = 0
    for _, loop in pairs:
        score = loop.score
        assert broken_conventions(score.to_bytes(".mid")) == ()
        half = score.end - score.time_signature.bar_ticks // 2
        moved += any(note.onset >= half for note in score.notes)
    assert moved >= 0.9 * len(pairs)


def test_it_is_told_in_the_file_and_on_the_page(pairs: list[tuple[Piece, Piece]]) -> None:
    piece, loop = pairs[0]
    read = read_midi(loop.score.to_bytes(".mid"))
    assert read.loops and not read_midi(piece.score.to_bytes(".mid")).loops
    page = loop.score.to_bytes(".musicxml")
    assert page.count(b'<repeat direction="forward"') == 1
    assert page.count(b'<repeat direction="backward"') == 1
    assert b"<repeat" not in piece.score.to_bytes(".musicxml")


def test_any_length_loops() -> None:
    lengths = (1, 2, 3, 5, 48)
    plans = [ENGINE.plan("contentment", seed=1, bars=bars, loop=True) for bars in lengths]
    assert all(plan.controls.form.isupper() for plan in plans)
    assert tuple(len(plan.bars) for plan in plans) == lengths
    # The longest is left to the plan: the network goes on as it does in any piece.
    pieces = ENGINE.compose_plans(plans[:-1])
    assert tuple(piece.score.bars for piece in pieces) == lengths[:-1]


def test_arcs_and_own_chords_loop_too() -> None:
    arc = ENGINE.compose(arc="awe > sadness", seed=2, bars=8, loop=True)
    assert arc.score.loops and not any(bar.closes for bar in arc.plan.bars)
    own = ENGINE.plan("awe", seed=2, bars=4, chords="C | Am | F | G", key="C major", loop=True)
    assert [bar.harmony[0].root for bar in own.bars if bar.harmony] == [0, 9, 5, 7]


def test_a_loop_of_exact_length() -> None:
    score = ENGINE.compose("excitement", seconds=12, loop=True, seed=4).score
    assert score.seconds == pytest.approx(12, abs=0.003)


def test_a_ritardando_is_refused() -> None:
    with pytest.raises(ControlError, match="a loop goes on in its tempo"):
        ENGINE.plan("awe", loop=True, ritardando=0.2)
    with pytest.raises(ControlError, match="loop must be true or false, not 'yes'"):
        ENGINE.plan("awe", loop="yes")  # type: ignore[arg-type]
