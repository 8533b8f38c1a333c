"""Which chords go under a tune: the likeliest way through all of them (Viterbi 1967)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import GridChord, Metre
from melodymuse.writing.harmony.frames import Floats, beats_of
from melodymuse.writing.harmony.model import strength
from melodymuse.writing.vocabulary import item_chord

Chords = tuple[tuple[GridChord, ...], ...]


def likeliest(suits: Floats, follows: Floats, metre: Metre) -> NDArray[np.int64]:
    """The chord class of each beat, int64 (beats,), none of them 0.

    Args:
        suits: how well each chord suits each beat, (beats, CHORDS).
        follows: how readily one follows another at a beat, (PLACES, CHORDS, CHORDS).
        metre: of all bars; the first beat begins one.
    """
    beats = beats_of(metre)
    places = [strength(beat, metre) for beat in range(beats)]
    suits, follows = suits[:, 1:], follows[:, 1:, 1:]
    best = suits[0]
    came_from = np.zeros(suits.shape, np.int64)
    for beat in range(1, len(suits)):
        ways = best[:, None] + follows[places[beat % beats]]
        came_from[beat] = ways.argmax(axis=0)
        best = ways.max(axis=0) + suits[beat]
    found = [int(best.argmax())]
    for beat in range(len(suits) - 1, 0, -1):
        found.append(int(came_from[beat, found[-1]]))
    return 1 + np.asarray(found[::-1], np.int64)


def as_bars(classes: Sequence[int], metre: Metre) -> Chords:
    """Chord classes of beats as each bar's chord symbols, one at every bar line."""
    beats = beats_of(metre)
    bars = []
    for first in range(0, len(classes), beats):
        bar = classes[first : first + beats]
        bars.append(
            tuple(
                GridChord(beat * metre.beat_steps, *item_chord(int(chord)))
                for beat, chord in enumerate(bar)
                if beat == 0 or chord != bar[beat - 1]
            )
        )
    return tuple(bars)
