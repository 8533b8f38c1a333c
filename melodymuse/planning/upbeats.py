"""Upbeats of a tune: which phrases are led into, and by how much of the bar before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType

from melodymuse.music.grid import Metre
from melodymuse.planning.form import SectionPlan, phrases_of
from melodymuse.planning.tune_manner import TuneManner
from melodymuse.planning.tune_plan import FULL, TunePlan

# The random numbers of a place within the plan.
Streams = Callable[..., Random]
# Lengths of upbeats, by metre.
_UPBEATS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"4/4": (6, 12, 12, 18, 24, 30), "3/4": (6, 12, 12), "6/8": (6, 6, 12), "2/4": (6, 6)}
)
# Bars of the phrase that a piece begins with.
_OPENING_BARS = 4
# What part of its bar an upbeat may take after a full close, which is not hurried away from.
_SHARE_AFTER_A_CLOSE = 4
# How often a phrase without an upbeat comes in after the beat.
_AFTER_THE_BEAT = 0.2
# Bars of so many grid steps have room for it.
_ROOMY = 36


def with_upbeats(
    plans: Sequence[TunePlan],
    sections: Sequence[SectionPlan],
    metre: Metre,
    manner: TuneManner,
    streams: Streams,
) -> list[TunePlan]:
    """The same bars, with the upbeats of the phrases that follow them.

    What begins as an earlier phrase begins with its upbeat, too; of a phrase without an upbeat,
    some come in after the beat.
    """
    found = list(plans)
    # For each phrase the phrase that it begins as; for those their upbeats, and the bars that had
    # room for one first.
    root: dict[int, int] = {}
    wanted: dict[int, int] = {}
    sung_in: dict[int, int] = {}
    for number, section in enumerate(sections):
        for place, (start, _) in enumerate(phrases_of(section)):
            plan = plans[start]
            own = start
            if plan.locked and plan.source is not None:
                own = root.get(plan.source, start)
            root[start] = own
            random = streams("upbeat", number, place)
            if own == start:
                sings = section.melodic and random.random() < manner.upbeats
                wanted[own] = random.choice(_UPBEATS[metre.name]) if sings else 0
                late = not sings and random.random() < _AFTER_THE_BEAT and not plan.onsets
                if late and section.melodic and metre.bar_steps >= _ROOMY:
                    found[start] = replace(found[start], silence=(0, metre.beat_steps // 2))
            # Into a piece's second phrase goes the first one's upbeat, whatever it begins as: how a
            # piece begins does not depend on its length.
            model = 0 if start == _OPENING_BARS and 0 in wanted else own
            before = found[start - 1]
            room = metre.bar_steps - (before.cadence_at or 0) - metre.beat_steps
            if before.cadence == FULL:
                room = min(room, metre.bar_steps // _SHARE_AFTER_A_CLOSE)
            if not start or not 0 < wanted[model] <= room:
                continue
            found[start - 1] = replace(
                before,
                upbeat=wanted[model],
                upbeat_source=sung_in.get(model),
                notes=None if before.notes is None else before.notes + wanted[model] / 6,
            )
            sung_in.setdefault(model, start - 1)
    return found
