"""How well chords and bar lines are read off the notes, measured where people have marked both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import METRES, GridChord
from melodymuse.music.theory import QUALITIES
from training.composer.chord_reading import read_chords
from training.composer.chord_track import PlacedChord, chords_at_beats
from training.composer.downbeats import find_downbeat
from training.composer.pop909 import read_pop909
from training.composer.song import Song

_THIRDS = frozenset({3, 4})


@dataclass(frozen=True, slots=True)
class Agreement:
    """Beats with an expert's chord, and of how many the reader has that chord's root, its root and
    third, its root and quality."""

    beats: int
    root: int
    root_and_third: int
    exact: int


def evaluate_chords(data: Path, every: int, seed: int) -> dict[str, object]:
    """Measure the chord reader and the downbeat finder on POP909, on its realigned bar lines.

    Args:
        data: holds pop909_cl/ and pop909_structure/.
        every: take one song in so many.
        seed: draws by how many beats each song's bar lines are moved for the finder.

    Returns:
        "songs", "beats"; "root", "root_and_third", "exact": shares 0..1 of beats on which the
        reader says what the experts say; "downbeats": shares of songs whose first bar line is found
        ("right") and of which the finder says nothing ("unclear"), where the bar lines stand right
        ("in_place") and where they have been moved by one beat or more ("moved").

    Raises:
        MelodyMuseError: the sets are not there, or `every` is under 1 or leaves no song.
    """
    if every < 1:
        raise MelodyMuseError(f"cannot take one song in {every}: give --every 1 or more")
    songs = list(read_pop909(data / "pop909_cl", data / "pop909_structure", every))
    if not songs:
        raise MelodyMuseError(f"no usable song in {data}: see training/README.md for the sets")
    random = Random(seed)
    agreements = [agreement(song) for song in songs]
    beats = sum(found.beats for found in agreements)
    moves = [random.randrange(1, _beats_a_bar(song)) for song in songs]
    return {
        "songs": len(songs),
        "beats": beats,
        "root": sum(found.root for found in agreements) / beats,
        "root_and_third": sum(found.root_and_third for found in agreements) / beats,
        "exact": sum(found.exact for found in agreements) / beats,
        "downbeats": {
            "in_place": _found(downbeat_error(song, 0) for song in songs),
            "moved": _found(map(downbeat_error, songs, moves)),
        },
    }


def agreement(song: Song) -> Agreement:
    """Compare the chords read off a song's notes with its own, beat by beat."""
    metre = METRES[song.metre]
    beats = len(song.notes) * _beats_a_bar(song)
    read = read_chords(_placed(song), metre, len(song.notes))
    both = zip(
        chords_at_beats(_in_one(song.chords, metre.bar_steps), 0, metre.beat_steps, beats),
        chords_at_beats(_in_one(read, metre.bar_steps), 0, metre.beat_steps, beats),
        strict=True,
    )
    pairs = [(experts, ours) for experts, ours in both if experts is not None]
    root = [
        (experts.quality, ours.quality)
        for experts, ours in pairs
        if ours is not None and ours.root == experts.root
    ]
    return Agreement(
        beats=len(pairs),
        root=len(root),
        root_and_third=sum(_third(experts) == _third(ours) for experts, ours in root),
        exact=sum(experts == ours for experts, ours in root),
    )


def downbeat_error(song: Song, beats: int) -> int | None:
    """By how many grid steps the finder misses the bar line of a song that begins so many beats
    before it; None where it says nothing."""
    metre = METRES[song.metre]
    late = beats * metre.beat_steps
    found = find_downbeat([(o + late, d, p) for o, d, p in _placed(song)], metre)
    return None if found is None else found - late


def _found(errors: Iterable[int | None]) -> dict[str, float]:
    counted = list(errors)
    return {
        "right": sum(error == 0 for error in counted) / len(counted),
        "unclear": sum(error is None for error in counted) / len(counted),
    }


def _placed(song: Song) -> list[tuple[int, int, int]]:
    bar_steps = METRES[song.metre].bar_steps
    return [
        (bar * bar_steps + note.position, note.duration, note.pitch)
        for bar, notes in enumerate(song.notes)
        for note in notes
    ]


def _in_one(bars: Sequence[Sequence[GridChord]], bar_steps: int) -> list[PlacedChord]:
    return [
        PlacedChord(bar * bar_steps + chord.position, chord.root, chord.quality)
        for bar, chords in enumerate(bars)
        for chord in chords
    ]


def _beats_a_bar(song: Song) -> int:
    metre = METRES[song.metre]
    return metre.bar_steps // metre.beat_steps


def _third(quality: str) -> frozenset[int]:
    """Minor, major, or none in suspended chords."""
    return _THIRDS.intersection(QUALITIES[quality])
