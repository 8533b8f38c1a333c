"""What the tune network is told of a bar, as classes; 0 means that nothing is told.

Measured on a bar of training music, planned for a bar to be: the same classes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import METRES, Metre
from melodymuse.music.theory import MODES
from melodymuse.writing.tune.likeness import LIKENESSES
from melodymuse.writing.tune.notes import Bar

STYLES = ("pop", "song", "standard")

# Upper bounds of the classes after "not told".
_NOTES = (0, 1, 2, 3, 4, 5, 6, 8, 11)
_REGISTER = (57.0, 60.0, 63.0, 66.0, 69.0, 72.0, 75.0, 78.0)
_MOTION = (0.5, 1.5, 2.5, 3.5)
_OFF_BEAT = (0.0, 0.34, 0.5, 0.67)
_UPBEAT = (0, 6, 12, 24)
_FURTHEST = 9

# Name and number of classes of everything told, in the order of the columns.
TOLD: Mapping[str, int] = MappingProxyType(
    {
        "metre": len(METRES),
        "mode": len(MODES),
        "style": 1 + len(STYLES),
        "since": _FURTHEST + 1,
        "to_end": _FURTHEST + 1,
        "notes": len(_NOTES) + 2,
        "register": len(_REGISTER) + 2,
        "motion": len(_MOTION) + 2,
        "off_beat": len(_OFF_BEAT) + 2,
        "upbeat": len(_UPBEAT) + 2,
        "pitches": LIKENESSES,
        "rhythm": LIKENESSES,
    }
)
# A bar's chords are told at up to four beats, and the next bar's first one.
CHORD_SLOTS = 5


def notes_class(notes: float) -> int:
    """Class of a number of notes in a bar."""
    return 1 + bisect_left(_NOTES, round(notes))


def register_class(pitch: float) -> int:
    """Class of a bar's mean pitch."""
    return 1 + bisect_left(_REGISTER, pitch)


def motion_class(semitones: float) -> int:
    """Class of a bar's mean step in semitones, without direction."""
    return 1 + bisect_left(_MOTION, semitones)


def off_beat_class(share: float) -> int:
    """Class of the share 0..1 of a bar's onsets that lie between beats."""
    return 1 + bisect_left(_OFF_BEAT, share)


def upbeat_class(steps: int) -> int:
    """Class of the length in grid steps of an upbeat at the end of a bar; 0 for none."""
    return 1 + bisect_left(_UPBEAT, steps)


def place_class(bars: int) -> int:
    """Class of the bars since a phrase began, or before it ends (0 the first, or last, itself)."""
    return 1 + min(bars, _FURTHEST - 1)


def measure(bar: Bar, before: int | None, metre: Metre) -> dict[str, int]:
    """Classes of what a bar's own notes show.

    Args:
        bar: its notes.
        before: the pitch before the bar, None at the beginning.
        metre: of the bar.
    """
    told = {"notes": notes_class(len(bar)), "register": 0, "motion": 0, "off_beat": 0}
    if bar:
        pitches = [note.pitch for note in bar]
        line = pitches if before is None else [before, *pitches]
        told["register"] = register_class(fmean(pitches))
        steps = [abs(b - a) for a, b in pairwise(line)]
        told["motion"] = motion_class(fmean(steps)) if steps else 0
        off = sum(note.position % metre.beat_steps != 0 for note in bar)
        told["off_beat"] = off_beat_class(off / len(bar))
    return told


def beat_chords(steps: NDArray[np.int64], metre: Metre) -> NDArray[np.int64]:
    """Chord classes of each bar's beats and of the next bar's first, int64 (bars, CHORD_SLOTS).

    Args:
        steps: as `chord_steps` gives them.
        metre: of all bars.
    """
    slots = np.zeros((len(steps), CHORD_SLOTS), np.int64)
    beats = steps[:, :: metre.beat_steps]
    slots[:, : beats.shape[1]] = beats
    slots[:-1, -1] = beats[1:, 0]
    slots[-1:, -1] = beats[-1:, -1]
    return slots


def as_row(told: Mapping[str, int]) -> Sequence[int]:
    """A bar's classes in the order of the columns; what is not named is not told."""
    return [told.get(name, 0) for name in TOLD]
