"""Arcs: does each stretch of a piece that goes from feeling to feeling read as its own?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Score, TempoMark
from melodymuse.planning.arc import Station, plan_arc
from melodymuse.writing.composer import write_many
from melodymuse.writing.network import NoteNetwork
from training.evaluate.material import Composed

PLACES, PLACE_BARS = 3, 8


def cut_out(score: Score, first: int, last: int) -> Score:
    """The notes of some bars, the last one not included, at the tempos that they have there."""
    bar_ticks = score.time_signature.bar_ticks
    start, end = first * bar_ticks, last * bar_ticks
    begun = [mark for mark in score.tempos if mark.onset <= start][-1]
    later = (mark for mark in score.tempos if start < mark.onset < end)
    return replace(
        score,
        notes=tuple(
            replace(note, onset=note.onset - start, duration=min(note.duration, end - note.onset))
            for note in score.notes
            if start <= note.onset < end
        ),
        bars=last - first,
        tempos=(
            TempoMark(0, begun.bpm),
            *(replace(mark, onset=mark.onset - start) for mark in later),
        ),
        chords=(),
        sections=(),
        pedals=(),
        tune=frozenset(),
    )


def arc_stretches(network: NoteNetwork, arcs: int, seed: int) -> list[Composed]:
    """The stretches of so many arcs, each of `PLACES` emotions drawn with the seed, `PLACE_BARS`
    bars long."""
    random = Random(seed)
    plans = [
        plan_arc(
            [_station(emotion) for emotion in random.sample(EMOTIONS, PLACES)],
            seed=seed + index,
            bars=PLACES * PLACE_BARS,
        )
        for index in range(arcs)
    ]
    found: list[Composed] = []
    for plan, score in zip(plans, write_many(plans, network), strict=True):
        starts = [stretch.start for stretch in plan.arc]
        spans: Sequence[tuple[int, int]] = list(pairwise([*starts, score.bars]))
        found += [
            Composed(stretch.expressed, cut_out(score, *span), 0.0)
            for stretch, span in zip(plan.arc, spans, strict=True)
        ]
    return found


def _station(emotion: str) -> Station:
    profile = EmotionProfile.of(emotion)
    return Station(emotion, profile, profile)
