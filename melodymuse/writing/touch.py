"""Touch: how hard each note is struck, beyond what the network chose.

A melody is brought out over its accompaniment, and the beginning of the bar over the rest of it
(Repp 1999, JASA 105:1972-1988, and Palmer 1997, Annual Review of Psychology 48:115-138, measured
both in pianists).  Where the network's own dynamics are flatter than was asked for, they are
stretched.  What the user wishes of loudness, dynamics and growth acts here, after the network has
written its notes, so that it changes none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

from melodymuse.music.score import Hand, Note

# Velocity to add: to the top note of the right hand, to its inner notes, to the left hand; on the
# first beat, on others, off the beat.  Chosen so that pieces come near to the held-out songs of
# POP909, where the top is 5 louder than what the right hand plays below it and 13 louder than the
# bass, and beats are 5 louder than what falls between them.
_MELODY, _INNER, _LEFT = 3.0, 1.0, -3.0
_DOWNBEAT, _BEAT, _OFF_BEAT = 2.5, 1.5, -1.5
# Standard deviation that dynamics have at least, whatever is asked ("Velocities speak").
LEAST_SPREAD = 5.0
_SOFTEST, _LOUDEST = 8, 127


@dataclass(frozen=True, slots=True)
class Touch:
    """How a piece is played, beyond what the network chose.

    Attributes:
        spread: standard deviation that its velocities have at least.
        wider: by how much that deviation is multiplied.
        louder: velocity to add.
        growth: velocity by which the last bar is louder than the first.
    """

    spread: float = LEAST_SPREAD
    wider: float = 1.0
    louder: float = 0.0
    growth: float = 0.0


def shape_velocities(
    notes: Sequence[Note],
    bar_ticks: int,
    beat_ticks: int,
    touch: Touch,
    bars: int,
    first: int = 0,
) -> tuple[Note, ...]:
    """The same notes with voices balanced, accents set, and dynamics that speak.

    Unless the touch asks for more or less, the mean velocity stays, except so near the ends of the
    range that dynamics need room; so does their standard deviation, unless it is less than it
    should be.

    Args:
        notes: of a piece.
        bar_ticks, beat_ticks: lengths of a bar and of a beat.
        touch: what is asked for.
        bars: length of what is played so, over which it grows.
        first: its first bar.
    """
    if not notes:
        return ()
    places = ((note.onset // bar_ticks - first) / max(bars - 1, 1) for note in notes)
    grown = [touch.growth * (place - 0.5) for place in places]
    accents = [_accent(note, bar_ticks, beat_ticks) for note in notes]
    wished = [v + a + g for v, a, g in zip(_voiced(notes), accents, grown, strict=True)]
    played = [note.velocity + step for note, step in zip(notes, grown, strict=True)]
    mean, middle, spread = fmean(played), fmean(wished), pstdev(wished)
    wanted = max(max(pstdev(played), touch.spread) * touch.wider, LEAST_SPREAD)
    stretch = wanted / spread if spread else 1.0
    # Dynamics are kept from piling up at the ends of the range.
    centre = min(max(mean + touch.louder, _SOFTEST + 1.5 * wanted), _LOUDEST - 1.5 * wanted)
    return tuple(
        replace(note, velocity=_playable(centre + (value - middle) * stretch))
        for note, value in zip(notes, wished, strict=True)
    )


def _playable(velocity: float) -> int:
    return round(min(max(velocity, _SOFTEST), _LOUDEST))


def _voiced(notes: Sequence[Note]) -> list[int]:
    """Velocities with their voice's weight added, held within 1..127."""
    top: dict[int, int] = {}
    for note in notes:
        if note.hand is Hand.RIGHT:
            top[note.onset] = max(top.get(note.onset, 0), note.pitch)
    voiced = []
    for note in notes:
        weight = _LEFT
        if note.hand is Hand.RIGHT:
            weight = _MELODY if note.pitch == top[note.onset] else _INNER
        voiced.append(round(min(max(note.velocity + weight, 1), 127)))
    return voiced


def _accent(note: Note, bar_ticks: int, beat_ticks: int) -> float:
    if note.onset % bar_ticks == 0:
        return _DOWNBEAT
    return _BEAT if note.onset % beat_ticks == 0 else _OFF_BEAT
