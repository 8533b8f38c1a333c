"""Which heads of a staff bear an accidental sign.

A sign holds for its bar and octave.  Where a reader may doubt, it is written again as a courtesy:
in another octave of the same bar, and in the next bar where the signature is valid again (Gould
2011, "Behind Bars", on cautionary accidentals).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from melodymuse.music.spelling import SpelledPitch, key_alter
from melodymuse.music.theory import Key

# Step and octave of a place on the staff -> alteration last read there, in semitones.
_Alterations = dict[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Head:
    """A note head: its pitch, whether its accidental is written, and whether it only prolongs the
    head before it."""

    pitch: SpelledPitch
    accidental: bool
    tied_from: bool


def with_accidentals(bars: Iterable[Sequence[Head]], key: Key) -> list[list[Head]]:
    """The heads of a staff, bar by bar in reading order, with `accidental` set where it is due.

    A tie over the bar line needs no sign and leaves none behind.
    """
    marked = []
    before: _Alterations = {}
    for bar in bars:
        heard: _Alterations = {}
        doubtful = {
            (step, octave)
            for (step, octave), alter in before.items()
            if alter != key_alter(step, key)
        }
        heads = []
        for head in bar:
            step, alter, octave = head.pitch
            place = step, octave
            read = heard.get(place, key_alter(step, key))
            elsewhere = {a for (s, o), a in heard.items() if s == step and o != octave}
            in_doubt = place not in heard and (place in doubtful or elsewhere - {alter})
            heads.append(
                replace(head, accidental=not head.tied_from and (read != alter or bool(in_doubt)))
            )
            if not head.tied_from:
                heard[place] = alter
        before = heard
        marked.append(heads)
    return marked
