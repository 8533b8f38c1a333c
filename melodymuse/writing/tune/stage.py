"""The tune stage: from the plan of a piece to the tune that its draft is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from melodymuse.music.grid import GridNote, Metre
from melodymuse.music.score import Hand
from melodymuse.planning.controls import DEFAULT_TEMPERATURE
from melodymuse.planning.form import LIFTED, with_return
from melodymuse.planning.plan import BarPlan, Plan
from melodymuse.planning.tune_manner import manner_of
from melodymuse.planning.tune_plan import TunePlan, simplified
from melodymuse.planning.tune_planning import plan_tune
from melodymuse.streams import stream
from melodymuse.writing.tune.copies import KnownRuns
from melodymuse.writing.tune.judge import Judge, Listener
from melodymuse.writing.tune.network import TuneModel, TuneNetwork
from melodymuse.writing.tune.notes import HIGHEST_TUNE, Bar, Tune
from melodymuse.writing.tune.script import TunePiece
from melodymuse.writing.tune.writer import write_tunes

_OCTAVE = 12


def tune_piece(plan: Plan, given: Mapping[int, Bar] | None = None, part: int = 0) -> TunePiece:
    """What is asked of the tune of a piece, or of one stretch of its arc.

    Args:
        plan: of the piece.
        given: bars of the tune that stand already, counted from the first bar of the stretch.
        part: which stretch.
    """
    stretch = plan.stretches[part]
    controls, start, stop = stretch.controls, stretch.start, _end(plan, part)
    # As if what follows went on in the same manner: then it does not close before its time.
    whole = with_return(plan.sections) if controls.loop else plan.sections
    sections = [
        replace(section, start=section.start - start) for section in whole if start <= section.start
    ]
    bars = (*plan.bars, *plan.bars[: whole[0].bars]) if controls.loop else plan.bars
    chords = [bar.harmony or () for bar in bars[start:]]
    sings: dict[str, Any] = dict(plan.sings)
    manner = replace(manner_of(stretch.expressed, controls), **sings)
    place = ("tune plan", part) if part else ("tune plan",)
    motif = controls.seed if plan.motif is None else plan.motif
    first = next((section.start for section in plan.sections if section.melodic), 0)
    plans = plan_tune(
        sections,
        chords,
        plan.metre,
        controls.key.mode,
        manner,
        partial(stream, motif, *place),
    )
    return TunePiece(
        simplified(_broken_off(plans, plan.bars[start:stop], plan.metre), plan.bars[start].bounds),
        chords[: stop - start],
        plan.metre,
        controls.key.mode,
        _streams(controls.seed, [bar.take for bar in plan.bars], start, {first: motif}),
        given or {},
        controls.temperature / DEFAULT_TEMPERATURE,
    )


def _broken_off(
    plans: Sequence[TunePlan], bars: Sequence[BarPlan], metre: Metre
) -> tuple[TunePlan, ...]:
    """The plans of some bars; a tune that does not return breaks off where they do."""
    rest = (metre.half_steps, metre.bar_steps)
    return tuple(
        replace(sung, silence=rest) if bar.breaks_off and not sung.locked else sung
        for sung, bar in zip(plans, bars, strict=False)
    )


def _end(plan: Plan, part: int) -> int:
    """The bar after a stretch."""
    later = plan.stretches[part + 1 :]
    return later[0].start if later else len(plan.bars)


def _streams(
    seed: int, takes: Sequence[int], first: int, own: Mapping[int, int]
) -> Callable[..., Random]:
    """The random numbers of a phrase's takes; others where a bar of it is to be written anew, or
    the phrase that begins there has a seed of its own."""

    def numbers(begin: int, end: int, number: int) -> Random:
        begin, end = begin + first, end + first
        return stream(own.get(begin, seed), "tune", begin, number, *takes[begin:end])

    return numbers


@dataclass(frozen=True, slots=True)
class Singer:
    """What tunes are written with.

    Attributes:
        network: the tune network.
        known: runs of training tunes, of which no tune may have one.
        judge: helps to choose among the takes of a phrase; None for nobody.
    """

    network: TuneModel
    known: KnownRuns
    judge: Listener | None

    @classmethod
    def shipped(cls) -> Singer:
        """The one that comes with the package."""
        return cls(TuneNetwork.shipped(), KnownRuns.shipped(), Judge.shipped())

    def tunes(self, plans: Sequence[Plan]) -> list[Mapping[int, tuple[GridNote, ...]]]:
        """The tunes of several pieces, as `Draft.tune` takes them; none where the harmony is left
        to the note generator, since a tune is sung over chords."""
        tunes: list[list[Bar]] = [[] for _ in plans]
        upbeats: list[list[int]] = [[] for _ in plans]
        for part in range(max((len(plan.stretches) for plan in plans), default=0)):
            sung = [
                (index, tune_piece(plan, _sung_before(plan, part, tunes[index]), part))
                for index, plan in enumerate(plans)
                if part < len(plan.stretches) and is_sung(plan)
            ]
            pieces = [piece for _, piece in sung]
            written = write_tunes(self.network, pieces, known=self.known, judge=self.judge)
            for (index, piece), bars in zip(sung, written, strict=True):
                tunes[index] += bars
                upbeats[index] += [planned.upbeat for planned in piece.plans]
        return [as_grid(_lifted(*sung)) for sung in zip(tunes, upbeats, plans, strict=True)]


def _lifted(tune: Sequence[Bar], upbeats: Sequence[int], plan: Plan) -> Tune:
    """A tune, its lifted statements an octave higher where there are keys for it and the player is
    no beginner, each with its upbeat."""
    lifted, steps = list(tune), plan.metre.bar_steps
    for section in plan.sections:
        start, stop = section.start, section.start + section.bars
        top = max((note.pitch for bar in tune[start:stop] for note in bar), default=0)
        easy = plan.bars[start].bounds.leap < _OCTAVE
        if section.turn != LIFTED or not tune or easy or top + _OCTAVE > HIGHEST_TUNE:
            continue
        for bar in range(max(start - 1, 0), stop):
            first = steps - upbeats[bar] if bar < start else 0
            last = steps - upbeats[bar] if bar == stop - 1 else steps
            lifted[bar] = tuple(
                note._replace(pitch=note.pitch + _OCTAVE * (first <= note.position < last))
                for note in tune[bar]
            )
    return tuple(lifted)


def _sung_before(plan: Plan, part: int, tune: Sequence[Bar]) -> dict[int, Bar]:
    """The bars of a stretch that are sung as in an earlier one."""
    start = plan.stretches[part].start
    return {
        bar - start: tune[again]
        for bar in range(start, _end(plan, part))
        if plan.bars[bar].sings_again
        and (again := plan.bars[bar].recall.bar) is not None
        and again < start
    }


def is_sung(plan: Plan) -> bool:
    """Whether every bar's chords are planned."""
    return all(bar.harmony is not None for bar in plan.bars)


def as_grid(tune: Tune) -> Mapping[int, tuple[GridNote, ...]]:
    """A tune as notes of the right hand by bar, their loudness left open."""
    return {
        bar: tuple(
            GridNote(note.position, Hand.RIGHT, note.pitch, note.duration, 0) for note in notes
        )
        for bar, notes in enumerate(tune)
    }
