"""Songs as arrays: events, what each step is told, and which parts of an event count."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MelodyMuseError
from melodymuse.files import whole_file
from melodymuse.music.grid import METRES, Metre
from melodymuse.planning.bar_controls import COLUMNS, VECTOR_SIZE, as_vector
from melodymuse.writing.hints import (
    FIGURE_HINTS,
    TUNE_HINTS,
    figure_guide,
    figure_likeness,
    place_of,
    read_figures,
    strikes_of,
    tune_guide,
    with_role,
)
from melodymuse.writing.measuring import measure_bar
from melodymuse.writing.recall import NO_EVENT, next_recalled, read_recalls
from melodymuse.writing.vocabulary import BAR_EVENT, Event, encode_bar
from training.composer.chopin import read_chopin
from training.composer.lieder import read_lieder
from training.composer.own import read_own
from training.composer.pop909 import read_pop909
from training.composer.song import Song

# Never trained on.  Forty songs of POP909, drawn once, so that figures compare from version to
# version; of other sets, one song in so many, by a checksum of its name.
_POP909 = """
    009 050 071 110 154 223 277 288 293 333 361 405 407 412 415 452 460 468 478 479 510 533 552
    570 596 600 617 637 651 676 702 708 712 714 759 766 776 777 790 873
"""
HELD_OUT_POP909 = frozenset(_POP909.split())
ONE_IN = 32


@dataclass(frozen=True, slots=True)
class EncodedSong:
    """One song, `length` steps.

    Attributes:
        name: the song's name.
        events: int16 (length, 4), the first one a BAR.
        recalled: int16 (length, 4), at each step the recalled bar's next event.
        likeness: int8 (length,), likeness class of the step's bar.
        bar: int16 (length,), index of the step's bar.
        controls: float32 (bars, VECTOR_SIZE).
        tune: int16 (length, TUNE_HINTS), what each step is told of the tune; all 0 where nobody
            knows it.
        figure: int16 (length, 2, FIGURE_HINTS), and of the left hand's figure in the bar before
            and in the one that it resembles most.
    """

    name: str
    events: NDArray[np.int16]
    recalled: NDArray[np.int16]
    likeness: NDArray[np.int8]
    bar: NDArray[np.int16]
    controls: NDArray[np.float32]
    tune: NDArray[np.int16]
    figure: NDArray[np.int16]

    @property
    def metre(self) -> Metre:
        """The metre of all its bars."""
        first = COLUMNS.index(f"metre_{next(iter(METRES))}")
        return list(METRES.values())[int(self.controls[0, first : first + len(METRES)].argmax())]


def encode_song(song: Song) -> EncodedSong:
    """A song's events with the plan that is read off them."""
    bars = [encode_bar(n, c) for n, c in zip(song.notes, song.chords, strict=True)]
    recalls = read_recalls(bars)
    events, recalled, likeness, bar_of = [], [], [], []
    for index, (bar, recall) in enumerate(zip(bars, recalls, strict=True)):
        source = bars[recall.bar] if recall.bar is not None else None
        for event in bar:
            events.append(event)
            recalled.append(_next_or_none(source, event))
            likeness.append(recall.likeness)
            bar_of.append(index)
    controls = np.stack(
        [as_vector(measure_bar(notes, song.place(index))) for index, notes in enumerate(song.notes)]
    )
    return EncodedSong(
        name=song.name,
        events=np.asarray(events, np.int16),
        recalled=np.asarray(recalled, np.int16),
        likeness=np.asarray(likeness, np.int8),
        bar=np.asarray(bar_of, np.int16),
        controls=controls,
        tune=_tune_hints(song, bars),
        figure=_figure_hints(bars),
    )


def _tune_hints(song: Song, bars: Sequence[Sequence[Event]]) -> NDArray[np.int16]:
    if song.tune is None:
        return np.zeros((sum(map(len, bars)), TUNE_HINTS), np.int16)
    told = []
    for bar, tune in zip(bars, song.tune, strict=True):
        guide = tune_guide(encode_bar(tune, ())[1:])
        places = np.array([place_of(event) for event in bar], np.int64)
        told.append(with_role(guide.at(places), np.isin(places, guide.places)))
    return np.concatenate(told).astype(np.int16)


def _figure_hints(bars: Sequence[Sequence[Event]]) -> NDArray[np.int16]:
    told = []
    for index, (bar, best) in enumerate(zip(bars, read_figures(bars), strict=True)):
        strikes = strikes_of(bar)
        ways = []
        for source in (index - 1, best):
            if source is None or source < 0:
                ways.append(np.zeros((len(bar), FIGURE_HINTS), np.int64))
            else:
                likeness = figure_likeness(bar, bars[source])
                ways.append(figure_guide(bars[source], likeness).at(strikes))
        told.append(np.stack(ways, axis=1))
    return np.concatenate(told).astype(np.int16)


