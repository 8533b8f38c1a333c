"""POP909-CL: 909 pop songs arranged for piano, with corrected metre, key and chords (MIT).

Published as AndyWeasley2004/POP909-CL-Dataset on GitHub ("BACHI", arXiv 2510.06528); the folder
wanted is the one that holds `midi/NNN.mid` (upstream: POP909_processed/).  True tempi come from
Dsqvival/hierarchical-structure-analysis (MIT), one `NNN/tempo.txt` a song.

Pitfalls: melody, bridge and piano are merged into one track, so hands are told apart by
`melodymuse.score.hands`; the chord track is not music; tempi in the files are placeholders;
518 and 620 have misaligned hands and are left out, as are songs that are not in 4/4 throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido

from melodymuse.composition.vocabulary import (
    GRID_PER_QUARTER,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    QUALITY_NAMES,
    GridChord,
    GridNote,
)
from melodymuse.errors import ControlError, MelodyMuseError
from melodymuse.score.hands import split_hands
from melodymuse.theory import QUALITIES, Key
from training.composer.song import Song, end_before_repeats, make_playable

KNOWN_BAD = frozenset({"518", "620"})
BAR_STEPS = 4 * GRID_PER_QUARTER


@dataclass(frozen=True, slots=True)
class _Sound:
    onset: int
    duration: int
    pitch: int
    velocity: int


def read_pop909(folder: Path, tempi: Path | None) -> Iterator[Song]:
    """All usable songs, in order of their numbers.

    Args:
        folder: holds `midi/NNN.mid`.
        tempi: holds `NNN/tempo.txt`; None leaves the tempo unknown.
    """
    files = sorted((folder / "midi").glob("*.mid"))
    if not files:
        raise MelodyMuseError(f"no POP909-CL in {folder}: it should hold midi/001.mid and so on")
    for path in files:
        if path.stem not in KNOWN_BAD:
            song = read_song(path, _read_tempo(tempi, path.stem))
            if song is not None:
                yield song


def read_song(path: Path, tempo: float | None) -> Song | None:
    """One song, or None where it is not in 4/4 throughout or has no key."""
    midi = mido.MidiFile(path)
    tracks = [track for track in midi.tracks if any(m.type == "note_on" for m in track)]
    metres = {
        (m.numerator, m.denominator) for t in midi.tracks for m in t if _is(m, "time_signature")
    }
    if metres != {(4, 4)} or not tracks:
        return None
    steps = midi.ticks_per_beat / GRID_PER_QUARTER
    music = next((track for track in tracks if track.name == "piano"), tracks[0])
    chords = next((track for track in tracks if track is not music), None)
    sounds = [s for s in _sounds(music, steps) if LOWEST_PITCH <= s.pitch <= HIGHEST_PITCH]
    keys = _keys(midi, steps)
    if not keys or not sounds:
        return None
    bars = max(sound.onset for sound in sounds) // BAR_STEPS + 1
    shifts, modes = _tonic_shifts(keys, bars)
    return Song(
        name=f"pop909/{path.stem}",
        bar_steps=BAR_STEPS,
        mode=tuple(modes),
        tempo=tempo,
        loudness_known=True,
        notes=_note_bars(sounds, shifts, bars),
        chords=_chord_bars(_sounds(chords, steps) if chords is not None else [], shifts, bars),
    )


def name_chord(pitches: Sequence[int]) -> tuple[int, str] | None:
    """Root pitch class and quality of a block chord; the bass is tried as the root first."""
    bass = min(pitches)
    for root in [bass, *sorted(set(pitches) - {bass})]:
        shape = tuple(sorted({(pitch - root) % 12 for pitch in pitches}))
        for quality in QUALITY_NAMES:
            if QUALITIES[quality] == shape:
                return root % 12, quality
    return None


def _is(message: mido.Message, kind: str) -> bool:
    return bool(message.type == kind)


def _read_tempo(folder: Path | None, name: str) -> float | None:
    path = folder / name / "tempo.txt" if folder is not None else None
    return float(path.read_text()) if path is not None and path.exists() else None


def _sounds(track: mido.MidiTrack, steps: float) -> list[_Sound]:
    now, open_notes, sounds = 0, defaultdict(list), []
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity > 0:
            open_notes[message.note].append((now, message.velocity))
        elif message.type in ("note_on", "note_off") and open_notes[message.note]:
            onset, velocity = open_notes[message.note].pop(0)
            start = round(onset / steps)
            length = max(1, round((now - onset) / steps))
            sounds.append(_Sound(start, length, message.note, velocity))
    return sounds


def _keys(midi: mido.MidiFile, steps: float) -> list[tuple[int, Key]]:
    keys = []
    for track in midi.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "key_signature":
                try:
                    keys.append((round(now / steps), Key.parse(message.key)))
                except ControlError:
                    continue
    return sorted(keys, key=lambda pair: pair[0])


def _tonic_shifts(keys: Sequence[tuple[int, Key]], bars: int) -> tuple[list[int], list[str]]:
    """Semitones that bring each bar's tonic to C, by the nearest way at first and then the way
    that moves least, so that a modulation is no jump of an octave; and each bar's mode."""
    shifts, modes = [], []
    shift = 0
    for bar in range(bars):
        key = keys[0][1]
        for onset, later in keys:
            if onset <= bar * BAR_STEPS:
                key = later
        way = (-key.pitch_class - shift + 6) % 12 - 6
        shift += way
        shifts.append(shift)
        modes.append(key.mode)
    return shifts, modes


def _note_bars(
    sounds: Sequence[_Sound], shifts: Sequence[int], bars: int
) -> tuple[tuple[GridNote, ...], ...]:
    hands = split_hands([(s.onset, s.duration, s.pitch) for s in sounds])
    placed = []
    for sound, hand in zip(sounds, hands, strict=True):
        bar, position = divmod(sound.onset, BAR_STEPS)
        pitch = sound.pitch + shifts[bar]
        if LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
            note = GridNote(position, hand, pitch, sound.duration, sound.velocity)
            placed.append((bar * BAR_STEPS, note))
    by_bar: list[list[GridNote]] = [[] for _ in range(bars)]
    for start, note in placed:
        by_bar[start // BAR_STEPS].append(note)
    playable = [
        (bar * BAR_STEPS, note) for bar, notes in enumerate(by_bar) for note in make_playable(notes)
    ]
    by_bar = [[] for _ in range(bars)]
    for start, note in end_before_repeats(playable):
        by_bar[start // BAR_STEPS].append(note)
    return tuple(tuple(sorted(notes)) for notes in by_bar)


def _chord_bars(
    sounds: Sequence[_Sound], shifts: Sequence[int], bars: int
) -> tuple[tuple[GridChord, ...], ...]:
    struck: dict[int, list[int]] = defaultdict(list)
    for sound in sounds:
        struck[sound.onset].append(sound.pitch)
    by_bar: list[list[GridChord]] = [[] for _ in range(bars)]
    for onset, pitches in sorted(struck.items()):
        bar, position = divmod(onset, BAR_STEPS)
        named = name_chord(pitches)
        if named is not None and bar < bars:
            root, quality = named
            by_bar[bar].append(GridChord(position, (root + shifts[bar]) % 12, quality))
    return tuple(tuple(chords) for chords in by_bar)
