"""Tiny printed pieces in the layouts of OpenScore Lieder and of Chopin's first editions: a tune
over bass and chords, I IV V I."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mido

from tests.training.pop909_set import TICKS, track

PIANO = ("Piano|staff1", "Piano|staff2")
SUNG = ("Voice|staff1", *PIANO)
UNNAMED = ("", "")

_MAJOR = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7))
_MINOR = ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7))
_Notes = list[tuple[int, int, int, int]]


def write_piece(
    path: Path,
    *,
    tracks: Sequence[str] = SUNG,
    metre: tuple[int, int] = (4, 4),
    bars: int = 16,
    upbeat: int = 0,
    tonic: int = 60,
    minor: bool = False,
    signatures: Sequence[tuple[int, str]] = ((0, "C"),),
    metres: Sequence[tuple[int, int, int]] = (),
    bpm: float | None = 72,
) -> Path:
    """One piece; its velocities are all alike, as printed ones are.

    Args:
        path: the file.
        tracks: names of the staves; three have a voice first.
        metre: numerator and denominator.
        bars: how many, without the upbeat.
        upbeat: quarters before the first bar; the file's bar lines count from the upbeat on.
        tonic: the pitch of the tonic around middle C.
        minor: whether the chords are those of minor.
        signatures: (quarter, key).
        metres: (quarter, numerator, denominator) of changes.
        bpm: the tempo mark.
    """
    length = metre[0] * 4 * TICKS // metre[1]
    staves: dict[str, _Notes] = {"voice": [], "upper": [], "lower": []}
    for quarter in range(upbeat):
        staves["voice"].append((quarter * TICKS, TICKS, tonic + 19, 72))
        staves["upper"].append((quarter * TICKS, TICKS, tonic + 7, 72))
    for bar in range(bars):
        chord = [tonic + step for step in (_MINOR if minor else _MAJOR)[bar % 4]]
        begin = upbeat * TICKS + bar * length
        staves["lower"].append((begin, length, chord[0] - 24, 72))
        for onset in range(begin, begin + length, TICKS // 2):
            staves["upper"] += [(onset, TICKS // 2, pitch, 72) for pitch in chord]
        staves["voice"].append((begin, length // 2, chord[bar % 3] + 12, 72))
        staves["voice"].append((begin + length // 2, length - length // 2, chord[0] + 12, 72))
    midi = mido.MidiFile(ticks_per_beat=TICKS)
    parts = list(staves.values())[-len(tracks) :]
    midi.tracks += [_marks(metre, signatures, metres, bpm)]
    midi.tracks += [track(name, notes) for name, notes in zip(tracks, parts, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    midi.save(path)
    return path


def _marks(
    metre: tuple[int, int],
    signatures: Sequence[tuple[int, str]],
    metres: Sequence[tuple[int, int, int]],
    bpm: float | None,
) -> mido.MidiTrack:
    marks = [
        (quarter * TICKS, mido.MetaMessage("time_signature", numerator=over, denominator=under))
        for quarter, over, under in ((0, *metre), *metres)
    ]
    marks += [(q * TICKS, mido.MetaMessage("key_signature", key=key)) for q, key in signatures]
    if bpm is not None:
        marks.append((0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))))
    found, now = mido.MidiTrack(), 0
    for tick, message in sorted(marks, key=lambda mark: mark[0]):
        found.append(message.copy(time=tick - now))
        now = tick
    return found
