"""Beats heard in free playing, and bar lines laid on them."""

from __future__ import annotations

from itertools import pairwise
from math import sin
from random import Random

import pytest

from melodymuse.errors import MidiError
from melodymuse.midi.beats import estimate_beats, lay_bars
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import paired_events
from melodymuse.midi.tempos import tempo_map
from melodymuse.midi.view import bars_of

END = b"\xff\x2f"
# Ticks of a second in a file of 480 ticks a quarter without a tempo.
SECOND = 960


def rubato(seed: int, bars: int = 24) -> tuple[list[float], list[tuple[float, int]]]:
    """Beats whose pace wanders by a tenth, and (second, pitch) of a bass on each bar, chords on its
    beats and a tune of eighths, every finger a little beside its time."""
    random, now = Random(seed), 0.4
    pace = random.uniform(0.65, 0.95)
    beats = []
    for index in range(4 * bars + 1):
        beats.append(now)
        now += pace * (1 + 0.1 * sin(index / 7 + seed))
    struck = []
    for index, (begin, end) in enumerate(pairwise(beats)):
        struck.append((begin, 36 if index % 4 == 0 else 55))
        for share in (0.0, 0.5) if random.random() < 0.6 else (0.0,):
            struck.append((begin + share * (end - begin) + random.gauss(0, 0.008), 72 + index % 7))
    return beats[:-1], sorted((max(second, 0.0), pitch) for second, pitch in struck)


def played(struck: list[tuple[float, int]]) -> Document:
    events = [Event(round(s * SECOND), bytes([0x90, p, 64])) for s, p in struck]
    events += [Event(round(s * SECOND) + 100, bytes([0x80, p, 0])) for s, p in struck]
    events.sort(key=lambda event: event.tick)
    return Document(0, 480, (Track((*events, Event(events[-1].tick, END))),))


def seconds_of(document: Document) -> list[float]:
    """When each note is struck."""
    tempos, found = tempo_map(document), []
    for note in paired_events(document.tracks[0].events):
        second = 0.0
        for (start, pace), end in zip(tempos, [*(t for t, _ in tempos[1:]), 1 << 40], strict=True):
            second += max(min(end, note.onset) - start, 0) * pace / 1e6 / float(document.quarter)
        found.append(second)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_beats_of_free_playing_are_heard(seed: int) -> None:
    beats, struck = rubato(seed)
    heard = estimate_beats([(second, 64.0) for second, _ in struck])
    hits = sum(any(abs(beat - other) < 0.07 for other in heard) for beat in beats)
    assert 2 * hits / (len(beats) + len(heard)) > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_bars_follow_the_playing_and_all_sounds_as_it_did(seed: int) -> None:
    _, struck = rubato(seed)
    before = played(struck)
    after = lay_bars(before)
    old, new = seconds_of(before), seconds_of(after)
    later = new[0] - old[0]
    assert 0 <= later < 8
    assert new == pytest.approx([second + later for second in old], abs=0.003)
    assert str(bars_of(after).bars[0].metre) == "4/4"
    basses = [n.onset for n in paired_events(after.tracks[0].events) if n.pitch == 36]
    on_lines = sum(min(tick % 1920, -tick % 1920) < 120 for tick in basses)
    assert on_lines > 0.8 * len(basses)


def test_too_little_has_no_beat() -> None:
    with pytest.raises(MidiError, match="too little is played"):
        lay_bars(played([(0.1, 60), (0.7, 62)]))
