"""What of a piece is painted: its tune, its left hand, its form, as numbers from 0 to 1."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from melodymuse.errors import MidiError
from melodymuse.music.score import Hand, Note, Score

CALM, BUSY = 2.0, 12.0  # notes a second
_LEAST_RANGE = 12  # semitones


@dataclass(frozen=True, slots=True)
class Touch:
    """A note: when it sounds, how high in its hand's range, how loud; each 0..1."""

    start: float
    end: float
    height: float
    force: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """A piece to be painted.

    Attributes:
        tune, low: the notes of the melody and of the left hand, in order.
        parts: where each section begins, 0..1, and which it is (0 for A, 1 for B ...).
        chords: where each harmony begins, 0..1, and its root 0..11.
        loud, busy: mean loudness, notes a second; each 0..1.
        ranging: how far its loudness ranges, 0..1.
        major: minor -1 .. major 1.
        seed: what chance is drawn by.
    """

    tune: tuple[Touch, ...]
    low: tuple[Touch, ...]
    parts: tuple[tuple[float, int], ...]
    chords: tuple[tuple[float, int], ...]
    loud: float
    busy: float
    ranging: float
    major: float
    seed: int


def portrait_of(score: Score) -> Portrait:
    """What of a piece is painted.

    Raises:
        MidiError: it holds no note.
    """
    if not score.notes:
        raise MidiError("there is no note in it: nothing to paint")
    end, low = score.end, score.hand(Hand.LEFT)
    names: dict[str, int] = {}
    for section in score.sections:
        names.setdefault(section.name.rstrip("'").strip(), len(names))
    parts = [(s.onset / end, names[s.name.rstrip("'").strip()]) for s in score.sections]
    forces = sorted(note.velocity / 127 for note in score.notes)
    origin = score.provenance
    return Portrait(
        tune=_touches(score.sung or score.notes, end),
        low=_touches(low or score.notes, end),
        parts=tuple(parts) or ((0.0, 0),),
        chords=tuple((chord.onset / end, chord.root) for chord in score.chords),
        loud=sum(forces) / len(forces),
        busy=unit((len(score.notes) / max(score.seconds, 1) - CALM) / (BUSY - CALM)),
        ranging=unit(2 * (forces[-1 - len(forces) // 20] - forces[len(forces) // 20])),
        major=1.0 if score.key.mode == "major" else -1.0,
        seed=zlib.crc32(repr(score.notes).encode()) if origin is None else origin.seed,
    )


def _touches(notes: Sequence[Note], end: int) -> tuple[Touch, ...]:
    pitches = [note.pitch for note in notes]
    spread = max(max(pitches) - min(pitches), _LEAST_RANGE)
    return tuple(
        Touch(n.onset / end, n.end / end, (n.pitch - min(pitches)) / spread, n.velocity / 127)
        for n in notes
    )


def unit(value: float) -> float:
    """A value, cut to 0..1."""
    return min(max(value, 0.0), 1.0)
