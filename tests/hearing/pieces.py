"""Pieces whose cues are known: one line over fifths, as bright, fast, loud and high as wished."""

from __future__ import annotations

from melodymuse.music.score import Hand, Note, Score, TempoMark, TimeSignature
from melodymuse.music.theory import Key

Q = 480
MAJOR, MINOR = (0, 4, 7, 12), (0, 3, 7, 12)


def piece(
    *,
    steps: tuple[int, ...] = MAJOR,
    bpm: float = 100.0,
    velocity: int = 64,
    length: int = Q,
    low: int = 60,
    bars: int = 4,
) -> Score:
    """Quarters up and down a chord, every second one a little louder, over a fifth in each bar."""
    end = 4 * bars * Q
    tune = [
        Note(n * Q, min(length, end - n * Q), low + steps[n % 4], velocity + n % 2, Hand.RIGHT)
        for n in range(4 * bars)
    ]
    bass = [
        Note(bar * 4 * Q, 4 * Q, low - 24 + step, velocity, Hand.LEFT)
        for bar in range(bars)
        for step in (0, 7)
    ]
    return Score(
        tuple(sorted([*tune, *bass], key=lambda n: (n.onset, n.duration, n.pitch))),
        TimeSignature(),
        Key("C", "major"),
        bars,
        (TempoMark(0, bpm),),
    )
