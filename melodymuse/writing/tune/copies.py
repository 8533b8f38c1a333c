"""Whether a tune goes on too long as a training tune does: all runs of `RUN` notes of the training
tunes stand in a filter (`writing.fingerprints`), which takes fewer than one strange run in a
hundred for one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from melodymuse.networks import MODELS
from melodymuse.writing.fingerprints import Filter, Placed, fingerprints

# Notes of a run that no tune may share with a training tune.
RUN = 10
FILE = "runs.bin"
SHIPPED = f"tune/{FILE}"


class KnownRuns:
    """The runs of the training tunes.

    Args:
        bits: the filter of them, `Filter.bits`.
    """

    def __init__(self, bits: bytes) -> None:
        self._known = Filter(bits)

    @classmethod
    def shipped(cls) -> KnownRuns:
        """Those that come with the package."""
        return cls.load(MODELS / SHIPPED)

    @classmethod
    def load(cls, path: Path) -> KnownRuns:
        """Those of a file.

        Raises:
            ModelError: it is missing or damaged.
        """
        return cls(Filter.load(path).bits)

    @classmethod
    def of(cls, tunes: Iterable[Sequence[Placed]], log_bytes: int = 19) -> KnownRuns:
        """Those of tunes, in 2 ** `log_bytes` bytes."""
        runs = (run for notes in tunes for run in fingerprints(notes, RUN))
        return cls(Filter.of(runs, log_bytes).bits)

    def save(self, path: Path) -> None:
        """Write them to a file."""
        self._known.save(path)

    def has_part_of(self, notes: Sequence[Placed]) -> bool:
        """Whether some run of a tune is a training tune's."""
        return any(run in self._known for run in fingerprints(notes, RUN))
