"""Bar lines for a file that was played without regard to its own.

The beats are those that the onsets suggest: evenly spaced about the period at which the playing is
likest to itself, and where much is struck (dynamic programming, Ellis 2007, Journal of New Music
Research 36:51-60).  The events are then put onto them: each beat becomes a quarter under a tempo of
its own, so that all sounds as it did.

Measured: with a pace that wanders by a tenth nearly every beat is found (F .99 and more); of 30
songs of POP909 as played the mean F is .77, since more than half are heard at another pace, mostly
twice theirs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MidiError
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.plan_event import is_plan
from melodymuse.midi.rewriting import begun_with, with_events
from melodymuse.midi.tempos import SLOWEST, TempoMap, is_tempo, tempo_event, tempo_map
from melodymuse.midi.view import DRUM_CHANNEL, parts_of

_QUARTER = 480
_BEATS_A_BAR = 4
_METRE, _FOUR_FOUR = b"\xff\x58", b"\xff\x58\x04\x02\x18\x08"
_RATE = 100  # frames a second in which onsets are counted
_SPREAD_FRAMES = 1.5
# Beats a minute that are heard, and how far from the middle of what people tap, in octaves.
_SLOWEST_BEAT, _FASTEST_BEAT, _LIKELIEST_BEAT, _OCTAVES = 40, 220, 75, 0.7
_EVENNESS = 50.0
_FEWEST_BEATS, _LONGEST_SECONDS = 8, 3600

_Floats = NDArray[np.float64]


def lay_bars(document: Document) -> Document:
    """A document whose bar lines, in 4/4, follow what is played; all sounds at the same distances.

    Raises:
        MidiError: too little is played to hear a beat in it.
    """
    onsets = _onsets(document)
    beats = estimate_beats([(second, weight) for second, weight, _ in onsets])
    # As many beats before the first one as there is time for, and so that bars begin where the
    # basses are.
    before, phase = ceil(beats[0] / (beats[1] - beats[0])), _downbeat(onsets, beats)
    first = next(n for n in range(before, before + _BEATS_A_BAR) if (n + phase) % _BEATS_A_BAR == 0)
    tempos = tempo_map(document)

    def moved(event: Event) -> Event:
        place = first + _place(_second(tempos, float(document.quarter), event.tick), beats)
        return Event(max(round(place * _QUARTER), 0), event.data)

    tracks = [
        Track(tuple(moved(event) for event in track.events if not _is_laid_anew(event)))
        for track in document.tracks
    ]
    paces = [round(1e6 * (after - before)) for before, after in pairwise(beats)]
    marks = [tempo_event((first + k) * _QUARTER, min(p, SLOWEST)) for k, p in enumerate(paces)]
    opening = begun_with(tracks[0], Event(0, _FOUR_FOUR))
    opening = begun_with(opening, tempo_event(0, min(paces[0], SLOWEST)))
    tracks[0] = with_events(opening, marks)
    return replace(document.with_tracks(tuple(tracks)), division=_QUARTER)


def _is_laid_anew(event: Event) -> bool:
    return is_tempo(event) or event.data[:2] == _METRE or is_plan(event)


def estimate_beats(onsets: Sequence[tuple[float, float]]) -> list[float]:
    """The times of the beats in seconds, ascending.

    Args:
        onsets: (seconds from the beginning, weight) of what is struck.

    Raises:
        MidiError: too little is played to hear a beat in it, or for more than an hour.
    """
    last = max((second for second, _ in onsets), default=0.0)
    if last > _LONGEST_SECONDS:
        raise MidiError("more than an hour is played: cut the file")
    if last < _FEWEST_BEATS * 60 / _FASTEST_BEAT or len(onsets) < _FEWEST_BEATS:
        raise MidiError("too little is played to hear a beat in it")
    strength = _strength(onsets, last)
    period = _period(strength)
    beats = [frame / _RATE for frame in _best_path(strength, period)]
    if len(beats) < _FEWEST_BEATS:
        raise MidiError("too little is played to hear a beat in it")
    return beats


def _strength(onsets: Sequence[tuple[float, float]], last: float) -> _Floats:
    """How much is struck in each frame, blurred, of mean 0 and standard deviation 1."""
    struck = np.zeros(round(last * _RATE) + _RATE)
    for second, weight in onsets:
        struck[round(second * _RATE)] += weight
    struck = np.sqrt(struck / struck.max())
    blur = np.exp(-0.5 * (np.arange(-4, 5) / _SPREAD_FRAMES) ** 2)
    blurred = np.convolve(struck, blur, "same")
    return np.asarray((blurred - blurred.mean()) / blurred.std())


def _period(strength: _Floats) -> int:
    """Frames of a beat."""
    low, high = 60 * _RATE // _FASTEST_BEAT, 60 * _RATE // _SLOWEST_BEAT
    lags = [lag for lag in range(low, high + 1) if 2 * lag < len(strength)]

    def alike(lag: int) -> float:
        return float(strength[:-lag] @ strength[lag:])

    def likely(lag: int) -> float:
        octaves = log2(60 * _RATE / lag / _LIKELIEST_BEAT)
        return float(np.exp(-0.5 * (octaves / _OCTAVES) ** 2))

    return max(lags, key=lambda lag: (alike(lag) + 0.5 * alike(2 * lag)) * likely(lag))


def _best_path(strength: _Floats, period: int) -> list[int]:
    """The frames of the beats: strong ones, each about a period after the one before."""
    steps = np.arange(-2 * period, -(period // 2) + 1)
    uneven = _EVENNESS * np.log(-steps / period) ** 2
    worth, before = strength.copy(), np.full(len(strength), -1)
    for frame in range(period // 2, len(strength)):
        start = max(len(steps) - (frame - period // 2) - 1, 0)
        found = worth[frame + steps[start:]] - uneven[start:]
        best = int(found.argmax())
        if found[best] > 0:
            worth[frame] += found[best]
            before[frame] = frame + steps[start + best]
    frame = len(strength) - 1 - int(worth[::-1][: 2 * period].argmax())
    path = []
    while frame >= 0:
        path.append(frame)
        frame = int(before[frame])
    return path[::-1]


def _onsets(document: Document) -> list[tuple[float, float, int]]:
    """(second, velocity, pitch) of every note that is no percussion."""
    tempos = tempo_map(document)
    return [
        (_second(tempos, float(document.quarter), note.onset), note.velocity, note.pitch)
        for part in parts_of(document)
        if part.channel != DRUM_CHANNEL
        for note in part.notes
    ]


def _second(tempos: TempoMap, quarter: float, tick: int) -> float:
    """When a tick comes."""
    second = 0.0
    for (start, pace), (end, _) in pairwise([*tempos, (tick, 0)]):
        if start >= tick:
            break
        second += (min(end, tick) - start) * pace / 1e6 / quarter
    return second


def _place(second: float, beats: Sequence[float]) -> float:
    """Beats from the first one to a time, negative before it."""
    index = min(max(bisect_right(beats, second) - 1, 0), len(beats) - 2)
    return index + (second - beats[index]) / (beats[index + 1] - beats[index])


def _downbeat(onsets: Sequence[tuple[float, float, int]], beats: Sequence[float]) -> int:
    """Which of the first beats is the first of a bar: that on which the deepest notes are."""
    depth = [0.0] * _BEATS_A_BAR
    for second, weight, pitch in onsets:
        place = _place(second, beats)
        if abs(place - round(place)) < 0.2:
            depth[round(place) % _BEATS_A_BAR] += weight * max(72 - pitch, 0)
    return max(range(_BEATS_A_BAR), key=depth.__getitem__)
