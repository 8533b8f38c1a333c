"""Originality: the longest run of a piece's melody that stands in the training music, too.

A run is the same where its intervals and its rhythm are, in any key; from `ANY_RHYTHM` notes on the
intervals alone are enough.  Real songs share runs with each other: of 81 that were never trained on
the median shares 7 notes with the training music, and 15 in another rhythm at most.

All runs of some lengths of the training melodies stand in one filter (`writing.fingerprints`); one
counts as known where all the shorter ones in it do, so that what the filter takes for known by
mistake makes no long run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf
from pathlib import Path

from melodymuse.music.grid import TICKS_PER_GRID
from melodymuse.music.melody import melody_of
from melodymuse.music.score import Hand, Score
from melodymuse.networks import MODELS
from melodymuse.planning.controls import LEAST_COPY
from melodymuse.writing.fingerprints import Filter, Placed, fingerprints

SHIPPED = "melodies.bin"
# Notes of the runs that are known, and of those known in any rhythm; what is longer is pieced
# together.
LENGTHS = (LEAST_COPY, 8, 12, 16, 24)
_LENGTHS_IN_ANY_RHYTHM = (12, 16, 24)
ANY_RHYTHM = 16
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SharedRun:
    """Neighbouring notes of a melody that stand in a training melody, too: how many, and in which
    bars the first and the last of them begin, by number."""

    notes: int
    first_bar: int
    last_bar: int


@dataclass(frozen=True, slots=True)
class Originality:
    """What a melody shares with the training music.

    Attributes:
        runs: those of `LEAST_COPY` notes and more, none over another, the longest first.
        melody_notes: how many notes the melody has.
    """

    runs: tuple[SharedRun, ...]
    melody_notes: int

    @property
    def longest_run(self) -> int:
        """Notes of the longest shared run; 0 where none has `LEAST_COPY`."""
        return self.runs[0].notes if self.runs else 0

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON: `longest_run`, the `bars` where it begins and ends, `melody_notes`."""
        bars = [self.runs[0].first_bar, self.runs[0].last_bar] if self.runs else None
        return {
            "longest_run": self.longest_run,
            "bars": bars,
            "melody_notes": self.melody_notes,
        }

    def __str__(self) -> str:
        if not self.runs:
            return f"no {LEAST_COPY} notes in a row stand in the training music, too"
        run = self.runs[0]
        return (
            f"at most {run.notes} notes in a row, from bar {run.first_bar}, stand in the training "
            "music, too"
        )


class TrainingMelodies:
    """What is remembered of the melodies that the networks learned from.

    Args:
        known: the fingerprints of their runs.
    """

    def __init__(self, known: Filter) -> None:
        self._known = known

    @classmethod
    def shipped(cls) -> TrainingMelodies:
        """What comes with the package.

        Raises:
            ModelError: it is missing or damaged.
        """
        return cls.load(MODELS / SHIPPED)

    @classmethod
    def load(cls, path: Path) -> TrainingMelodies:
        """What a file has.

        Raises:
            ModelError: it is missing or damaged.
        """
        return cls(Filter.load(path))

    @classmethod
    def of(cls, melodies: Iterable[Sequence[Placed]], log_bytes: int) -> TrainingMelodies:
        """What there is to remember of melodies, in 2 ** `log_bytes` bytes."""
        return cls(Filter.of((run for notes in melodies for run in runs_of(notes)), log_bytes))

    def save(self, path: Path) -> None:
        """Write it to a file."""
        self._known.save(path)

    def compare(self, score: Score) -> Originality:
        """What the melody of a score shares with them; the melody is the right hand's, or that of
        both hands together where that shares more."""
        right = [note for note in score.notes if note.hand is Hand.RIGHT]
        bar = score.time_signature.bar_ticks
        return self.compare_melodies(
            map(melody_of, (right, score.notes)), lambda tick: tick // bar + 1
        )

    def compare_melodies(
        self, melodies: Iterable[Sequence[Placed]], bar_at: Callable[[int], int]
    ) -> Originality:
        """What that of several melodies which shares most with them shares.

        Args:
            melodies: as `melody_of` gives them, at least one.
            bar_at: the number of the bar at a tick of 1/480 quarter.
        """
        compared = (
            Originality(
                tuple(
                    sorted(
                        (
                            SharedRun(
                                last - first + 1,
                                *(bar_at(melody[i][0] * TICKS_PER_GRID) for i in (first, last)),
                            )
                            for first, last in self.shared(melody)
                        ),
                        key=lambda run: (-run.notes, run.first_bar),
                    )
                ),
                len(melody),
            )
            for melody in melodies
        )
        return max(compared, key=lambda found: found.longest_run)

    def shared(self, melody: Sequence[Placed]) -> list[_Span]:
        """Indices of the first and the last note of each known run of a melody, none over
        another."""
        levels = self._levels(_without_rhythm(melody), _LENGTHS_IN_ANY_RHYTHM)
        long = [span for level in levels for span in level if _notes(span) >= ANY_RHYTHM]
        spans = [span for level in self._levels(melody, LENGTHS) for span in level]
        apart: list[_Span] = []
        for span in sorted([*spans, *long], key=_notes, reverse=True):
            if all(span[1] < other[0] or other[1] < span[0] for other in apart):
                apart.append(span)
        return sorted(apart)

    def _levels(self, melody: Sequence[Placed], lengths: Sequence[int]) -> Iterator[list[_Span]]:
        """The known runs from each length up to the next."""
        known, shorter = [True] * len(melody), 1
        for length, longer in zip(lengths, (*lengths[1:], inf), strict=True):
            known = [
                all(known[start : start + length - shorter + 1]) and run in self._known
                for start, run in enumerate(fingerprints(melody, length))
            ]
            yield list(_joined(known, length, longer))
            shorter = length


def runs_of(melody: Sequence[Placed]) -> Iterator[bytes]:
    """The fingerprints by which a melody is known again."""
    for length in LENGTHS:
        yield from fingerprints(melody, length)
    for length in _LENGTHS_IN_ANY_RHYTHM:
        yield from fingerprints(_without_rhythm(melody), length)


def _without_rhythm(melody: Sequence[Placed]) -> list[Placed]:
    return [(0, pitch) for _, pitch in melody]


def _notes(span: _Span) -> int:
    return span[1] - span[0] + 1


def _joined(known: Sequence[bool], length: int, longer: float) -> Iterator[_Span]:
    """Known runs of a length that follow each other, as one: but none as long as those that are
    looked for by themselves."""
    for is_known, group in groupby(range(len(known)), key=known.__getitem__):
        if is_known:
            starts = list(group)
            yield starts[0], int(min(starts[-1] + length - 1, starts[0] + longer - 2))
