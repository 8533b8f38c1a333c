"""What comes before a rest is held: who sings does not clip a note to breathe after it.

Before a rest of a quarter or more .18 of the notes of POP909's melodies last an eighth or less, and
.11 of those of OpenScore's Lieder; of what the network writes .38 did.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import GRID_PER_QUARTER
from melodymuse.planning.tune_plan import TunePlan
from melodymuse.writing.tune.chord_scales import sung_of
from melodymuse.writing.tune.notes import Bar, TuneNote
from melodymuse.writing.vocabulary import DURATION_STEPS

# A rest longer than this is shortened to it, as far as that goes; what is held ends on an eighth.
_BREATH = _EIGHTH = GRID_PER_QUARTER // 2


def held(
    bars: Sequence[Sequence[TuneNote]],
    plans: Sequence[TunePlan],
    chords: NDArray[np.int64],
    mode: str,
) -> list[Bar]:
    """A phrase whose notes before a rest last as long as asked, or as chord and breath allow.

    Args:
        bars: of the phrase.
        plans: one a bar.
        chords: (bars, steps of a bar), of every grid step, as the network counts them.
        mode: "major" or "minor".
    """
    steps, silent = chords.shape[1], np.zeros(chords.shape, bool)
    for bar, plan in enumerate(plans):
        silent[bar, slice(*(plan.silence or (0, 0)))] = True
    sounding, silence = chords.ravel(), silent.ravel()

    def bears(begin: int, end: int, pitch: int) -> bool:
        """Whether a note may sound: on its chord and others that have it, and nothing rests."""
        others = set(sounding[begin:end].tolist()) - {0, int(sounding[begin])}
        return not silence[begin:end].any() and all(
            pitch % 12 in sung_of(chord, mode) for chord in others
        )

    found = [list(bar) for bar in bars]
    places = [(bar, at) for bar, notes in enumerate(bars) for at in range(len(notes))]
    for (bar, at), (after, following) in pairwise(places):
        note, begin = bars[bar][at], bar * steps + bars[bar][at].position
        until = after * steps + bars[after][following].position - _BREATH
        room = min(until - begin, plans[bar].held)
        ending = [d for d in DURATION_STEPS if (note.position + d) % _EIGHTH == 0]
        fitting = [d for d in ending if note.duration < d <= room]
        longer = [d for d in fitting if bears(begin, begin + d, note.pitch)]
        if longer:
            found[bar][at] = note._replace(duration=longer[-1])
    return [tuple(bar) for bar in found]
