"""A phrase in numbers, as the judge reads it: how its line runs, what its bars have in common, how
it closes and stands on its chords, and what a reader would circle: bars that say one thing or
nothing, a first bar said again unchanged, a circle round one note.

All numbers are shares, counts a bar or octaves: nothing names a key, a tempo or a kind of chord.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from melodymuse.music.grid import Metre
from melodymuse.writing.tune.chord_scales import tones_of
from melodymuse.writing.tune.likeness import jaccard
from melodymuse.writing.tune.notes import degree

# The phrase before, as far as it is heard with this one.
REMEMBERED_BARS = 4
# How many bars are compared with each other.
_BARS = 4
_LEAP = 5
# Waits in grid steps between onsets, each bound inclusive; what is longer is the last class.
_WAITS = (3, 4, 6, 9, 12, 18, 24)
_OCTAVE = 12.0


@dataclass(frozen=True, slots=True)
class Sung:
    """A note where it stands: onset from the piece's beginning, length, pitch, chord class."""

    onset: int
    duration: int
    pitch: int
    chord: int

    @property
    def outside(self) -> bool:
        """Whether it is no tone of its chord."""
        tones = tones_of(self.chord)
        return bool(tones) and self.pitch % 12 not in tones


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar's onsets in it, its degrees, and its steps from note to note."""

    onsets: tuple[int, ...]
    degrees: tuple[int, ...]

    @property
    def steps(self) -> tuple[int, ...]:
        return tuple(b - a for a, b in pairwise(self.degrees))

    @property
    def placed(self) -> Iterator[tuple[int, int]]:
        return zip(self.onsets, self.degrees, strict=True)


def phrase_features(
    notes: Sequence[Sung], before: Sequence[Sung], begin: int, bars: int, metre: Metre, mode: str
) -> list[float]:
    """The numbers of a phrase, always as many.

    Args:
        notes: of the phrase, at least one.
        before: the notes of the `REMEMBERED_BARS` bars before it.
        begin: its first bar.
        bars: how many it has.
        metre: of the piece.
        mode: "major" or "minor".
    """
    own = _bars(notes, begin, bars, metre, mode)
    return [
        *_line(notes),
        *_shape(notes, before, begin, bars, metre),
        *_rhythm(notes, own, begin, bars, metre),
        *_likeness(own),
        *_close(notes, begin, bars, metre, mode),
        *_harmony(notes, metre),
        *_circled(notes, before, own, begin, metre, mode),
    ]


def _line(notes: Sequence[Sung]) -> Iterator[float]:
    pitches = [note.pitch for note in notes]
    steps = [b - a for a, b in pairwise(pitches)]
    count = max(len(steps), 1)
    sizes = [abs(step) for step in steps]
    for low, high in ((0, 0), (1, 2), (3, 4), (5, 7), (8, 127)):
        yield sum(low <= size <= high for size in sizes) / count
    yield sum(sizes) / count / 3
    moving = [step for step in steps if step]
    turns = sum(a * b < 0 for a, b in pairwise(moving))
    yield turns / max(len(moving) - 1, 1)
    rocking = sum(
        a == c != b == d
        for a, b, c, d in zip(pitches, pitches[1:], pitches[2:], pitches[3:], strict=False)
    )
    yield rocking / count
    threes = zip(pitches, pitches[1:], pitches[2:], strict=False)
    yield sum(a == c != b for a, b, c in threes) / count
    yield _longest(steps, lambda step: step == 0) / 4
    yield max(_longest(steps, lambda step: step > 0), _longest(steps, lambda step: step < 0)) / 4
    counted = Counter(pitches)
    yield counted.most_common(1)[0][1] / len(pitches)
    yield len(counted) / len(pitches)
    yield len(counted) / 8
    leaps = [(a, b) for a, b in pairwise([*steps, 0]) if abs(a) >= _LEAP]
    yield sum(0 < abs(b) <= 2 and a * b < 0 for a, b in leaps) / max(len(leaps), 1)
    yield sum(abs(b) >= _LEAP for _, b in leaps) / count
    yield sum(step > 0 for step in steps) / count


