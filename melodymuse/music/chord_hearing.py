"""Which chords the notes of a bar make, where nobody has written them down."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from melodymuse.music.grid import GridChord, GridNote, Metre
from melodymuse.music.theory import QUALITIES

# What is heard where notes leave it open, the simplest first.
_HEARD = (
    *("major", "minor", "dominant-seventh", "minor-seventh", "major-seventh", "diminished"),
    "half-diminished",
)
# A note beside the chord weighs against it, and a note of it that is missing; a root in the bass
# speaks for it.  In shares of the sounding time; chosen so that a passing note on a weak eighth
# changes no triad.
_OUTSIDE, _MISSING, _ROOT_IN_BASS = 1.0, 0.1, 0.25


def heard_chords(notes: Sequence[GridNote], metre: Metre) -> tuple[GridChord, ...]:
    """The chord of each half of a bar, once where it is the same; none for silence."""
    chords: list[GridChord] = []
    for begin, end in pairwise((0, metre.half_steps, metre.bar_steps)):
        heard = _heard(notes, begin, end)
        if heard and (not chords or (chords[-1].root, chords[-1].quality) != heard):
            chords.append(GridChord(begin, *heard))
    return tuple(chords)


def _heard(notes: Sequence[GridNote], begin: int, end: int) -> tuple[int, str] | None:
    """Root and quality of the chord that fits what sounds in a stretch best."""
    sounding = [0.0] * 12
    within = [
        note for note in notes if note.position < end and note.position + note.duration > begin
    ]
    if not within:
        return None
    for note in within:
        until = min(note.position + note.duration, end)
        sounding[note.pitch % 12] += until - max(note.position, begin)
    whole = sum(sounding)
    bass = min(within, key=lambda note: note.pitch).pitch % 12

    def fit(root: int, quality: str) -> float:
        members = [(root + step) % 12 for step in QUALITIES[quality]]
        inside = sum(sounding[member] for member in members) / whole
        missing = sum(not sounding[member] for member in members)
        return (
            inside - _OUTSIDE * (1 - inside) - _MISSING * missing + _ROOT_IN_BASS * (root == bass)
        )

    return max(((root, quality) for quality in _HEARD for root in range(12)), key=lambda c: fit(*c))