def _next_or_none(source: Sequence[Event] | None, event: Event) -> Event:
    return next_recalled(source, event, BAR_EVENT) if source is not None else NO_EVENT


def split_songs(
    songs: Sequence[EncodedSong],
) -> tuple[list[EncodedSong], list[EncodedSong]]:
    """Training songs and held-out ones (the last of the songs where the rule holds out none)."""
    training = [song for song in songs if not is_held_out(song.name)]
    held_out = [song for song in songs if is_held_out(song.name)]
    return (training, held_out) if held_out else (training[:-1], training[-1:])


def is_held_out(name: str) -> bool:
    """Whether a song, named as its reader names it, is never trained on."""
    source, _, song = name.partition("/")
    if source == "pop909":
        return song in HELD_OUT_POP909
    return zlib.crc32(name.encode()) % ONE_IN == 0


def save_corpus(songs: Iterable[EncodedSong], path: Path) -> None:
    """All songs in one compressed file, which is there whole or not at all.

    Raises:
        MelodyMuseError: there is no song.
    """
    songs = list(songs)
    if not songs:
        raise MelodyMuseError(f"no usable song for {path}: see training/README.md for the sets")
    arrays: dict[str, Any] = {
        "names": np.asarray([song.name for song in songs]),
        "lengths": np.asarray([len(song.events) for song in songs]),
        "bars": np.asarray([len(song.controls) for song in songs]),
        "events": np.concatenate([song.events for song in songs]),
        "recalled": np.concatenate([song.recalled for song in songs]),
        "likeness": np.concatenate([song.likeness for song in songs]),
        "bar": np.concatenate([song.bar for song in songs]),
        "controls": np.concatenate([song.controls for song in songs]),
        "tune": np.concatenate([song.tune for song in songs]),
        "figure": np.concatenate([song.figure for song in songs]),
    }
    with whole_file(path, overwrite=True) as beside:
        np.savez_compressed(beside, **arrays)


def load_corpus(path: Path) -> list[EncodedSong]:
    """The inverse of `save_corpus`.

    Raises:
        MelodyMuseError: the file is damaged or of another version.
    """
    try:
        with np.load(path) as data:
            arrays = {name: data[name] for name in data.files}
        columns = arrays["controls"].shape[1]
    except (OSError, ValueError, LookupError, BadZipFile) as error:
        raise MelodyMuseError(f"{path} is damaged: delete it to make it anew") from error
    if columns != VECTOR_SIZE or "figure" not in arrays:
        raise MelodyMuseError(f"{path} was made by another version: delete it to make it anew")
    ends, bar_ends = np.cumsum(arrays["lengths"]), np.cumsum(arrays["bars"])
    songs = []
    for index, name in enumerate(arrays["names"]):
        steps = slice(ends[index] - arrays["lengths"][index], ends[index])
        bars = slice(bar_ends[index] - arrays["bars"][index], bar_ends[index])
        songs.append(
            EncodedSong(
                name=str(name),
                events=arrays["events"][steps],
                recalled=arrays["recalled"][steps],
                likeness=arrays["likeness"][steps],
                bar=arrays["bar"][steps],
                controls=arrays["controls"][bars],
                tune=arrays["tune"][steps],
                figure=arrays["figure"][steps],
            )
        )
    return songs


def prepare(data: Path, folder: Path) -> list[EncodedSong]:
    """The corpus of a data folder, read once and kept in another folder as `corpus.npz`.

    Args:
        data: holds at least one of pop909_cl/ (with pop909_structure/ beside it),
            openscore_lieder/, chopin_first_editions/, and own/ with MIDI files of your own.
        folder: where the corpus is kept.

    Raises:
        MelodyMuseError: none of them is there, or one cannot be read.
    """
    path = folder / "corpus.npz"
    if not path.exists():
        found = [read(data / name) for name, read in _SETS.items() if (data / name).exists()]
        if not found:
            raise MelodyMuseError(f"no music in {data}: it should hold {', '.join(_SETS)}, or some")
        save_corpus([encode_song(song) for song in chain(*found)], path)
    return load_corpus(path)


def _read_pop909(folder: Path) -> Iterator[Song]:
    return read_pop909(folder, folder.parent / "pop909_structure")


_SETS: Mapping[str, Callable[[Path], Iterator[Song]]] = MappingProxyType(
    {
        "pop909_cl": _read_pop909,
        "openscore_lieder": read_lieder,
        "chopin_first_editions": read_chopin,
        "own": read_own,
    }
)