def _shape(
    notes: Sequence[Sung], before: Sequence[Sung], begin: int, bars: int, metre: Metre
) -> Iterator[float]:
    pitches = [note.pitch for note in notes]
    high, low = max(pitches), min(pitches)
    first = begin * metre.bar_steps
    length = bars * metre.bar_steps
    yield (high - low) / _OCTAVE
    yield (pitches[-1] - pitches[0]) / _OCTAVE
    tops = [note for note in notes if note.pitch == high]
    yield (tops[0].onset - first) / length
    yield len(tops) / len(notes)
    yield (next(note.onset for note in notes if note.pitch == low) - first) / length
    means = [
        sum(found) / len(found) if found else None
        for found in (
            [n.pitch for n in notes if (n.onset - first) * 4 // length == quarter]
            for quarter in range(4)
        )
    ]
    middle = sum(pitches) / len(pitches)
    yield from (0.0 if mean is None else (mean - middle) / _OCTAVE for mean in means)
    earlier = [note.pitch for note in before]
    yield (high - max(earlier)) / _OCTAVE if earlier else 0.0
    yield (middle - sum(earlier) / len(earlier)) / _OCTAVE if earlier else 0.0
    yield (pitches[0] - earlier[-1]) / _OCTAVE if earlier else 0.0
    yield float(bool(earlier))


def _rhythm(
    notes: Sequence[Sung], own: Sequence[_Bar], begin: int, bars: int, metre: Metre
) -> Iterator[float]:
    waits = [b.onset - a.onset for a, b in pairwise(notes)]
    count = max(len(waits), 1)
    bounds = (0, *_WAITS, 1 << 30)
    for low, high in pairwise(bounds):
        yield sum(low < wait <= high for wait in waits) / count
    yield Counter(waits).most_common(1)[0][1] / count if waits else 1.0
    yield len(notes) / bars / (metre.bar_steps / 12)
    beat = metre.beat_steps
    yield sum(note.onset % beat != 0 for note in notes) / len(notes)
    # Struck off the beat and held over it.
    yield (
        sum(
            a.onset % beat != 0 and a.onset // beat != (b.onset - 1) // beat
            for a, b in pairwise(notes)
        )
        / count
    )
    yield sum(bool(bar.onsets) and bar.onsets[0] == 0 for bar in own) / bars
    yield (notes[0].onset - begin * metre.bar_steps) / metre.bar_steps
    counts = [len(bar.onsets) for bar in own]
    mean = sum(counts) / len(counts)
    yield sum(abs(number - mean) for number in counts) / len(counts) / max(mean, 1.0)
    yield len({bar.onsets for bar in own}) / bars
    sounding = sum(min(a.duration, b.onset - a.onset) for a, b in pairwise(notes))
    yield 1 - sounding / max(notes[-1].onset - notes[0].onset, 1)


def _likeness(own: Sequence[_Bar]) -> Iterator[float]:
    """Rhythms and steps of its first bars beside each other."""
    padded = [*own, *[_Bar((), ())] * _BARS]
    for one, other in combinations(padded[:_BARS], 2):
        yield jaccard(frozenset(one.onsets), frozenset(other.onsets))
        yield jaccard(frozenset(enumerate(one.steps)), frozenset(enumerate(other.steps)))


def _close(
    notes: Sequence[Sung], begin: int, bars: int, metre: Metre, mode: str
) -> Iterator[float]:
    last = notes[-1]
    end = (begin + bars) * metre.bar_steps
    yield (end - last.onset) / metre.bar_steps
    steps = [b.pitch - a.pitch for a, b in pairwise(notes[-4:])]
    yield float(bool(steps) and steps[-1] == 0)
    yield sum(step == 0 for step in steps) / 3
    yield sum(abs(step) >= _LEAP for step in steps) / 3
    longest = max((b.onset - a.onset for a, b in pairwise(notes)), default=0)
    yield min(longest, 48) / 48
    place = degree(last.pitch, mode)[0] % 7
    yield from (float(place in found) for found in ((0,), (2,), (4,), (1, 6)))


def _circled(
    notes: Sequence[Sung],
    before: Sequence[Sung],
    own: Sequence[_Bar],
    begin: int,
    metre: Metre,
    mode: str,
) -> Iterator[float]:
    inner = [bar.degrees for bar in own[:-1]] or [own[0].degrees]
    yield sum(not bar for bar in inner) / len(inner)
    yield sum(len(bar) == 1 for bar in inner) / len(inner)
    yield sum(len(bar) > 1 and len(set(bar)) == 1 for bar in inner) / len(inner)
    yield sum(note.pitch % 12 == 0 for note in notes) / len(notes)
    middle = sorted(note.pitch for note in notes)[len(notes) // 2]
    yield sum(abs(note.pitch - middle) <= 2 for note in notes) / len(notes)
    # The bar where its high point is the last time, and how many bars have it.
    high = max(max(bar.degrees, default=0) for bar in own)
    tops = [index for index, bar in enumerate(own) if high in bar.degrees] or [0]
    yield tops[-1] / len(own)
    yield len(tops) / len(own)
    # How it begins, beside the phrase before it.
    earlier = _bars(before, begin - REMEMBERED_BARS, REMEMBERED_BARS, metre, mode)
    for one, other in ((own[0], earlier[0]), (own[min(1, len(own) - 1)], earlier[1])):
        yield jaccard(frozenset(one.onsets), frozenset(other.onsets))
        yield jaccard(frozenset(one.placed), frozenset(other.placed))


def _harmony(notes: Sequence[Sung], metre: Metre) -> Iterator[float]:
    strong = [n.outside for n in notes if n.onset % metre.half_steps == 0]
    other = [n.outside for n in notes if n.onset % metre.half_steps]
    yield sum(strong) / len(strong) if strong else 0.0
    yield sum(other) / len(other) if other else 0.0
    triples = list(zip(notes, notes[1:], notes[2:], strict=False))
    count = max(len(triples), 1)
    yield (
        sum(
            b.outside and abs(b.pitch - a.pitch) > 2 and abs(c.pitch - b.pitch) > 2
            for a, b, c in triples
        )
        / count
    )
    # Chord tones strung together.
    yield (
        sum(
            not (a.outside or b.outside or c.outside)
            and abs(b.pitch - a.pitch) > 2
            and abs(c.pitch - b.pitch) > 2
            for a, b, c in triples
        )
        / count
    )
    yield sum(b.outside and 1 <= abs(c.pitch - b.pitch) <= 2 for _, b, c in triples) / count


def _bars(notes: Sequence[Sung], begin: int, bars: int, metre: Metre, mode: str) -> list[_Bar]:
    found: list[list[Sung]] = [[] for _ in range(bars)]
    for note in notes:
        place = note.onset // metre.bar_steps - begin
        if 0 <= place < bars:
            found[place].append(note)
    return [
        _Bar(
            tuple(note.onset % metre.bar_steps for note in bar),
            tuple(degree(note.pitch, mode)[0] for note in bar),
        )
        for bar in found
    ]


def _longest(steps: Sequence[int], passes: Callable[[int], bool]) -> int:
    """How many steps in a row pass, at most."""
    best = run = 0
    for step in steps:
        run = run + 1 if passes(step) else 0
        best = max(best, run)
    return best
