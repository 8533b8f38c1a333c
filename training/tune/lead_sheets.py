"""OpenEWLD: lead sheets of songs in the public domain (MIT).

Published as 00sapo/OpenEWLD on GitHub; the folder wanted holds `midi/`, a file a song made from its
score (one track, no repeats unfolded), and `chords.json`: ``{path: [[beat, root, kind, bass,
degrees] ...]}``, path without its ending, beat in quarters from the beginning of the file.

Pitfall: an upbeat shifts all bar lines; where they fall is read off tune and chords together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import mido

from melodymuse.errors import MelodyMuseError
from melodymuse.midi.file import paired_notes, ticks_per_quarter
from melodymuse.music.grid import GRID_PER_QUARTER, METRES, GridChord
from melodymuse.music.theory import ACCIDENTAL_SHIFT, STEP_PITCH_CLASS
from melodymuse.writing.tune.breathing import breaths
from training.composer.downbeats import find_downbeat
from training.composer.signatures import read_keys
from training.composer.whole_files import load_whole
from training.tune.chord_kinds import KINDS, quality_of
from training.tune.song import TuneSong, tune_bars

CHORDS_FILE = "chords.json"
_LIKE = {"2/2": "4/4"}
# Where the chords of a lead sheet are put to be read beside its tune.
_BASS = 36

# Onset in grid steps, root, semitones above it.
_Chord = tuple[int, int, tuple[int, ...]]


def read_lead_sheets(folder: Path) -> Iterator[TuneSong]:
    """All usable songs, in order of their names.

    Raises:
        MelodyMuseError: `chords.json` is missing.
    """
    path = folder / CHORDS_FILE
    if not path.exists():
        raise MelodyMuseError(f"no OpenEWLD in {folder}: it should hold {CHORDS_FILE} and midi/")
    for name, chords in sorted(json.loads(path.read_text()).items()):
        midi = folder / "midi" / f"{name}.mid"
        song = read_lead_sheet(midi, chords) if midi.exists() else None
        if song is not None:
            yield song


def read_lead_sheet(path: Path, symbols: Sequence[Sequence[object]]) -> TuneSong | None:
    """One song, or None where its metre changes or is not known, or its bar lines are not clear.

    Args:
        path: its MIDI file.
        symbols: its chords as `chords.json` has them.
    """
    midi = load_whole(path)
    steps = float(ticks_per_quarter(midi)) / GRID_PER_QUARTER
    messages = [message for track in midi.tracks for message in track]
    metres = {f"{m.numerator}/{m.denominator}" for m in messages if m.type == "time_signature"}
    if len(metres) != 1:
        return None
    printed = metres.pop()
    metre = METRES.get(_LIKE.get(printed, printed))
    notes = sorted(note for track in midi.tracks for note in _notes(track, steps))
    chords = _chords(symbols)
    if metre is None or not notes or not chords:
        return None
    sounding = sorted([*notes, *_as_notes(chords, max(o + d for o, d, _ in notes))])
    upbeat = find_downbeat(sounding, metre)
    if upbeat is None:
        return None
    begin = upbeat - metre.bar_steps if upbeat else 0
    placed = [(onset - begin, d, p) for onset, d, p in notes]
    bars = max(onset for onset, *_ in placed) // metre.bar_steps + 1
    signatures = [(0, str(m.key)) for m in messages if m.type == "key_signature"][:1]
    shifts, modes = read_keys(
        [(max(onset - begin, 0), d, p) for onset, d, p in sounding],
        signatures,
        bars,
        metre.bar_steps,
    )
    found = tune_bars(placed, shifts, metre.bar_steps)
    by_bar: list[list[GridChord]] = [[] for _ in range(bars)]
    for onset, root, tones in chords:
        bar, position = divmod(onset - begin, metre.bar_steps)
        if 0 <= bar < bars:
            by_bar[bar].append(GridChord(position, (root + shifts[bar]) % 12, quality_of(tones)))
    return TuneSong(
        name=f"openewld/{path.stem}",
        style="standard",
        metre=metre.name,
        modes=modes,
        bars=found,
        chords=tuple(tuple(sorted(chords)) for chords in by_bar),
        phrases=breaths(found, metre),
    )


def _notes(track: mido.MidiTrack, steps: float) -> Iterator[tuple[int, int, int]]:
    for onset, end, pitch, *_ in paired_notes(track):
        if end is not None:
            yield round(onset / steps), max(1, round((end - onset) / steps)), pitch


def _chords(symbols: Sequence[Sequence[object]]) -> list[_Chord]:
    chords = []
    for beat, root, kind, *_ in symbols:
        tones = KINDS.get(str(kind))
        name = str(root)
        step = STEP_PITCH_CLASS.get(name[:1])
        shift = ACCIDENTAL_SHIFT.get(name[1:])
        if tones is None or step is None or shift is None or not isinstance(beat, int | float):
            continue
        chords.append((round(beat * GRID_PER_QUARTER), (step + shift) % 12, tones))
    return sorted(chords)


def _as_notes(chords: Sequence[_Chord], end: int) -> Iterator[tuple[int, int, int]]:
    """Each chord held until the next one, from a low root up."""
    for (onset, root, tones), (until, *_) in pairwise([*chords, (end, 0, ())]):
        for tone in tones:
            if until > onset:
                yield onset, until - onset, _BASS + root + tone
