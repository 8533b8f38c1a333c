"""The chord track: a score's harmonies as block chords, and block chords as harmonies again.

Each chord stands in close position on its root, around middle C.  On its root, because some chords
are told apart by their lowest note alone: C-D-G is Csus2 on C and Gsus4 on G, and an augmented
triad or a diminished seventh could stand on any of its notes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from melodymuse.errors import MidiError
from melodymuse.music.score import ChordSymbol, Score
from melodymuse.music.theory import QUALITIES

LOWEST_ROOT = 52  # E3: triads then lie around C4 (60), the highest sevenths up to D5
SOFT = 40  # MIDI velocity of every chord: between pianissimo and piano

# Semitones above the lowest note, as a set -> quality.
_SHAPES: Mapping[frozenset[int], str] = {
    frozenset(steps): name for name, steps in QUALITIES.items()
}


@dataclass(frozen=True, slots=True)
class BlockChord:
    """Keys struck together: onset and end in ticks of the score, MIDI pitches rising."""

    onset: int
    end: int
    pitches: tuple[int, ...]


def close_position(root: int, quality: str) -> tuple[int, ...]:
    """MIDI pitches of a chord in close position on its root, E3 to D#4, rising.

    Args:
        root: pitch class 0..11.
        quality: one of `theory.QUALITIES`.
    """
    lowest = LOWEST_ROOT + (root - LOWEST_ROOT) % 12
    return tuple(lowest + step for step in QUALITIES[quality])


def block_chords(score: Score) -> tuple[BlockChord, ...]:
    """The chords of a score, each held for its time but not into the next one or past the end.

    Raises:
        MidiError: the score names no chord, or one that has no time, lies outside the piece, is
            of an unknown quality, or does not come after the one before it.
    """
    if not score.chords:
        raise MidiError("the score names no chord: there is nothing to put on a chord track")
    for chord in score.chords:
        if chord.duration <= 0 or not 0 <= chord.onset < score.end:
            raise MidiError(
                f"the chord at tick {chord.onset} lies outside the piece or has no time"
            )
        if chord.quality not in QUALITIES:
            known = ", ".join(QUALITIES)
            raise MidiError(f"unknown chord quality '{chord.quality}': use one of {known}")
    if any(later.onset <= earlier.onset for earlier, later in pairwise(score.chords)):
        raise MidiError("a score's chords must be in rising order")
    limits = [*(chord.onset for chord in score.chords[1:]), score.end]
    return tuple(
        BlockChord(
            chord.onset,
            min(chord.onset + chord.duration, limit),
            close_position(chord.root, chord.quality),
        )
        for chord, limit in zip(score.chords, limits, strict=True)
    )


def chord_symbols(notes: Iterable[tuple[int, int, int]]) -> tuple[ChordSymbol, ...] | None:
    """The harmonies in a track of block chords; None where most of what is struck is no chord.

    A chord is read on its lowest note where it is one of `theory.QUALITIES` there, else on
    whichever of its notes makes it one, so that inversions are understood.  What is no chord is
    left out.

    Args:
        notes: onset, end and MIDI pitch of each note, in ticks of the score, in any order.
    """
    strikes = list(_strikes(notes))
    symbols = [
        ChordSymbol(strike.onset, strike.end - strike.onset, *named)
        for strike in strikes
        if (named := name_chord(strike.pitches)) is not None
    ]
    return tuple(symbols) if 2 * len(symbols) > len(strikes) else None


def name_chord(pitches: Sequence[int]) -> tuple[int, str] | None:
    """The root (pitch class 0..11) and quality of MIDI pitches struck together, or None."""
    classes = {pitch % 12 for pitch in pitches}
    roots = dict.fromkeys(pitch % 12 for pitch in sorted(pitches))
    for root in roots:
        quality = _SHAPES.get(frozenset((member - root) % 12 for member in classes))
        if quality is not None:
            return root, quality
    return None


def _strikes(notes: Iterable[tuple[int, int, int]]) -> Iterator[BlockChord]:
    """What is struck together, held to its last note's end but not into the next."""
    struck: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for onset, end, pitch in notes:
        struck[onset].append((end, pitch))
    onsets = sorted(struck)
    for onset, following in zip_longest(onsets, onsets[1:]):
        until = max(end for end, _ in struck[onset])
        if following is not None:
            until = min(until, following)
        if until > onset:
            yield BlockChord(onset, until, tuple(sorted(pitch for _, pitch in struck[onset])))
