"""POP909-CL: 909 pop songs arranged for piano, with corrected metre, key and chords (MIT).

Published as AndyWeasley2004/POP909-CL-Dataset on GitHub ("BACHI", arXiv 2510.06528); the folder
wanted is the one that holds `midi/NNN.mid` (upstream: POP909_processed/).  True tempi come from
Dsqvival/hierarchical-structure-analysis (MIT), one `NNN/tempo.txt` a song; so do the marks of
phrases and the melody (`training.composer.phrases`).

Pitfalls: melody, bridge and piano are merged into one track, so hands are told apart by
`melodymuse.music.hands` (the melody, which `NNN/melody.txt` there tells, is the right hand's); the
chord track is not music; tempi in the files are placeholders; 518 and 620 have misaligned hands and
are left out, as are songs whose metre changes; in some 30 % of the songs bar lines do not stand
where the music has them (chords change on beats 2 and 4, say), so they are laid by the structure
annotations, whose downbeats people aligned, and songs whose chords those do not fit are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mido

from melodymuse.errors import ControlError, MelodyMuseError
from melodymuse.midi.file import paired_notes, ticks_per_quarter, timed
from melodymuse.music.grid import (
    GRID_PER_QUARTER,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    METRES,
    GridChord,
    GridNote,
    Metre,
)
from melodymuse.music.hands import split_hands
from melodymuse.music.score import Hand
from melodymuse.music.theory import Key
from training.composer.chord_track import PlacedChord, chords_at_beats, named_chords, off_grid
from training.composer.phrases import align_marks, read_melody, read_tempo, song_folder
from training.composer.song import Song, into_bars, nearest_shift, sung_among
from training.composer.whole_files import load_whole

KNOWN_BAD = frozenset({"518", "620"})
_COUNTED_IN_QUARTERS = ("4/4", "3/4")
# A note of the melody lies at most so far from where the annotations have it, in grid steps; of a
# song of whose melody less is found than this share nobody knows which notes are the tune.
_NEAR, _LEAST_FOUND = 4, 0.8


@dataclass(frozen=True, slots=True)
class _Sound:
    onset: int
    duration: int
    pitch: int
    velocity: int


def read_pop909(folder: Path, structure: Path, every: int = 1) -> Iterator[Song]:
    """All usable songs, in order of their numbers.

    Args:
        folder: holds `midi/NNN.mid`.
        structure: holds a folder a song with tempo, phrase marks and chords.
        every: read one file in so many.
    """
    files = sorted((folder / "midi").glob("*.mid"))
    if not files:
        raise MelodyMuseError(f"no POP909-CL in {folder}: it should hold midi/001.mid and so on")
    for path in files[::every]:
        if path.stem not in KNOWN_BAD:
            song = read_song(path, song_folder(structure, path.stem))
            if song is not None:
                yield song


def read_song(path: Path, structure: Path | None) -> Song | None:
    """One song, or None where its metre changes, its bar lines cannot be found, or it has no key.

    Args:
        path: the MIDI file.
        structure: the song's own folder with tempo and phrase marks, if there is one.
    """
    midi = load_whole(path)
    tracks = [track for track in midi.tracks if any(m.type == "note_on" for m in track)]
    metre = _metre(midi)
    steps = float(ticks_per_quarter(midi)) / GRID_PER_QUARTER
    if metre is None or len(tracks) < 2:
        return None
    music = next((track for track in tracks if track.name == "piano"), tracks[0])
    symbols = next(track for track in tracks if track is not music)
    sounds = [s for s in _sounds(music, steps) if LOWEST_PITCH <= s.pitch <= HIGHEST_PITCH]
    keys = _keys(midi, steps)
    chords = named_chords((sound.onset, sound.pitch) for sound in _sounds(symbols, steps))
    if not keys or not sounds or not chords:
        return None
    first_beat = off_grid(chords)
    alignment = align_marks(structure, _beat_roots(chords, first_beat)) if structure else None
    if alignment is None:
        return None
    downbeat = alignment.first_beat * GRID_PER_QUARTER + first_beat
    begin = _first_bar(downbeat, sounds[0].onset, metre.bar_steps)
    bars = (max(sound.onset for sound in sounds) - begin) // metre.bar_steps + 1
    shifts, modes = _tonic_shifts(keys, [begin + bar * metre.bar_steps for bar in range(bars)])
    before = (downbeat - begin) // metre.bar_steps
    marks = alignment.marks
    tune = _tune(sounds, read_melody(structure), downbeat) if structure else None
    notes = into_bars(_handed(sounds, tune or (), begin, metre.bar_steps), shifts, metre.bar_steps)
    return Song(
        name=f"pop909/{path.stem}",
        style="pop",
        metre=metre.name,
        mode=tuple(modes),
        tempo=read_tempo(structure),
        notes=notes,
        chords=_chord_bars(chords, begin, shifts, metre.bar_steps),
        marks=tuple(
            marks[bar - before] if 0 <= bar - before < len(marks) else None for bar in range(bars)
        ),
        tune=None
        if tune is None
        else sung_among(notes, [(s.onset - begin, s.pitch) for s in tune], shifts, metre.bar_steps),
    )


def _metre(midi: Any) -> Metre | None:
    """The one metre of a song in quarters that the network knows."""
    found = {
        f"{message.numerator}/{message.denominator}"
        for track in midi.tracks
        for message in track
        if message.type == "time_signature"
    }
    return METRES[found.pop()] if len(found) == 1 and found <= set(_COUNTED_IN_QUARTERS) else None


def _beat_roots(chords: Sequence[PlacedChord], first_beat: int) -> list[int | None]:
    beats = (chords[-1].onset - first_beat) // GRID_PER_QUARTER + 1
    found = chords_at_beats(chords, first_beat, GRID_PER_QUARTER, beats)
    return [chord.root if chord else None for chord in found]


def _first_bar(downbeat: int, onset: int, bar_steps: int) -> int:
    """The grid step of the last bar line at or before the first onset."""
    return onset - (onset - downbeat) % bar_steps


def _sounds(track: mido.MidiTrack, steps: float) -> list[_Sound]:
    """The notes of a track by onset."""
    return [
        _Sound(
            onset=round(onset / steps),
            duration=max(1, round((end - onset) / steps)),
            pitch=pitch,
            velocity=velocity,
        )
        for onset, end, pitch, velocity, _ in paired_notes(track)
        if end is not None
    ]


def _keys(midi: Any, steps: float) -> list[tuple[int, Key]]:
    keys = []
    for track in midi.tracks:
        for tick, message in timed(track):
            if message.type == "key_signature":
                with suppress(ControlError):
                    keys.append((round(tick / steps), Key.parse(message.key)))
    return sorted(keys, key=lambda pair: pair[0])


def _tonic_shifts(
    keys: Sequence[tuple[int, Key]], starts: Sequence[int]
) -> tuple[list[int], list[str]]:
    """Semitones that bring each bar's tonic to C, and each bar's mode, for bars that start so."""
    shifts, modes = [], []
    shift = 0
    for start in starts:
        key = keys[0][1]
        for onset, later in keys:
            if onset <= start:
                key = later
        shift = nearest_shift(key.pitch_class, shift)
        shifts.append(shift)
        modes.append(key.mode)
    return shifts, modes


def _tune(
    sounds: Sequence[_Sound], melody: Sequence[tuple[int, int]], downbeat: int
) -> frozenset[_Sound] | None:
    """The sounds that are the melody; None where too little of it is found among them.

    Args:
        sounds: of the whole song.
        melody: as `read_melody` gives it.
        downbeat: the grid step of the annotations' first bar line.
    """
    by_pitch: dict[int, list[_Sound]] = defaultdict(list)
    for sound in sounds:
        by_pitch[sound.pitch].append(sound)
    found = set()
    for onset, pitch in melody:
        place = downbeat + onset
        near = min(by_pitch[pitch], key=lambda s: abs(s.onset - place), default=None)
        if near is not None and abs(near.onset - place) <= _NEAR:
            found.add(near)
    return frozenset(found) if melody and len(found) >= _LEAST_FOUND * len(melody) else None


def _handed(
    sounds: Sequence[_Sound], tune: Collection[_Sound], begin: int, bar_steps: int
) -> Iterator[tuple[int, GridNote]]:
    hands = split_hands([(s.onset, s.duration, s.pitch) for s in sounds])
    for sound, own in zip(sounds, hands, strict=True):
        bar, position = divmod(sound.onset - begin, bar_steps)
        hand = Hand.RIGHT if sound in tune else own
        yield bar, GridNote(position, hand, sound.pitch, sound.duration, sound.velocity)


def _chord_bars(
    chords: Sequence[PlacedChord], begin: int, shifts: Sequence[int], bar_steps: int
) -> tuple[tuple[GridChord, ...], ...]:
    by_bar: list[list[GridChord]] = [[] for _ in shifts]
    for onset, root, quality in chords:
        bar, position = divmod(onset - begin, bar_steps)
        if 0 <= bar < len(shifts):
            by_bar[bar].append(GridChord(position, (root + shifts[bar]) % 12, quality))
    return tuple(tuple(sorted(chords)) for chords in by_bar)
