"""What is written for hands of a level is within their bounds, whatever the emotion."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Hand, Note, Score
from melodymuse.planning.accompaniment import FIGURES
from melodymuse.planning.controls import controls_for
from melodymuse.planning.levels import LEVELS
from melodymuse.planning.planner import plan_for
from melodymuse.writing.composer import write_many


@pytest.fixture(scope="module")
def pieces() -> dict[str, tuple[Score, ...]]:
    """A piece of each emotion and each level, every other one with a figure that is named."""
    return {level: _composed(level) for level in (*LEVELS, "as is")}


def _composed(level: str) -> tuple[Score, ...]:
    plans = []
    for index, emotion in enumerate(EMOTIONS):
        profile = EmotionProfile.of(emotion)
        figure = list(FIGURES)[index] if index % 2 else None
        controls = controls_for(profile, seed=index, level=level, bars=5, accompaniment=figure)
        plans.append(plan_for(profile, profile, controls))
    return write_many(plans)


def strikes(score: Score) -> Iterator[tuple[Hand, int, list[Note]]]:
    """Hand, onset, what it strikes."""
    found: dict[tuple[Hand, int], list[Note]] = {}
    for note in score.notes:
        found.setdefault((note.hand, note.onset), []).append(note)
    yield from ((hand, onset, notes) for (hand, onset), notes in sorted(found.items()))


@pytest.mark.parametrize("level", LEVELS)
def test_no_hand_strikes_more_or_wider_than_it_can(
    pieces: dict[str, tuple[Score, ...]], level: str
) -> None:
    bounds = LEVELS[level].bounds
    for score in pieces[level]:
        for hand, onset, notes in strikes(score):
            pitches = [note.pitch for note in notes]
            assert max(pitches) - min(pitches) <= bounds.span
            assert len(notes) <= (bounds.left if hand is Hand.LEFT else bounds.right)
            held = [n.pitch for n in score.notes if n.hand is hand and n.onset <= onset < n.end]
            assert max(held) - min(held) <= bounds.reach


@pytest.mark.parametrize("level", LEVELS)
def test_no_hand_is_quicker_than_its_level(
    pieces: dict[str, tuple[Score, ...]], level: str
) -> None:
    for score in pieces[level]:
        tick = 60 / score.tempos[0].bpm / 480
        for hand in Hand:
            onsets = [onset for side, onset, _ in strikes(score) if side is hand]
            quickest = min(after - before for before, after in pairwise(onsets))
            # Values go in halves, and none is longer than an eighth for that reason.
            assert quickest * tick >= LEVELS[level].quickest or quickest == 240


def test_easy_pieces_are_easier_than_others(pieces: dict[str, tuple[Score, ...]]) -> None:
    notes = {level: sum(len(score.notes) for score in found) for level, found in pieces.items()}
    assert notes["easy"] < 0.75 * notes["as is"] and notes["easy"] < notes["medium"]
    wide = [
        max(max(n.pitch for n in group) - min(n.pitch for n in group) for *_, group in strikes(s))
        for s in pieces["as is"]
    ]
    assert max(wide) > LEVELS["easy"].bounds.span
