"""Pieces that share no more with the training music than was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from melodymuse.errors import ControlError
from melodymuse.music.score import Note, Score
from melodymuse.planning.controls import ANY_COPY, check_copy
from melodymuse.planning.plan import Plan
from melodymuse.writing.originality import Originality, SharedRun, TrainingMelodies

# How often bars are written anew before that is given up.
_TRIES = 24


@dataclass(frozen=True, slots=True)
class Original:
    """A score, the plan that it was written from, and what it shares with the training music."""

    score: Score
    plan: Plan
    originality: Originality

    @property
    def too_near(self) -> tuple[SharedRun, ...]:
        """The runs that are longer than the plan allows."""
        most = self.plan.controls.max_copy
        if most == ANY_COPY:
            return ()
        return tuple(run for run in self.originality.runs if run.notes > most)

    def another_plan(self) -> Plan:
        """Its plan, the bars with too long a run to be written another way."""
        bars: set[int] = set()
        for run in self.too_near:
            bars.update(range(run.first_bar - 1, run.last_bar))
        return replace(
            self.plan,
            bars=tuple(
                replace(bar, take=bar.take + 1) if index in bars else bar
                for index, bar in enumerate(self.plan.bars)
            ),
        )


def no_nearer_than(
    most: int | None, melodies: TrainingMelodies | None, score: Score, bars: range
) -> Callable[[Sequence[Note]], bool] | None:
    """Whether notes may stand as some bars of a score: no run of their melody with more notes than
    that is the training music's; None where nothing is asked.

    Raises:
        ControlError: fewer notes than all music shares.
    """
    if most is None or most == ANY_COPY:
        return None
    check_copy(most)
    known = melodies or TrainingMelodies.shipped()
    bar = score.time_signature.bar_ticks
    stand = [note for note in score.notes if note.onset // bar not in bars]

    def allowed(new: Sequence[Note]) -> bool:
        found = known.compare(replace(score, notes=tuple(sorted([*stand, *new]))))
        return not any(
            run.notes > most and run.first_bar <= bars.stop and run.last_bar > bars.start
            for run in found.runs
        )

    return allowed


def write_originals(
    plans: Sequence[Plan],
    write: Callable[[Sequence[Plan]], Sequence[Score]],
    melodies: TrainingMelodies,
) -> tuple[Original, ...]:
    """Write plans; where a piece shares more than its controls' `max_copy` with the training music,
    write those bars another way, until none does.

    The same plan always gives the same piece, alone and among others.

    Args:
        plans: what the pieces shall be.
        write: composes plans side by side.
        melodies: those of the training music.

    Raises:
        ControlError: bars that share too much in every way that was tried.
    """
    waiting = dict(enumerate(plans))
    found: dict[int, Original] = {}
    for _ in range(_TRIES):
        scores = write(list(waiting.values()))
        for (index, plan), score in zip(waiting.items(), scores, strict=True):
            found[index] = Original(score, plan, melodies.compare(score))
        waiting = {i: piece.another_plan() for i, piece in found.items() if piece.too_near}
        if not waiting:
            return tuple(found[index] for index in sorted(found))
    near = found[min(waiting)]
    run = near.too_near[0]
    raise ControlError(
        f"bars {run.first_bar} to {run.last_bar} share {run.notes} notes with the training music, "
        f"as they did in {_TRIES - 1} tries before: choose another seed, or a max_copy over "
        f"{near.plan.controls.max_copy}"
    )
