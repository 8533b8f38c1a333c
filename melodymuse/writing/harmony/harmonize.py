"""Chords for a tune, in the colour of a feeling."""

from __future__ import annotations

import numpy as np

from melodymuse.music.grid import Metre
from melodymuse.music.theory import QUALITIES, SCALE_STEPS
from melodymuse.planning.harmony import colour_of
from melodymuse.streams import stream
from melodymuse.writing.harmony.frames import Floats, beats_of
from melodymuse.writing.harmony.model import HarmonyModel
from melodymuse.writing.harmony.search import Chords, as_bars, likeliest
from melodymuse.writing.tune.notes import CHORDS, Bar, Tune
from melodymuse.writing.vocabulary import item_chord

# What a chord of the feeling's own progressions gains, in nats a beat: where the scale has it
# anyway, and where it is borrowed; and how far another seed may draw from the likeliest way.
_OWN, _BORROWED = 0.4, 1.6
_WAVER = 0.25
_LEADING_TONE = 11


def harmonize(
    model: HarmonyModel,
    tune: Tune,
    metre: Metre,
    mode: str,
    *,
    emotion: str,
    seed: int,
    temperature: float = 1.0,
) -> Chords:
    """The chord symbols of each bar, one at every bar line; bars of the same notes waver alike.

    Args:
        model: what suits, and what follows what.
        tune: as if its tonic were C.
        metre: of all bars.
        mode: "major" or "minor".
        emotion: whose harmony is preferred where the tune leaves a choice.
        seed: of the piece.
        temperature: how far the seed may lead away from the likeliest chords; 0 not at all.
    """
    suits = model.suits(tune, metre, [mode] * len(tune)) + _colour(emotion, mode)
    first: dict[Bar, int] = {}
    beats = beats_of(metre)
    for index, bar in enumerate(tune):
        random = stream(seed, "harmonize", first.setdefault(bar, index))
        drawn = np.array([random.gauss(0, 1) for _ in range(CHORDS)], np.float32)
        suits[index * beats : (index + 1) * beats] += temperature * _WAVER * drawn
    return as_bars(likeliest(suits, model.follows, metre).tolist(), metre)


def _colour(emotion: str, mode: str) -> Floats:
    """What each chord class gains, (CHORDS,)."""
    colour = colour_of(emotion, mode)
    own = [p for p, ready in colour.progressions if ready == 1.0] + [*colour.half, *colour.full]
    wanted = {(root, QUALITIES[quality][:3]) for p in own for bar in p for root, quality in bar}
    scale = {*SCALE_STEPS[mode], _LEADING_TONE}
    row = np.zeros(CHORDS, np.float32)
    for chord in range(1, CHORDS):
        root, quality = item_chord(chord)
        triad = QUALITIES[quality][:3]
        if (root, triad) in wanted:
            row[chord] = _OWN if {(root + step) % 12 for step in triad} <= scale else _BORROWED
    return row
