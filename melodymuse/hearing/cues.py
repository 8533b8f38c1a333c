"""The cues that a piano piece gives to a listener, read off its notes.

Times are real time along the tempo map, so that a performance without a beat grid and a composed
piece are measured alike.  A cue that a piece does not give is None: a file whose notes are all
equally loud says nothing of loudness, one without chords nothing of dissonance.

The cues are those whose effect on expressed emotion has been measured with listeners: mode, tempo
(as notes a second), register, dynamics, articulation (Eerola, Friberg & Bresin 2013, Frontiers in
Psychology 4:487), consonance, regularity of rhythm and tonality (Gabrielsson & Lindström 2010,
Handbook of Music and Emotion, ch. 14).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise
from statistics import fmean, pstdev
from typing import NamedTuple

from melodymuse.errors import MidiError
from melodymuse.music.keyfinding import key_fits
from melodymuse.music.score import Hand, Score
from melodymuse.writing.measuring import HARSH_INTERVALS

FEWEST_NOTES = 8
# Onsets closer than this are one chord: about what pianists' hands scatter.
TOGETHER_SECONDS = 0.035
_SHORTEST_SECONDS = 0.02
# Doublings of the time to the next onset: what is farther off says no more.
_FARTHEST = 3.0


class Sounded(NamedTuple):
    """A note in real time: onset and duration in seconds, MIDI pitch and velocity."""

    onset: float
    duration: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Cues:
    """What a listener goes by; None where the music does not tell.

    Attributes:
        mode: how much better the best major key fits than the best minor one, in correlations.
        speed: log2 of the onsets a second, hands together.
        loudness: mean MIDI velocity.
        register: mean MIDI pitch.
        articulation: log2 of a note's length over the time to the next onset of its hand; below 0
            detached, above 0 held.
        dissonance: share 0..1 of seconds, sevenths and tritones among what is struck together.
        tonality: entropy of the pitch classes, bits: 0 for one alone, 3.58 for all twelve alike.
        irregularity: standard deviation of log2 of the times from onset to onset.
        brightness: log2 of the spectral centroid in Hz; of sound alone.
    """

    mode: float | None = None
    speed: float | None = None
    loudness: float | None = None
    register: float | None = None
    articulation: float | None = None
    dissonance: float | None = None
    tonality: float | None = None
    irregularity: float | None = None
    brightness: float | None = None


def sounded_notes(score: Score) -> list[Sounded]:
    """A score's notes in real time, along its tempo map."""
    return [
        Sounded(
            start := score.seconds_at(note.onset),
            score.seconds_at(note.end) - start,
            note.pitch,
            note.velocity,
        )
        for note in score.notes
    ]


def chords_of(ordered: Sequence[Sounded]) -> list[list[Sounded]]:
    """Notes in order of their onsets, grouped by what is struck together."""
    starts, current = [], -math.inf
    for note in ordered:
        if note.onset - current > TOGETHER_SECONDS:
            current = note.onset
        starts.append(current)
    paired = zip(starts, ordered, strict=True)
    return [[note for _, note in group] for _, group in groupby(paired, key=lambda pair: pair[0])]


def pitch_classes(notes: Sequence[Sounded]) -> list[float]:
    """Share 0..1 of the sounding time that each pitch class has, C first."""
    seconds: dict[int, float] = defaultdict(float)
    for note in notes:
        seconds[note.pitch % 12] += note.duration
    whole = math.fsum(seconds.values())
    return [seconds[step] / whole for step in range(12)]


def majorness(strengths: Sequence[float]) -> float | None:
    """How much better the best major key fits twelve pitch classes than the best minor one, in
    correlations; None where all are equally strong."""
    fits = key_fits(strengths)
    if not fits:
        return None
    major, minor = (max(fit for k, fit in fits.items() if k.mode == m) for m in ("major", "minor"))
    return major - minor


def cues_of(score: Score) -> Cues:
    """The cues of a piece.

    Raises:
        MidiError: it has fewer than `FEWEST_NOTES` notes, or all at once.
    """
    notes = sounded_notes(score)
    chords = chords_of(sorted(notes))
    if len(notes) < FEWEST_NOTES or len(chords) < 2:
        raise MidiError(
            f"{len(notes)} notes at {len(chords)} times are too few to hear a feeling in: at least "
            f"{FEWEST_NOTES} are needed, not all at once"
        )
    onsets = [chord[0].onset for chord in chords]
    seconds = max(note.onset + note.duration for note in notes) - onsets[0]
    velocities = [note.velocity for note in notes]
    classes = pitch_classes(notes)
    harsh = [
        (b - a) % 12 in HARSH_INTERVALS
        for chord in chords
        for a, b in combinations(sorted(note.pitch for note in chord), 2)
    ]
    gaps = [math.log2(max(b - a, _SHORTEST_SECONDS)) for a, b in pairwise(onsets)]
    return Cues(
        mode=majorness(classes),
        speed=math.log2(len(chords) / seconds),
        loudness=fmean(velocities) if len(set(velocities)) > 1 else None,
        register=fmean(note.pitch for note in notes),
        articulation=_articulation(score),
        dissonance=fmean(harsh) if harsh else None,
        tonality=-math.fsum(p * math.log2(p) for p in classes if p > 0),
        irregularity=pstdev(gaps),
    )


def _articulation(score: Score) -> float | None:
    """The mean over the strokes of both hands."""
    ratios = []
    for hand in Hand:
        notes = [note for note in score.notes if note.hand is hand]
        strokes = [list(group) for _, group in groupby(notes, key=lambda note: note.onset)]
        for stroke, after in pairwise(strokes):
            gap = after[0].onset - stroke[0].onset
            ratio = math.log2(fmean(note.duration for note in stroke) / gap)
            ratios.append(min(max(ratio, -_FARTHEST), _FARTHEST))
    return fmean(ratios) if ratios else None
