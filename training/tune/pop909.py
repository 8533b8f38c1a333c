"""What POP909 sings, with chords and phrases that people marked (Dai et al. 2020; MIT).

Published as Dsqvival/hierarchical-structure-analysis on GitHub, a folder a song (some with a blank
at the end of the name): `melody.txt` (pitch, 0 for a rest, and sixteenths), `finalized_chord.txt`
(name, tones, root, beats), `analyzed_key.txt` (one key a line), `human_label1.txt` (``i4A4B8``: a
letter for each phrase and its bars).  Bar lines were laid by hand.

Pitfalls: bars have as many beats as all chords together over all labelled bars; of two keys nobody
says where the second begins, so each phrase takes the one that it fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import GRID_PER_QUARTER, METRES, GridChord, Metre
from melodymuse.music.theory import ACCIDENTAL_SHIFT, STEP_PITCH_CLASS, Key
from training.composer.song import nearest_shift
from training.tune.chord_kinds import quality_of
from training.tune.song import TuneSong, tune_bars

_SIXTEENTH = GRID_PER_QUARTER // 4
_METRES = {4: METRES["4/4"], 3: METRES["3/4"]}
_NOT_MANY = 1.02
# A tune that sounds so seldom in its chords, or much oftener when moved, lies beside them.
_LEAST_INSIDE, _BETTER = 0.45, 0.1
_SHIFTS = (-8, -4, -3, -2, 2, 3, 4, 8)

_Chord = tuple[int, int, frozenset[int]]


def read_pop909_tunes(folder: Path) -> Iterator[TuneSong]:
    """All usable songs, in order of their numbers.

    Raises:
        MelodyMuseError: there is none.
    """
    songs = sorted(path.parent for path in folder.glob("*/melody.txt"))
    if not songs:
        raise MelodyMuseError(f"no POP909 in {folder}: it should hold 001/melody.txt and so on")
    for song in songs:
        found = read_tune(song)
        if found is not None:
            yield found


def read_tune(folder: Path) -> TuneSong | None:
    """One song, or None where its metre, bar lines or key cannot be told."""
    phrases = [
        int(bars)
        for _, bars in re.findall(r"([A-Za-z])(\d+)", (folder / "human_label1.txt").read_text())
    ]
    chords = _chords(folder / "finalized_chord.txt")
    notes = _notes(folder / "melody.txt")
    bars = sum(phrases)
    beats = sum(length for length, *_ in chords)
    metre = _METRES.get(round(beats / bars)) if bars else None
    if metre is None or not notes or not 1 / _NOT_MANY < beats / bars / round(beats / bars) < 1.1:
        return None
    if not _lies_on(notes, chords):
        return None
    keys = [_key(line) for line in _lines(folder / "analyzed_key.txt")]
    shifts, modes = _keys(keys, phrases, notes, metre)
    return TuneSong(
        name=f"pop909/{folder.name.strip()}",
        style="pop",
        metre=metre.name,
        modes=tuple(modes),
        bars=tune_bars(notes, shifts, metre.bar_steps),
        chords=_chord_bars(chords, shifts, metre),
        phrases=tuple((bar, length - 1 - bar) for length in phrases for bar in range(length)),
    )


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(errors="replace").splitlines() if line.strip()]


def _key(name: str) -> Key:
    """``Gb:maj`` and the like, also where nobody prints the key (``Db:min``)."""
    tonic, _, mode = name.strip().partition(":")
    pitch_class = STEP_PITCH_CLASS[tonic[0]] + ACCIDENTAL_SHIFT[tonic[1:]]
    return Key.of(pitch_class, "minor" if mode == "min" else "major")


def _notes(path: Path) -> list[tuple[int, int, int]]:
    notes, onset = [], 0
    for line in _lines(path):
        pitch, length = (int(float(word)) for word in line.split())
        if pitch:
            notes.append((onset, length * _SIXTEENTH, pitch))
        onset += length * _SIXTEENTH
    return notes


def _chords(path: Path) -> list[_Chord]:
    """(beats, root or -1, tones) of each chord."""
    chords = []
    for line in _lines(path):
        tones = re.search(r"\[(.*?)\]\s*(-?\d+)\s+(\d+)", line)
        if tones is None:
            continue
        found = frozenset(int(tone) % 12 for tone in tones[1].split(",") if tone.strip())
        chords.append((int(tones[3]), int(tones[2]) if found else -1, found))
    return chords


def _lies_on(notes: Sequence[tuple[int, int, int]], chords: Sequence[_Chord]) -> bool:
    beats = [tones for length, _, tones in chords for _ in range(length)]

    def inside(shift: int) -> float:
        fitting = sum(
            duration
            for onset, duration, pitch in notes
            if 0 <= (beat := onset // GRID_PER_QUARTER + shift) < len(beats)
            and pitch % 12 in beats[beat]
        )
        return fitting / sum(duration for _, duration, _ in notes)

    here = inside(0)
    return here >= _LEAST_INSIDE and max(map(inside, _SHIFTS)) <= here + _BETTER


def _keys(
    keys: Sequence[Key],
    phrases: Sequence[int],
    notes: Sequence[tuple[int, int, int]],
    metre: Metre,
) -> tuple[list[int], list[str]]:
    shifts: list[int] = []
    modes: list[str] = []
    begin = 0
    for length in phrases:
        end = begin + length * metre.bar_steps
        sung = [(d, p % 12) for onset, d, p in notes if begin <= onset < end]
        key = max(keys, key=lambda k: sum(d for d, p in sung if p in k.scale))
        shift = nearest_shift(key.pitch_class, shifts[-1] if shifts else 0)
        shifts += [shift] * length
        modes += [key.mode] * length
        begin = end
    return shifts, modes


def _chord_bars(
    chords: Sequence[_Chord], shifts: Sequence[int], metre: Metre
) -> tuple[tuple[GridChord, ...], ...]:
    bars: list[list[GridChord]] = [[] for _ in shifts]
    beat = 0
    for length, root, tones in chords:
        bar, position = divmod(beat * GRID_PER_QUARTER, metre.bar_steps)
        beat += length
        if root >= 0 and bar < len(shifts):
            quality = quality_of({(tone - root) % 12 for tone in tones})
            bars[bar].append(GridChord(position, (root + shifts[bar]) % 12, quality))
    return tuple(map(tuple, bars))
