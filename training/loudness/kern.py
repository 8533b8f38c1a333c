"""Piano music in Humdrum **kern with printed dynamics: how loud each bar is, and what is in it.

Read are pieces on two staves with one spine of dynamics.  Marks say how loud it is from there on; a
hairpin leads to the mark behind it, or where there is none one mark up or down.  Pitfalls: spines
split and join, upbeats, grace notes, editors' brackets and text beside the marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

# The marks as velocities, as MuseScore plays them; what is not among them, as sf, is an accent.
VELOCITIES = {
    "ppp": 16.0, "pp": 33.0, "p": 49.0, "mp": 64.0, "mf": 80.0, "f": 96.0, "ff": 112.0, "fff": 126.0
}  # fmt: skip
_READ = ("**kern", "**kern", "**dynam")
_STEP = 16.0
_SOFTEST, _LOUDEST = 16.0, 126.0
# How many bars behind a hairpin a mark still says where it led.
_LED_TO = 0.5
_MARK = re.compile(r"(?<![a-z])(?:p{1,3}|f{1,3}|mp|mf)(?![a-z])")
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_MIDDLE_C = 60


@dataclass(frozen=True, slots=True)
class KernBar:
    """A bar: how loud (velocity), notes a quarter, mean pitch, mean pitch of what is on top."""

    loudness: float
    density: float
    register: float
    top: float


def read_bars(text: str) -> list[KernBar]:
    """The bars of a piece from its first mark on, whole ones with notes; none where the file has
    not two staves and a spine of dynamics."""
    heads, rows = _rows(text)
    if sorted(head for head in heads if head in _READ) != sorted(_READ):
        return []
    marks = _marks(rows)
    if not marks:
        return []
    notes: dict[int, list[list[int]]] = {}
    quarters: dict[int, float] = {}
    for time, length, kinds, fields in rows:
        struck = [
            p for kind, f in zip(kinds, fields, strict=True) if kind == "**kern" for p in pitches(f)
        ]
        quarters[int(time)] = length
        if struck:
            notes.setdefault(int(time), []).append(struck)
    loud = _Loudness(marks, _hairpins(rows))
    return [
        KernBar(
            fmean(loud.at(bar + (i + 0.5) / len(onsets)) for i in range(len(onsets))),
            sum(map(len, onsets)) / quarters[bar],
            fmean(p for struck in onsets for p in struck),
            fmean(map(max, onsets)),
        )
        for bar, onsets in sorted(notes.items())
        if bar >= max(marks[0][0], 1)
    ]


_Row = tuple[float, float, list[str], list[str]]


def _rows(text: str) -> tuple[list[str], list[_Row]]:
    """The exclusive interpretations; each row of data with its time in bars, the quarters of its
    bar, the kinds of its columns, its fields."""
    heads: list[str] = []
    kinds: list[str] = []
    bars: list[list[tuple[float, list[str], list[str]]]] = [[]]
    length = 4.0
    for line in text.splitlines():
        fields = line.split("\t")
        if line.startswith("**"):
            heads = kinds = fields
        elif not line or line.startswith("!"):
            continue
        elif line.startswith("="):
            bars.append([])
        elif line.startswith("*"):
            for field in fields:
                if found := re.fullmatch(r"\*M(\d+)/(\d+)", field):
                    length = 4 * int(found[1]) / int(found[2])
            kinds = _changed(kinds, fields)
        elif len(fields) == len(kinds):
            bars[-1].append((length, kinds, fields))
    return heads, [
        (number + place / len(bar), length, kinds, fields)
        for number, bar in enumerate(bars)
        for place, (length, kinds, fields) in enumerate(bar)
    ]


def _changed(kinds: Sequence[str], fields: Sequence[str]) -> list[str]:
    """The kinds of the columns after spines have split, joined or ended."""
    found: list[str] = []
    joining = False
    for kind, field in zip(kinds, fields, strict=False):
        if field == "*v" and joining:
            continue
        joining = field == "*v"
        found += [kind] * {"*^": 2, "*-": 0}.get(field, 1)
    return found


def pitches(field: str) -> list[int]:
    """The MIDI pitches that a field strikes: no rests, no grace notes, none that is only held."""
    found = []
    for token in field.split():
        note = re.search(r"([a-gA-G])\1*(#+|-+)?", token)
        if note is None or "r" in token or "q" in token or "_" in token or "]" in token:
            continue
        letters, signs = token[note.start() : note.end()], note[2] or ""
        count = len(letters) - len(signs)
        octave = count - 1 if note[1].islower() else -count
        alteration = len(signs) * (1 if signs.startswith("#") else -1)
        found.append(_MIDDLE_C + _STEPS[note[1].lower()] + 12 * octave + alteration)
    return found


def _dynamics(rows: Iterable[_Row]) -> Iterator[tuple[float, str]]:
    for time, _, kinds, fields in rows:
        for kind, field in zip(kinds, fields, strict=True):
            if kind == "**dynam" and field != ".":
                yield time, field


def _marks(rows: Iterable[_Row]) -> list[tuple[float, float]]:
    return [
        (time, VELOCITIES[mark])
        for time, field in _dynamics(rows)
        for mark in _MARK.findall(field)[:1]
    ]


def _hairpins(rows: Iterable[_Row]) -> list[tuple[float, float, float]]:
    """From when to when the loudness grows (1) or falls (-1)."""
    found = []
    opened: list[tuple[float, float]] = []
    for time, field in _dynamics(rows):
        for sign in field:
            if sign in "<>":
                opened.append((time, 1.0 if sign == "<" else -1.0))
            elif sign in "[]" and opened:
                start, way = opened.pop(0)
                if time > start:
                    found.append((start, time, way))
    return found


class _Loudness:
    """The loudness of a piece over time, in bars."""

    def __init__(
        self, marks: Sequence[tuple[float, float]], hairpins: Sequence[tuple[float, float, float]]
    ) -> None:
        turns = {time: level for time, level in marks}
        for start, end, way in sorted(hairpins):
            level = _held(turns, start)
            behind = [value for time, value in marks if end <= time <= end + _LED_TO]
            led = behind[0] if behind and (behind[0] - level) * way > 0 else level + way * _STEP
            turns.setdefault(start, level)
            turns[end] = min(max(led, _SOFTEST), _LOUDEST)
        ramps = {start: end for start, end, _ in hairpins}
        self._points: list[tuple[float, float]] = []
        for (time, level), (later, _) in pairwise([*sorted(turns.items()), (float("inf"), 0.0)]):
            self._points.append((time, level))
            if ramps.get(time) != later and later < float("inf"):
                self._points.append((later - 1e-6, level))

    def at(self, time: float) -> float:
        """The velocity at a time; before the first mark as there."""
        index = bisect_left(self._points, time, key=lambda point: point[0])
        if index == 0 or index == len(self._points):
            return self._points[min(index, len(self._points) - 1)][1]
        (before, low), (after, high) = self._points[index - 1 : index + 1]
        return low + (high - low) * (time - before) / (after - before)


def _held(turns: dict[float, float], time: float) -> float:
    """The level at a time, of those that stand."""
    earlier = [when for when in turns if when <= time]
    return turns[max(earlier)] if earlier else turns[min(turns)]
