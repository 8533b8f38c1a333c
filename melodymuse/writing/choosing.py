"""Of several versions the one that fits best; more are written only while none fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from melodymuse.errors import ControlError

T = TypeVar("T")
# What may not stand at all.
NEVER = float("inf")


def choose(
    write: Callable[[range, T | None], Sequence[T]],
    misfit: Callable[[T], float],
    *,
    each: int,
    rounds: int,
) -> T:
    """The version with the least misfit.

    Args:
        write: gives the versions of some takes, and is told the best one of the takes before.
        misfit: how far a version is from what is wanted; 0 or less is near enough to stop, `NEVER`
            is out of the question.
        each: takes that are written side by side.
        rounds: how often.

    Raises:
        ControlError: every version is out of the question.
    """
    best: T | None = None
    least = NEVER
    for turn in range(rounds):
        for found in write(range(turn * each, (turn + 1) * each), best):
            if (far := misfit(found)) < least:
                best, least = found, far
        if best is not None and least <= 0:
            break
    if best is None:
        raise ControlError(
            f"none of {rounds * each} versions keeps to max_copy: choose another seed, or allow "
            "longer runs"
        )
    return best
