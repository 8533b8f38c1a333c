"""POP909-CL: 909 pop songs arranged for piano, with corrected metre, key and chords (MIT).

Published as AndyWeasley2004/POP909-CL-Dataset on GitHub ("BACHI", arXiv 2510.06528); the folder
wanted is the one that holds `midi/NNN.mid` (upstream: POP909_processed/).  True tempi come from
Dsqvival/hierarchical-structure-analysis (MIT), one `NNN/tempo.txt` a song; so do the marks of
phrases (`training.composer.phrases`).

Pitfalls: melody, bridge and piano are merged into one track, so hands are told apart by
`melodymuse.score.hands`; the chord track is not music; tempi in the files are placeholders;
518 and 620 have misaligned hands and are left out, as are songs whose metre changes; in some 30 %
of the songs bar lines do not stand where the music has them (chords change on beats 2 and 4, say),
so they are laid by the structure annotations, whose downbeats people aligned, and songs whose
chords those do not fit are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido

from melodymuse.composition.metres import GRID_PER_QUARTER, METRES, Metre
from melodymuse.composition.vocabulary import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    QUALITY_NAMES,
    GridChord,
    GridNote,
)
from melodymuse.errors import ControlError, MelodyMuseError
from melodymuse.score.hands import split_hands
from melodymuse.theory import QUALITIES, Key
from training.composer.phrases import align_marks, song_folder
from training.composer.song import Song, into_bars, nearest_shift

KNOWN_BAD = frozenset({"518", "620"})
_COUNTED_IN_QUARTERS = ("4/4", "3/4")

@dataclass(frozen=True, slots=True)
class _Sound:
    onset: int
    duration: int
    pitch: int
    velocity: int


def read_pop909(folder: Path, structure: Path) -> Iterator[Song]:
    """All usable songs, in order of their numbers.

    Args:
        folder: holds `midi/NNN.mid`.
        structure: holds a folder a song with tempo, phrase marks and chords.
    """
    files = sorted((folder / "midi").glob("*.mid"))
    if not files:
        raise MelodyMuseError(f"no POP909-CL in {folder}: it should hold midi/001.mid and so on")
    for path in files:
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
    midi = mido.MidiFile(path)
    tracks = [track for track in midi.tracks if any(m.type == "note_on" for m in track)]
    metre = _metre(midi)
    steps = midi.ticks_per_beat / GRID_PER_QUARTER
    if metre is None or len(tracks) < 2:
        return None
    music = next((track for track in tracks if track.name == "piano"), tracks[0])
    symbols = next(track for track in tracks if track is not music)
    sounds = [s for s in _sounds(music, steps) if LOWEST_PITCH <= s.pitch <= HIGHEST_PITCH]
    keys = _keys(midi, steps)
    chords = _named_chords(_sounds(symbols, steps))
    if not keys or not sounds or not chords:
        return None
    off_grid = _off_grid(chords)
    alignment = align_marks(structure, _beat_roots(chords, off_grid)) if structure else None
    if alignment is None:
        return None
    downbeat = alignment.first_beat * GRID_PER_QUARTER + off_grid
    begin = _first_bar(downbeat, sounds[0].onset, metre.bar_steps)
    bars = (max(sound.onset for sound in sounds) - begin) // metre.bar_steps + 1
    shifts, modes = _tonic_shifts(keys, [begin + bar * metre.bar_steps for bar in range(bars)])
    before = (downbeat - begin) // metre.bar_steps
    marks = alignment.marks
    return Song(
        name=f"pop909/{path.stem}",
        style="pop",
        metre=metre.name,
        mode=tuple(modes),
        tempo=_read_tempo(structure),
        notes=into_bars(_handed(sounds, begin, metre.bar_steps), shifts, metre.bar_steps),
        chords=_chord_bars(chords, begin, shifts, metre.bar_steps),
        marks=tuple(
            marks[bar - before] if 0 <= bar - before < len(marks) else None for bar in range(bars)
        ),
    )


def _metre(midi: mido.MidiFile) -> Metre | None:
    """The one metre of a song in quarters that the network knows."""
    found = {
        f"{m.numerator}/{m.denominator}"
        for track in midi.tracks
        for m in track
        if _is(m, "time_signature")
    }
    return METRES[found.pop()] if len(found) == 1 and found <= set(_COUNTED_IN_QUARTERS) else None


def _named_chords(sounds: Sequence[_Sound]) -> list[tuple[int, int, str]]:
    """(onset, root, quality) of the chord track, real pitches; what has no name is left out."""
    struck: dict[int, list[int]] = defaultdict(list)
    for sound in sounds:
        struck[sound.onset].append(sound.pitch)
    named = ((onset, name_chord(pitches)) for onset, pitches in sorted(struck.items()))
    return [(onset, *name) for onset, name in named if name is not None]


def _off_grid(chords: Sequence[tuple[int, int, str]]) -> int:
    """Grid steps by which the song's beats lie after whole quarters: where chords change."""
    return Counter(onset % GRID_PER_QUARTER for onset, _, _ in chords).most_common(1)[0][0]


def _beat_roots(chords: Sequence[tuple[int, int, str]], off_grid: int) -> list[int | None]:
    roots: list[int | None] = []
    root, waiting = None, list(chords)
    for beat in range((chords[-1][0] - off_grid) // GRID_PER_QUARTER + 1):
        # An anticipated chord belongs to the beat that it anticipates.
        latest = beat * GRID_PER_QUARTER + off_grid + GRID_PER_QUARTER // 4
        while waiting and waiting[0][0] <= latest:
            root = waiting.pop(0)[1]
        roots.append(root)
    return roots


def _first_bar(downbeat: int, onset: int, bar_steps: int) -> int:
    """The grid step of the last bar line at or before the first onset."""
    return onset - (onset - downbeat) % bar_steps


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


def _read_tempo(folder: Path | None) -> float | None:
    path = folder / "tempo.txt" if folder is not None else None
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


def _handed(
    sounds: Sequence[_Sound], begin: int, bar_steps: int
) -> Iterator[tuple[int, GridNote]]:
    hands = split_hands([(s.onset, s.duration, s.pitch) for s in sounds])
    for sound, hand in zip(sounds, hands, strict=True):
        bar, position = divmod(sound.onset - begin, bar_steps)
        yield bar, GridNote(position, hand, sound.pitch, sound.duration, sound.velocity)


def _chord_bars(
    chords: Sequence[tuple[int, int, str]], begin: int, shifts: Sequence[int], bar_steps: int
) -> tuple[tuple[GridChord, ...], ...]:
    by_bar: list[list[GridChord]] = [[] for _ in shifts]
    for onset, root, quality in chords:
        bar, position = divmod(onset - begin, bar_steps)
        if 0 <= bar < len(shifts):
            by_bar[bar].append(GridChord(position, (root + shifts[bar]) % 12, quality))
    return tuple(tuple(sorted(chords)) for chords in by_bar)
