"""A bar that returns: the same notes where its chords are the same, moved where they are others."""

from __future__ import annotations

from melodymuse.writing.tune.chord_scales import scale_of, sung_of, tones_of
from melodymuse.writing.tune.notes import Bar, TuneNote, degree, move

_FURTHEST = 5


def adapt(bar: Bar, before: list[int], after: list[int], mode: str) -> Bar:
    """A bar over other chords than it was written for.

    A note whose chord is the same stays.  A chord tone goes to the nearest tone of its new chord;
    what stands between goes along with the note before it, by scale degrees, into the new chord's
    scale.

    Args:
        bar: its notes.
        before: the chord class at each grid step of the bar as it was.
        after: the same where it returns.
        mode: "major" or "minor".
    """
    adapted: list[TuneNote] = []
    for index, note in enumerate(bar):
        old, new = before[note.position], after[note.position]
        if old == new:
            pitch = note.pitch
        elif not tones_of(old) or note.pitch % 12 in tones_of(old):
            pitch = _nearest(note.pitch, sung_of(new, mode) or scale_of(new, mode))
        elif index:
            steps = degree(note.pitch, mode)[0] - degree(bar[index - 1].pitch, mode)[0]
            moved = move(adapted[-1].pitch, steps, mode)
            pitch = _nearest(moved, scale_of(new, mode))
        else:
            pitch = _nearest(note.pitch, scale_of(new, mode))
        adapted.append(note._replace(pitch=pitch))
    return tuple(adapted)


def _nearest(pitch: int, pitch_classes: frozenset[int]) -> int:
    """The nearest pitch of these classes, the lower of two."""
    for distance in range(_FURTHEST + 1):
        for found in (pitch - distance, pitch + distance):
            if found % 12 in pitch_classes:
                return found
    return pitch
