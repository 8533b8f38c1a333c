"""The line that a listener follows."""

from __future__ import annotations

from melodymuse.music.melody import melody_of
from melodymuse.music.score import Hand, Note


def struck(onset: float, pitch: int, quarters: float = 1.0) -> Note:
    """A note at a quarter."""
    return Note(round(onset * 480), round(quarters * 480), pitch, 64, Hand.RIGHT)


def test_the_highest_note_of_each_onset_is_the_melody() -> None:
    chords = [struck(beat, pitch) for beat in range(3) for pitch in (60, 64, 67 + beat)]
    assert melody_of(chords) == [(0, 67), (12, 68), (24, 69)]


def test_what_fills_in_below_a_long_note_is_no_melody() -> None:
    notes = [struck(0, 72, 2), struck(0.5, 64, 0.5), struck(1, 67, 0.5), struck(2, 74)]
    assert melody_of(notes) == [(0, 72), (24, 74)]


def test_a_line_that_is_held_over_is_still_a_line() -> None:
    assert melody_of([struck(0, 72, 1.1), struck(1, 71), struck(2, 69)]) == [
        (0, 72),
        (12, 71),
        (24, 69),
    ]


def test_playing_beside_the_grid_is_heard_as_it_is_written() -> None:
    written = [struck(beat / 4, 60 + beat, 0.25) for beat in range(8)]
    written += [struck(2 + third / 3, 70 + third, 1 / 3) for third in range(6)]
    played = [
        Note(
            max(note.onset + (-14, 9, 14, -9, 5)[index % 5], 0),
            note.duration,
            note.pitch,
            64,
            note.hand,
        )
        for index, note in enumerate(written)
    ]
    assert melody_of(played) == melody_of(written)
