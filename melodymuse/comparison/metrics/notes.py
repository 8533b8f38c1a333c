"""Notes: the same figures for a composed piece and for what a transcriber heard in a sound.

Conventions
    Notes in real time: onset and duration in seconds, MIDI pitch.  Velocities are left out, since
    transcribers guess them.  Onsets within 35 ms of the first one make a chord, about what hands
    scatter.
    `notes_per_second`, `onsets_per_second`: from the first onset to the last end.
    `notes_per_onset`: how thick the chords are.
    `sounding_notes`: how many notes sound at a time, on average.
    `pitch_mean`, MIDI number; `pitch_spread`, its standard deviation in semitones.
    `pitch_classes_entropy`, bits: 0 for one pitch class, log2 12 = 3.58 for all equally often.
    `scale_consistency`, 0..1: the share of notes within the major or minor scale that fits best.
    `note_seconds`, `gap_seconds`: medians of durations and of times between onsets.
    `transcription_f1` and its kin, 0..1: of notes found against the true ones, onset within 50 ms
    and the same pitch, offsets not looked at.
    No figure says how good a piece is.

References
    S.-L. Wu, Y.-H. Yang, "The Jazz Transformer on the front line", ISMIR 2020 (entropy).
    O. Mogren, "C-RNN-GAN", 2016, and H.-W. Dong et al., "MusPy", ISMIR 2020 (scale consistency).
    mir_eval.transcription (Raffel et al., ISMIR 2014).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError
from melodymuse.music.score import Score
from melodymuse.music.theory import MODES, Key
from melodymuse.optional import optional

FEWEST_NOTES = 8
TOGETHER_SECONDS = 0.035


class SoundedNote(NamedTuple):
    """A note in real time: onset and duration in seconds, MIDI pitch."""

    onset: float
    duration: float
    pitch: int


def sounded(score: Score) -> tuple[SoundedNote, ...]:
    """A score's notes in real time, along its tempo map, by onset."""
    return tuple(
        SoundedNote(
            start := score.seconds_at(note.onset), score.seconds_at(note.end) - start, note.pitch
        )
        for note in score.notes
    )


def validate(notes: Sequence[SoundedNote]) -> None:
    """See that there are enough notes to speak of.

    Raises:
        AudioError: fewer than `FEWEST_NOTES`, or a note without length or out of range.
    """
    if len(notes) < FEWEST_NOTES:
        raise AudioError(f"{len(notes)} notes: at least {FEWEST_NOTES} are needed")
    if any(not (n.duration > 0 and 0 <= n.pitch <= 127) for n in notes):
        raise AudioError("a note has no length or a pitch outside MIDI's")


def chords(notes: Iterable[SoundedNote]) -> list[list[SoundedNote]]:
    """Notes struck together, in order."""
    groups: list[list[SoundedNote]] = []
    for note in sorted(notes):
        if groups and note.onset - groups[-1][0].onset <= TOGETHER_SECONDS:
            groups[-1].append(note)
        else:
            groups.append([note])
    return groups


def entropy(counts: Iterable[int]) -> float:
    """Shannon's entropy of a histogram, bits."""
    values = np.array([count for count in counts if count], float)
    shares = values / values.sum()
    return float(-(shares * np.log2(shares)).sum()) + 0.0


def scale_consistency(pitches: Sequence[int]) -> float:
    """The greatest share of pitches that lie in one major or natural minor scale."""
    classes = Counter(pitch % 12 for pitch in pitches)
    scales = (Key.of(tonic, mode).scale for mode in MODES for tonic in range(12))
    return max(sum(classes[step] for step in scale) for scale in scales) / len(pitches)


def evaluate(notes: Sequence[SoundedNote]) -> dict[str, float]:
    """The figures of one piece.

    Raises:
        AudioError: as `validate`.
    """
    validate(notes)
    groups = chords(notes)
    onsets = [group[0].onset for group in groups]
    seconds = max(n.onset + n.duration for n in notes) - onsets[0]
    pitches = [n.pitch for n in notes]
    gaps = [later - earlier for earlier, later in pairwise(onsets)] or [seconds]
    return {
        "notes_per_second": len(notes) / seconds,
        "onsets_per_second": len(groups) / seconds,
        "notes_per_onset": len(notes) / len(groups),
        "sounding_notes": sum(n.duration for n in notes) / seconds,
        "pitch_mean": float(np.mean(pitches)),
        "pitch_spread": float(np.std(pitches)),
        "pitch_classes_entropy": entropy(Counter(p % 12 for p in pitches).values()),
        "scale_consistency": scale_consistency(pitches),
        "note_seconds": float(np.median([n.duration for n in notes])),
        "gap_seconds": float(np.median(gaps)),
    }


def evaluate_transcription(
    true: Sequence[SoundedNote], found: Sequence[SoundedNote]
) -> dict[str, float]:
    """Precision, recall and F1 of found notes against the true ones, onsets and pitches only."""
    library = optional("mir_eval.transcription", "measuring a transcription")
    names = ("transcription_precision", "transcription_recall", "transcription_f1")
    if not true or not found:
        return dict.fromkeys(names, 0.0)
    (true_times, true_hertz), (times, hertz) = _arrays(true), _arrays(found)
    scores = library.precision_recall_f1_overlap(
        true_times, true_hertz, times, hertz, offset_ratio=None
    )
    return dict(zip(names, map(float, scores[:3]), strict=True))


def _arrays(notes: Sequence[SoundedNote]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    times = np.array([(n.onset, n.onset + n.duration) for n in notes])
    return times, 440.0 * 2.0 ** ((np.array([n.pitch for n in notes]) - 69) / 12)
