"""Scores to measure: plausible ones, all different, and one repeated note."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from melodymuse.music.score import Hand, Note, Score, TempoMark, TimeSignature
from melodymuse.music.theory import SCALE_STEPS, Key

QUARTER = 480
BAR = 4 * QUARTER


def score_of(notes: Iterable[Note], bars: int, mode: str = "major") -> Score:
    """A score in C at 100 quarters a minute."""
    return Score(
        notes=tuple(sorted(notes)),
        time_signature=TimeSignature(),
        key=Key("C", mode),
        bars=bars,
        tempos=(TempoMark(0, 100.0),),
    )


def plausible(seed: int, bars: int = 16) -> Score:
    """A tune over broken chords; half of the bars return four bars later.

    How busy, loud, high and long-held it is differs from seed to seed.
    """
    random = Random(seed)
    scale = [60 + octave + step for octave in (0, 12) for step in SCALE_STEPS["major"]]
    busy, loud, held = random.uniform(0.3, 0.9), random.uniform(50, 90), random.uniform(0.5, 1.5)
    tune: list[list[tuple[int, int]]] = []
    notes = []
    for bar in range(bars):
        if bar >= 4 and random.random() < 0.5:
            tune.append(tune[bar - 4])
        else:
            places = [place for place in range(8) if random.random() < busy] or [0]
            at = random.randrange(len(scale))
            line = []
            for place in places:
                at = min(max(at + random.choice((-2, -1, -1, 0, 1, 1, 2, 4)), 0), len(scale) - 1)
                line.append((place * QUARTER // 2, scale[at]))
            tune.append(line)
        for position, pitch in tune[bar]:
            velocity = round(random.gauss(loud, 8))
            length = min(round(held * QUARTER / 2), BAR - position)
            notes.append(Note(bar * BAR + position, length, pitch, velocity, Hand.RIGHT))
        root = (36, 41, 43, 45)[bar % 4]
        for beat, step in enumerate((0, 7, 12, 7)):
            velocity = round(random.gauss(loud - 12, 6))
            place = bar * BAR + beat * QUARTER
            notes.append(Note(place, QUARTER, root + step, velocity, Hand.LEFT))
    return score_of(notes, bars)


def one_note(seed: int, bars: int = 16) -> Score:
    """The same quarter note again and again; the pitch is all that the seed chooses."""
    pitch = 60 + Random(seed).randrange(5)
    return score_of(
        [Note(i * QUARTER, QUARTER, pitch, 64, Hand.RIGHT) for i in range(4 * bars)], bars
    )
