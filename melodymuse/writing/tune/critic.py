"""The critic: which of several takes of a phrase is the best tune.

A take earns how likely the network finds it, and loses for what a teacher would circle: notes that
have nothing to do with their chord, accents that do not resolve, a line that hangs on one note or
runs in nothing but eighths, leaps that nobody answers, no high point, no figure that comes back or
nothing but one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log2

from melodymuse.music.grid import Metre
from melodymuse.writing.tune.likeness import jaccard
from melodymuse.writing.tune.notes import Bar, degree
from melodymuse.writing.tune.phrase_features import Sung

_STEP, _LEAP, _WIDE = 2, 5, 8
# By how much a phrase's span in semitones, and its shares of repeated notes and leaps, may differ
# from what is planned.
_SPAN_EASE, _SHARE_EASE = 1.0, 0.03
_FIGURE = 3
# Doublings by which a bar may have fewer notes than it should, or more.
_THIN = 0.4
# What a last note earns or loses by how it is reached, twice that where it closes; what a tonic
# earns there, and a line that has come near.
_BY_STEP, _BY_LEAP, _HOME, _FROM_NEARBY = 0.3, 0.2, 0.5, 0.2
# What a bar costs in which nothing happens before its middle, and little then.
_LATE = 1.0
# What a teacher would circle besides: a bar before the last that has nothing to say, or but one
# pitch; another rhythm than the recalled one; a bar said again unchanged that was to be answered;
# each tenth of the notes that are tonics beyond so many.
_EMPTY, _ONE_PITCH, _FORGOTTEN, _PASTED, _CIRCLING = 1.0, 0.5, 1.2, 0.6, 0.3
_TONICS = 0.25
# Share of one note value that a phrase may have.
_ONE_VALUE = 0.55


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a phrase stands.

    Attributes:
        metre: of the piece.
        mode: "major" or "minor".
        before: the notes before the phrase.
        climax: grid steps (from, to) of its high point, None where it has none.
        span, repeats, leaps: semitones that it should span, shares 0..1 of its neighbours that
            should be of one pitch, and a fourth or more apart.
        wanted: bar -> how many notes it should have, where that is planned.
        close: grid step of the phrase's last note; None where it has no cadence.
        home: whether it closes there, not only pauses.
        models: bar -> the bar whose rhythm it should have, where that is planned and it is not to
            be that bar, note by note.
    """

    metre: Metre
    mode: str
    before: Sequence[Sung]
    climax: tuple[int, int] | None
    span: float = 12.0
    repeats: float = 0.22
    leaps: float = 0.15
    wanted: Mapping[int, float] = field(default_factory=dict)
    close: int | None = None
    home: bool = False
    models: Mapping[int, Bar] = field(default_factory=dict)


def weigh(notes: Sequence[Sung], likelihood: float, setting: Setting) -> float:
    """What a take is worth; the largest wins.

    Args:
        notes: of the phrase.
        likelihood: mean log likelihood of its notes, nats.
        setting: where it stands.
    """
    if not notes:
        return likelihood
    lead = setting.before[-1:]
    line = [*lead, *notes]
    return (
        likelihood
        - _against_harmony(line, setting.metre)
        - _hanging(notes, setting)
        - _unsingable(line, setting)
        - _evenness(notes, setting.metre)
        - _amiss(notes, setting)
        - _circled(notes, setting)
        + _high_point(notes, setting.climax)
        + _landing(notes, setting)
        - _memory(notes, setting)
    )


def _against_harmony(line: Sequence[Sung], metre: Metre) -> float:
    """Notes off their chord entered and left by leap; accents off it that do not resolve."""
    lost = 0.0
    for before, note, after in zip(line, line[1:], line[2:], strict=False):
        if not note.outside:
            continue
        leaves = abs(after.pitch - note.pitch)
        if abs(note.pitch - before.pitch) > _STEP and leaves > _STEP:
            lost += 1.0
        if note.onset % metre.beat_steps == 0 and not 1 <= leaves <= _STEP:
            lost += 0.25
    return lost


def _hanging(notes: Sequence[Sung], setting: Setting) -> float:
    """One note too often, again and again, to and fro, or struck once more to close."""
    if len(notes) < 4:
        return 0.0
    pitches = [note.pitch for note in notes]
    most = Counter(pitches).most_common(1)[0][1] / len(notes)
    repeats = sum(a == b for a, b in pairwise(pitches)) / (len(notes) - 1)
    rocking = sum(
        a == c != b == d
        for a, b, c, d in zip(pitches, pitches[1:], pitches[2:], pitches[3:], strict=False)
    )
    thrice = sum(a == b == c for a, b, c in zip(pitches, pitches[1:], pitches[2:], strict=False))
    lost = 4.0 * max(0.0, most - 0.3 - 0.3 * setting.repeats) + 0.3 * rocking
    lost += 0.2 * max(0, thrice - 1)
    lost += 0.4 * (pitches[-1] == pitches[-2])
    return lost + 4.0 * max(0.0, abs(repeats - setting.repeats) - _SHARE_EASE)


