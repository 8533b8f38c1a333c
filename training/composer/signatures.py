"""What key each bar of a printed score is in.

A key signature stands for a major key and its relative minor; files do not say reliably which of
the two is meant, so the notes decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from melodymuse.errors import ControlError
from melodymuse.music.keyfinding import PROFILES
from melodymuse.music.theory import Key
from training.composer.song import nearest_shift

# The profiles' sums differ little; the bass of the last note settles most cases already there.
_ENDS_ON_THE_TONIC = 0.5


def read_keys(
    notes: Sequence[tuple[int, int, int]],
    signatures: Sequence[tuple[int, str]],
    bars: int,
    bar_steps: int,
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Each bar's shift to C in semitones and its mode; a key within a bar counts from the next one.

    Args:
        notes: (onset, duration, pitch) in grid steps from the first bar line.
        signatures: (onset, key as text) in order, onsets negative where they stand before the first
            bar line; none means no accidentals.
        bars: how many there are.
        bar_steps: length of a bar.
    """
    begins = [max(0, -(-onset // bar_steps)) for onset, _ in signatures] or [0]
    values = [value for _, value in signatures] or ["C"]
    begins[0] = 0
    shifts: list[int] = []
    modes: list[str] = []
    for begin, end, value in zip(begins, [*begins[1:], bars], values, strict=True):
        if begin >= end:
            continue
        key = major_or_minor(value, [n for n in notes if begin <= n[0] // bar_steps < end])
        shift = nearest_shift(key.pitch_class, shifts[-1] if shifts else 0)
        shifts += [shift] * (end - begin)
        modes += [key.mode] * (end - begin)
    return tuple(shifts[:bars]), tuple(modes[:bars])


def major_or_minor(signature: str, notes: Sequence[tuple[int, int, int]]) -> Key:
    """Of the two keys of a signature the one whose profile, and whose tonic, the notes fit better.

    Args:
        signature: as MIDI has it, for example "Eb" or "Cm"; what names no key counts as "C".
        notes: (onset, duration, pitch).
    """
    major = _major_tonic(signature)
    weights = [0.0] * 12
    for _, duration, pitch in notes:
        weights[pitch % 12] += duration
    total = sum(weights) or 1.0
    last_bass = min(notes, key=lambda note: (-note[0], note[2]))[2] % 12 if notes else major

    def fit(key: Key) -> float:
        profile = PROFILES[key.mode]
        mean = sum(profile) / 12
        fitted = sum(
            weights[pc] * (profile[(pc - key.pitch_class) % 12] - mean) for pc in range(12)
        )
        return fitted / total + (_ENDS_ON_THE_TONIC if last_bass == key.pitch_class else 0.0)

    return max((Key.of(major, "major"), Key.of((major + 9) % 12, "minor")), key=fit)


def _major_tonic(signature: str) -> int:
    try:
        printed = Key.parse(signature)
    except ControlError:
        return 0
    return printed.pitch_class if printed.mode == "major" else (printed.pitch_class + 3) % 12
