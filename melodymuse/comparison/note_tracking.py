"""From a network's certainties, pitch by pitch and moment by moment, to notes.

The rules are those of basic-pitch (Bittner et al., ICASSP 2022, section 3): a note begins at a peak
of the onsets, lasts while its pitch is heard, and takes its neighbours' share with it, latest notes
first.  Two of its additions are left out.  The search for notes without an onset: a piano has none.
And onsets inferred where a pitch grows suddenly: it does so at every seam between the network's
windows (measured on six pieces of MelodyMuse, whose notes are known: F1 0.825 instead of 0.815).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Activity = NDArray[np.float32]

# The package's own defaults; a frame lasts 11.6 ms.
ONSET_THRESHOLD = 0.5
NOTE_THRESHOLD = 0.3
SHORTEST_FRAMES = 11
PATIENCE_FRAMES = 11


class TrackedNote(NamedTuple):
    """A note: its first frame, the frame at which it has ended, and its row (0 = lowest pitch)."""

    first: int
    last: int
    row: int


def track_notes(
    sounding: Activity,
    beginning: Activity,
    *,
    onset_threshold: float = ONSET_THRESHOLD,
    note_threshold: float = NOTE_THRESHOLD,
) -> list[TrackedNote]:
    """Notes, by first frame and row.

    Args:
        sounding: shape (frames, rows), 0..1: how sure it is that the pitch sounds.
        beginning: the same shape, 0..1: how sure it is that the pitch is struck.
        onset_threshold: a peak under it is no onset.
        note_threshold: a pitch under it for more than `PATIENCE_FRAMES` has ended.
    """
    free = sounding.copy()
    notes = []
    for first, row in reversed(_peaks(beginning, onset_threshold)):
        last = _end(free[:, row], first, note_threshold)
        if last - first <= SHORTEST_FRAMES:
            continue
        # The neighbours' share is the note's own, smeared.
        free[first:last, max(row - 1, 0) : row + 2] = 0
        notes.append(TrackedNote(first, last, row))
    return sorted(notes)


def _peaks(onsets: Activity, threshold: float) -> list[tuple[int, int]]:
    """(frame, row) of what is higher than the frames before and after, in order."""
    middle = onsets[1:-1]
    high = (middle > onsets[:-2]) & (middle > onsets[2:]) & (middle >= threshold)
    return [(int(frame) + 1, int(row)) for frame, row in np.argwhere(high)]


def _end(certainty: Activity, first: int, threshold: float) -> int:
    """The frame after the last one that is heard, once nothing was heard for a while."""
    heard = np.flatnonzero(certainty[first + 1 :] >= threshold)
    if not heard.size:
        return first + 1
    gaps = np.flatnonzero(np.diff(heard, prepend=-1) > PATIENCE_FRAMES)
    last = heard[gaps[0] - 1] if gaps.size and gaps[0] else (None if gaps.size else heard[-1])
    return first + 1 if last is None else min(first + 2 + int(last), len(certainty) - 1)
