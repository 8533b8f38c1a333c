"""How phrases of a tune end, as their chords do: on a question, an answer, or openly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType

from melodymuse.music.grid import GridChord, Metre
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.form import SectionPlan
from melodymuse.planning.tune_plan import (
    CLOSE,
    FINAL,
    FULL,
    HALF,
    LOOSE,
    OPEN,
    RETURN,
    RHYTHM,
    TURN,
    TunePlan,
)

# How much more often a tune closes on the bar line than it stops there.
_LANDING = 1.2
# Where a phrase's last note may stand, by metre, and how often.
_LAST_NOTES: Mapping[str, tuple[tuple[int, float], ...]] = MappingProxyType(
    {
        "4/4": ((0, 3.0), (6, 1.0), (12, 1.5), (18, 1.0), (24, 4.0), (36, 0.5)),
        "3/4": ((0, 6.0), (12, 2.0), (24, 1.0)),
        "6/8": ((0, 5.0), (18, 4.0)),
        "2/4": ((0, 6.0), (12, 3.0)),
    }
)


def with_cadences(
    planned: Sequence[TunePlan],
    section: SectionPlan,
    chords: Sequence[Sequence[GridChord]],
    metre: Metre,
    mode: str,
    random: Random,
) -> list[TunePlan]:
    """The same bars, phrase ends closing as their chords do, anew where they close otherwise than
    the bar that they return to."""
    found = []
    for offset, plan in enumerate(planned):
        if plan.to_end:
            found.append(plan)
            continue
        bar = section.start + offset
        last = bar == len(chords) - 1
        kind = FINAL if last else cadence_of(chords, bar, mode)
        if plan.device == RETURN and plan.locked and plan.cadence == kind:
            found.append(plan)
            continue
        at = 0 if last else _last_note(chords[bar], metre, kind, random)
        until = 1.0 if at == 0 else 1 + max(1.0, (plan.notes or 3) * at / metre.bar_steps)
        fresh = replace(
            plan,
            cadence=kind,
            cadence_at=at,
            notes=None if plan.device == RHYTHM and plan.rhythm >= CLOSE else until,
            locked=False,
            silence=None,
            climax=False,
        )
        if plan.device == RETURN:
            fresh = replace(fresh, device=TURN, pitches=LOOSE, rhythm=LOOSE)
        found.append(fresh)
    return found


def cadence_of(chords: Sequence[Sequence[GridChord]], bar: int, mode: str) -> str:
    """How a phrase that ends in a bar ends, by the chord that the bar ends on."""
    chord = next((c[-1] for c in reversed(chords[: bar + 1]) if c), None)
    if chord is None:
        return OPEN
    tones = QUALITIES[chord.quality]
    if chord.root == 0 and tones[:3] == QUALITIES[mode][:3]:
        return FULL
    return HALF if chord.root == 7 and 4 in tones else OPEN


def _last_note(chords: Sequence[GridChord], metre: Metre, kind: str, random: Random) -> int:
    """Where a phrase's last note stands: not before the bar's last chord, and where it closes, on a
    strong beat, most often on the bar line."""
    earliest = chords[-1].position if chords else 0
    places = [
        (at, weight)
        for at, weight in _LAST_NOTES[metre.name]
        if at >= earliest and not (kind == FULL and at % metre.half_steps)
    ]
    if not places:
        return earliest
    weights = [weight * (_LANDING if kind == FULL and not at else 1) for at, weight in places]
    return random.choices([at for at, _ in places], weights)[0]


def ending(plans: Sequence[TunePlan], metre: Metre) -> list[TunePlan]:
    """The same bars, the last one with one long note."""
    return [
        *plans[:-1],
        replace(plans[-1], cadence=FINAL, cadence_at=0, notes=1, upbeat=0, silence=None),
    ]
