"""What the towers read of music: events, sound, and where it is heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from melodymuse.hearing.cues import sounded_notes
from tests.hearing.pieces import piece
from training.space.material import COMPOSED, read_pieces
from training.space.sounds import BANDS, FRAMES, mel_of


def test_sound_begins_with_the_first_note_and_higher_notes_lie_higher() -> None:
    low, high = (sounded_notes(piece(low=pitch, bars=2)) for pitch in (45, 69))
    high = [note._replace(onset=note.onset + 5) for note in high]
    heard = [mel_of(notes) for notes in (low, high)]
    for mel in heard:
        assert mel.shape == (FRAMES, BANDS) and mel.max() == 0 and mel.min() == -1
        assert mel[:3].max() > -0.3  # at once, whenever the first note is
        assert (mel[-20:] == -1).all()  # and nothing long after the end
    middles = [(10 ** (4 * mel[:40]) * np.arange(BANDS)).sum() for mel in heard]
    weights = [(10 ** (4 * mel[:40])).sum() for mel in heard]
    assert middles[0] / weights[0] < middles[1] / weights[1]


def test_pieces_of_our_own_stand_where_they_were_composed_for(tmp_path: Path) -> None:
    pieces = read_pieces(tmp_path, 2, 1)
    assert pieces.songs.tolist() == [f"{COMPOSED}/0", f"{COMPOSED}/1"]
    assert (np.abs(pieces.places) <= 0.9).all() and not np.isclose(
        pieces.places, pieces.heard
    ).any()
    alone = read_pieces(tmp_path, 1, 1)
    np.testing.assert_array_equal(alone.events[0], pieces.events[0])
    np.testing.assert_array_equal(alone.places[0], pieces.places[0])