def _unsingable(line: Sequence[Sung], setting: Setting) -> float:
    """A range too narrow or too wide; too few leaps or too many, or one after the other; wide
    leaps, and leaps that no step answers."""
    pitches = [note.pitch for note in line]
    span = max(pitches) - min(pitches)
    lost = 0.25 * max(0.0, abs(span - setting.span) - _SPAN_EASE)
    steps = [b - a for a, b in pairwise(pitches)]
    if len(steps) > 8:
        leaps = sum(abs(step) >= _LEAP for step in steps) / len(steps)
        lost += 6.0 * max(0.0, abs(leaps - setting.leaps) - _SHARE_EASE)
    for step, after in pairwise([*steps, 0]):
        if abs(step) >= _WIDE and not (0 < abs(after) < _LEAP and after * step < 0):
            lost += 0.25
        if abs(step) >= _LEAP and abs(after) >= _LEAP:
            lost += 0.5 if after * step > 0 else 0.15
        elif abs(step) >= _LEAP and not (1 <= abs(after) <= 4 and after * step < 0):
            lost += 0.1
    return lost


def _evenness(notes: Sequence[Sung], metre: Metre) -> float:
    """Nothing but one note value; every bar in the same rhythm."""
    lost = 0.0
    values = Counter(b.onset - a.onset for a, b in pairwise(notes))
    if len(notes) > 6:
        lost += 3.0 * max(0.0, values.most_common(1)[0][1] / (len(notes) - 1) - _ONE_VALUE)
    rhythms: dict[int, list[int]] = {}
    for note in notes:
        rhythms.setdefault(note.onset // metre.bar_steps, []).append(note.onset % metre.bar_steps)
    alike = Counter(map(tuple, rhythms.values())).most_common(1)[0][1]
    return lost + 0.4 * max(0, alike - 2)


def _amiss(notes: Sequence[Sung], setting: Setting) -> float:
    """Bars that have much less to say than they should, or much more; one note that is all alone
    in its bar, and comes late."""
    steps = setting.metre.bar_steps
    bars = Counter(note.onset // steps for note in notes)
    late = sum(bars[n.onset // steps] == 1 and n.onset % steps >= steps // 2 for n in notes)
    return _LATE * late + sum(
        max(0.0, abs(log2(wanted / (bars[bar] + 0.5))) - _THIN)
        for bar, wanted in setting.wanted.items()
    )


def _circled(notes: Sequence[Sung], setting: Setting) -> float:
    """Bars that say nothing, one pitch, or what was said; tonics throughout."""
    steps = setting.metre.bar_steps
    bars: dict[int, list[Sung]] = {}
    for note in notes:
        bars.setdefault(note.onset // steps, []).append(note)
    lost = 0.0
    for bar in range(notes[0].onset // steps, notes[-1].onset // steps):
        own = bars.get(bar, [])
        lost += _EMPTY * (not own)
        lost += _ONE_PITCH * (len(own) > 1 and len({note.pitch for note in own}) == 1)
    for bar, model in setting.models.items():
        end = steps if setting.close is None else setting.close - bar * steps + 1
        ours = {(note.onset % steps, note.pitch) for note in bars.get(bar, ())}
        theirs = {(note.position, note.pitch) for note in model}
        rhythms = [frozenset(at for at, _ in found if at < end) for found in (ours, theirs)]
        lost += _FORGOTTEN * (1 - jaccard(*rhythms)) + _PASTED * (ours == theirs)
    tonics = sum(note.pitch % 12 == 0 for note in notes) / len(notes)
    return lost + 10 * _CIRCLING * max(0.0, tonics - _TONICS)


def _high_point(notes: Sequence[Sung], climax: tuple[int, int] | None) -> float:
    """One high point, where it is planned."""
    highest = max(note.pitch for note in notes)
    tops = [note for note in notes if note.pitch == highest]
    worth = -0.2 * max(0, len(tops) - 2)
    if climax is not None:
        there = all(climax[0] <= note.onset < climax[1] for note in tops)
        worth += 0.8 if there and len(tops) == 1 else 0.3 if there else -0.6
    return worth


def _landing(notes: Sequence[Sung], setting: Setting) -> float:
    """A last note that is reached by step, and one that closes from nearby, on the tonic."""
    pitches = [note.pitch for note in notes if setting.close and note.onset <= setting.close]
    if len(pitches) < 4 or notes[len(pitches) - 1].onset != setting.close:
        return 0.0
    *_, before, last = steps = [abs(b - a) for a, b in pairwise(pitches[-4:])]
    worth = _BY_STEP * (1 <= last <= _STEP) - _BY_LEAP * (last >= _LEAP or before >= _WIDE)
    if setting.home:
        return (
            2 * worth + _HOME * (pitches[-1] % 12 == 0) + _FROM_NEARBY * (sum(steps) <= 3 * _STEP)
        )
    return worth


def _memory(notes: Sequence[Sung], setting: Setting) -> float:
    """Figures that come back: too few to remember, or nothing else."""
    figures = figures_of(notes, setting.mode)
    if len(figures) < 4:
        return 0.0
    known = Counter(figures) + Counter(figures_of(setting.before, setting.mode))
    again = sum(known[figure] > 1 for figure in figures) / len(figures)
    return 1.5 * max(0.0, 0.15 - again) + 2.0 * max(0.0, again - 0.5)


def figures_of(notes: Sequence[Sung], mode: str) -> list[tuple[tuple[int, int], ...]]:
    """Each four notes in a row as three (scale degrees, time to the next onset) pairs."""
    places = [(degree(note.pitch, mode)[0], note.onset) for note in notes]
    pairs = [(b[0] - a[0], min(b[1] - a[1], 48)) for a, b in pairwise(places)]
    return [tuple(pairs[i : i + _FIGURE]) for i in range(len(pairs) - _FIGURE + 1)]
