"""The tune stage: from the plan of a piece to the tune that its draft is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from melodymuse.music.grid import GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.controls import DEFAULT_TEMPERATURE
from melodymuse.planning.plan import Plan
from melodymuse.planning.tune_manner import manner_of
from melodymuse.planning.tune_plan import plan_tune, simplified
from melodymuse.streams import stream
from melodymuse.writing.tune.copies import KnownRuns
from melodymuse.writing.tune.network import TuneModel, TuneNetwork
from melodymuse.writing.tune.notes import Bar, Tune
from melodymuse.writing.tune.writer import TunePiece, write_tunes


def tune_piece(plan: Plan, given: Mapping[int, Bar] | None = None) -> TunePiece:
    """What is asked of the tune of a piece.

    Args:
        plan: of the piece.
        given: bars of the tune that stand already.
    """
    controls = plan.controls
    chords = [bar.harmony or () for bar in plan.bars]
    planned = plan_tune(
        plan.sections,
        chords,
        plan.metre,
        controls.key.mode,
        manner_of(plan.expressed, controls),
        partial(stream, controls.seed, "tune plan"),
    )
    plans = simplified(planned, plan.bars[0].bounds)
    takes = [bar.take for bar in plan.bars]
    return TunePiece(
        plans,
        chords,
        plan.metre,
        controls.key.mode,
        _streams(controls.seed, takes),
        given or {},
        controls.temperature / DEFAULT_TEMPERATURE,
    )


def _streams(seed: int, takes: Sequence[int]) -> Callable[..., Random]:
    """The random numbers of a phrase's takes; others where a bar of it is to be written anew."""

    def numbers(begin: int, end: int, number: int) -> Random:
        return stream(seed, "tune", begin, number, *takes[begin:end])

    return numbers


@dataclass(frozen=True, slots=True)
class Singer:
    """What tunes are written with.

    Attributes:
        network: the tune network.
        known: runs of training tunes, of which no tune may have one.
    """

    network: TuneModel
    known: KnownRuns

    @classmethod
    def shipped(cls) -> Singer:
        """The one that comes with the package."""
        return cls(TuneNetwork.shipped(), KnownRuns.shipped())

    def tunes(self, plans: Sequence[Plan]) -> list[Mapping[int, tuple[GridNote, ...]]]:
        """The tunes of several pieces, as `Draft.tune` takes them; none where the harmony is left
        to the note generator, since a tune is sung over chords."""
        sung = [tune_piece(plan) for plan in plans if is_sung(plan)]
        tunes = iter(write_tunes(self.network, sung, known=self.known))
        return [as_grid(next(tunes)) if is_sung(plan) else {} for plan in plans]


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
