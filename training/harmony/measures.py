"""How well chords for a tune agree with those that experts put under it.

Agreement is the share of beats; intervals are 95 % of a bootstrap over songs.  What another
annotator reaches stands beside it, and what little knowledge does: the tonic throughout, and in
each half of a bar the triad of the scale that has most of the tune's time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.theory import QUALITIES, SCALE_STEPS
from melodymuse.writing.harmony.frames import beats_of
from melodymuse.writing.tune.chord_scales import tones_of
from melodymuse.writing.tune.notes import CHORDS
from melodymuse.writing.vocabulary import chord_item
from training.harmony.corpus import HarmonizedTune, roots, triad_of
from training.tune.song import metre_of

ROUNDS = 1000
Harmonizer = Callable[[HarmonizedTune], NDArray[np.int64]]
_TRIADS = [triad_of(chord) for chord in range(CHORDS)]


def measure(
    tunes: Sequence[HarmonizedTune], harmonizers: Mapping[str, Harmonizer], seed: int = 0
) -> dict[str, dict[str, Any]]:
    """For each harmonizer the mean of each figure over tunes and its interval.

    Figures: "root" and "triad" agreement, "inside", the share of the tune's time that lies inside
    the chord, "outside_on_beats", the share of its notes on beats that do not, "changes" a bar.
    """
    report = {}
    for name, harmonize in harmonizers.items():
        rows = [_figures(tune, harmonize(tune)) for tune in tunes]
        random = np.random.default_rng(seed)
        report[name] = {figure: _mean([row[figure] for row in rows], random) for figure in rows[0]}
    return report


def own_chords(tune: HarmonizedTune) -> NDArray[np.int64]:
    """What the experts wrote."""
    return tune.chords


def always_tonic(tune: HarmonizedTune) -> NDArray[np.int64]:
    """The tonic chord at every beat."""
    metre = metre_of(tune.tune)
    return np.repeat([chord_item(0, mode) for mode in tune.tune.modes], beats_of(metre))


def best_diatonic(tune: HarmonizedTune) -> NDArray[np.int64]:
    """In each half of a bar the triad of the scale that has most of the tune's time; the one before
    where none has any."""
    metre = metre_of(tune.tune)
    found, last = [], 0
    for bar, mode in zip(tune.tune.bars, tune.tune.modes, strict=True):
        scale = SCALE_STEPS[mode]
        for beat in range(beats_of(metre)):
            first = beat * metre.beat_steps
            half = (0, metre.half_steps) if first < metre.half_steps else (metre.half_steps, 999)
            heard = np.zeros(12)
            for note in bar:
                until = min(note.position + note.duration, half[1])
                heard[note.pitch % 12] += max(until - max(note.position, half[0]), 0)
            triads = [[scale[(d + k) % 7] for k in (0, 2, 4)] for d in range(7)]
            best = max(triads, key=lambda tones: heard[tones].sum())
            if heard[best].sum() or not last:
                steps = tuple((tone - best[0]) % 12 for tone in best)
                kind = next((n for n in ("major", "minor") if QUALITIES[n] == steps), "diminished")
                last = chord_item(best[0], kind)
            found.append(last)
    return np.asarray(found)


def _figures(tune: HarmonizedTune, chosen: NDArray[np.int64]) -> dict[str, float]:
    theirs = tune.chords
    known = theirs > 0
    triads = [_TRIADS[a] == _TRIADS[b] for a, b in zip(chosen[known], theirs[known], strict=True)]
    metre = metre_of(tune.tune)
    inside = whole = on_beats = outside = 0
    for index, bar in enumerate(tune.tune.bars):
        for note in bar:
            beat = index * beats_of(metre) + note.position // metre.beat_steps
            tones = tones_of(int(chosen[beat]))
            whole += note.duration
            for step in range(note.position, note.position + note.duration):
                at = index * beats_of(metre) + step // metre.beat_steps
                inside += at < len(chosen) and note.pitch % 12 in tones_of(int(chosen[at]))
            if note.position % metre.beat_steps == 0:
                on_beats += 1
                outside += note.pitch % 12 not in tones
    return {
        "root": float(np.mean(roots(chosen[known]) == roots(theirs[known]))),
        "triad": fmean(triads),
        "inside": inside / max(whole, 1),
        "outside_on_beats": outside / max(on_beats, 1),
        "changes": float(np.sum(chosen[1:] != chosen[:-1])) / len(tune.tune.bars),
    }


def _mean(values: Sequence[float], random: np.random.Generator) -> dict[str, Any]:
    found = np.asarray(values, float)
    means = random.choice(found, (ROUNDS, len(found))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return {"mean": float(found.mean()), "interval": [float(low), float(high)]}
