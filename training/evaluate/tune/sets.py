"""Real tunes: thirty-two bars of each song, from where it begins to sing.

POP909 has its tune as a track of its own, with chords and phrases that people marked, and as the
top line of its arrangement for piano; a Lied has its voice, and the top line of voice and right
hand, over chords read off the notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from types import MappingProxyType

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import GRID_PER_QUARTER, METRES
from melodymuse.music.score import Hand
from melodymuse.music.theory import ACCIDENTAL_SHIFT, STEP_PITCH_CLASS
from training.composer.lieder import find_songs, read_lied, read_voice
from training.composer.phrases import PhraseMark, read_marks, song_folder
from training.composer.pop909 import KNOWN_BAD, read_song
from training.composer.song import Song
from training.evaluate.copied import on_legible_grid
from training.evaluate.tune.piece import (
    Harmony,
    Part,
    Sound,
    TunePiece,
    chord,
    excerpt,
    joined,
    top_line,
)

TUNE_BARS = 32
SONGS = 120
# An excerpt with fewer notes of the tune rests more than it sings.
FEWEST_NOTES = 48
_SIXTEENTH = GRID_PER_QUARTER // 4

Reader = Callable[[Path, Random], Iterator[TunePiece]]


def real_tunes(data: Path, seed: int) -> dict[str, list[TunePiece]]:
    """Up to `SONGS` excerpts of each set by its name, of songs drawn with a seed.

    Args:
        data: holds pop909_structure/, pop909_cl/ and openscore_lieder/.

    Raises:
        MelodyMuseError: one of them is missing or gives nothing.
    """
    found: dict[str, list[TunePiece]] = {}
    for name, read in SETS.items():
        found[name] = list(islice(read(data, Random(seed)), SONGS))
        if len(found[name]) < 2:
            raise MelodyMuseError(
                f"{data} gives {len(found[name])} {name} of {TUNE_BARS} bars: two are needed"
            )
    return found


def _melodies(data: Path, random: Random) -> Iterator[TunePiece]:
    folder = data / "pop909_structure"
    names = _shuffled((path.parent for path in folder.glob("*/melody.txt")), random)
    return _sung(map(read_melody, names))


def _arrangements(data: Path, random: Random) -> Iterator[TunePiece]:
    files = _shuffled((data / "pop909_cl" / "midi").glob("*.mid"), random)
    songs = (
        read_song(path, song_folder(data / "pop909_structure", path.stem))
        for path in files
        if path.stem not in KNOWN_BAD
    )
    # Played; what is compared with it is written.
    return _sung(
        as_piece(replace(song, notes=tuple(map(on_legible_grid, song.notes))))
        for song in songs
        if song is not None
    )


def _voices(data: Path, random: Random) -> Iterator[TunePiece]:
    for path in _shuffled(find_songs(data / "openscore_lieder"), random):
        song = read_voice(path)
        if song is not None:
            yield from _sung([_voice_alone(song)])


def _lieder(data: Path, random: Random) -> Iterator[TunePiece]:
    for path in _shuffled(find_songs(data / "openscore_lieder"), random):
        voice, song = read_voice(path), read_lied(path)
        if voice is not None and song is not None:
            yield from _cut(as_piece(song), _first_bar(_voice_alone(voice)))


# Each set by its name in the report.
SETS: Mapping[str, Reader] = MappingProxyType(
    {
        "pop909_melody": _melodies,
        "pop909_top_line": _arrangements,
        "lied_voice": _voices,
        "lied_top_line": _lieder,
    }
)


def read_melody(folder: Path) -> TunePiece:
    """The tune of a song of POP909: `melody.txt` (pitch, 0 for a rest, and sixteenths),
    `finalized_chord.txt`, `human_label1.txt`, `analyzed_key.txt`."""
    marks = read_marks(folder / "human_label1.txt")
    tune, step = [], 0
    for line in (folder / "melody.txt").read_text().split("\n"):
        if line.strip():
            pitch, sixteenths = map(int, line.split())
            if pitch:
                tune.append(Sound(step, sixteenths * _SIXTEENTH, pitch))
            step += sixteenths * _SIXTEENTH
    chords, beats = [], 0
    for line in (folder / "finalized_chord.txt").read_text().split("\n"):
        found = re.search(r"\[(.*?)\]\s*(-?\d+)\s+(\d+)", line)
        if found:
            tones = frozenset(int(tone) % 12 for tone in found[1].split(",") if tone.strip())
            if tones:
                chords.append(Harmony(beats * GRID_PER_QUARTER, int(found[2]) % 12, tones))
            beats += int(found[3])
    metre = METRES["3/4" if marks and round(beats / len(marks)) == 3 else "4/4"]
    notes = tuple(note for note in tune if note.onset < len(marks) * metre.bar_steps)
    return TunePiece(
        name=f"pop909/{folder.name.strip()}",
        metre=metre,
        bars=len(marks),
        tonic=_tonic((folder / "analyzed_key.txt").read_text()),
        tune=notes,
        right=notes,
        chords=joined(chords),
        parts=_parts(marks),
    )


def as_piece(song: Song) -> TunePiece:
    """A song of two hands, its tune the top line of the right one."""
    steps = METRES[song.metre].bar_steps
    hands = {
        hand: tuple(
            Sound(bar * steps + note.position, note.duration, note.pitch)
            for bar, notes in enumerate(song.notes)
            for note in notes
            if note.hand is hand
        )
        for hand in Hand
    }
    return TunePiece(
        name=song.name,
        metre=METRES[song.metre],
        bars=len(song.notes),
        tonic=0,
        tune=top_line(hands[Hand.RIGHT]),
        right=hands[Hand.RIGHT],
        left=hands[Hand.LEFT],
        chords=joined(
            chord(bar * steps + symbol.position, symbol.root, symbol.quality)
            for bar, symbols in enumerate(song.chords)
            for symbol in symbols
        ),
        parts=_parts(song.marks),
    )


def _voice_alone(song: Song) -> TunePiece:
    """A song's voice over its chords, without the piano."""
    piece = as_piece(song)
    return replace(piece, right=piece.tune, left=())


def _sung(pieces: Iterable[TunePiece]) -> Iterator[TunePiece]:
    """From each piece the excerpt that begins with its first sung section, or its first note."""
    for piece in pieces:
        yield from _cut(piece, piece.parts[0].bar if piece.parts else _first_bar(piece))


def _cut(piece: TunePiece, first: int) -> Iterator[TunePiece]:
    """The excerpt that begins with a bar, where it has enough to measure."""
    if first + TUNE_BARS <= piece.bars:
        found = excerpt(piece, first, TUNE_BARS)
        if len(found.tune) >= FEWEST_NOTES:
            yield found


def _first_bar(piece: TunePiece) -> int:
    return piece.tune[0].onset // piece.metre.bar_steps if piece.tune else 0


def _parts(marks: Sequence[PhraseMark | None]) -> tuple[Part, ...]:
    """The sung phrases of marked bars, those that are whole."""
    known = [(bar, mark) for bar, mark in enumerate(marks) if mark is not None]
    begins = [(bar, mark.letter) for bar, mark in known if mark.begins and mark.melodic]
    ends = [bar for bar, mark in known if mark.ends]
    found = []
    for begin, letter in begins:
        last = next((end for end in ends if end >= begin), None)
        if last is not None:
            found.append(Part(letter, begin, last - begin + 1))
    return tuple(found)


def _tonic(keys: str) -> int:
    """The pitch class of the first of keys such as ``Gb:maj``."""
    name = keys.split(":")[0].strip()
    return (STEP_PITCH_CLASS[name[0]] + ACCIDENTAL_SHIFT[name[1:]]) % 12


def _shuffled(paths: Iterable[Path], random: Random) -> list[Path]:
    found = sorted(paths, key=str)
    random.shuffle(found)
    return found
