"""Tunes as arrays: events, what each step is told, and what it recalls, two ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MelodyMuseError
from melodymuse.files import whole_file
from melodymuse.music.grid import METRES
from melodymuse.music.theory import MODES
from melodymuse.writing.tune.likeness import (
    Recall,
    as_classes,
    next_recalled,
    read_recalls,
    recalled_at,
)
from melodymuse.writing.tune.notes import (
    NEXT_BAR,
    NOTHING_RECALLED,
    Classes,
    chord_steps,
    classes_of,
    move_bar,
    pitch_class_of,
)
from melodymuse.writing.tune.told import (
    STYLES,
    TOLD,
    as_row,
    beat_chords,
    measure,
    place_class,
    upbeat_class,
)
from melodymuse.writing.vocabulary import DURATION_STEPS, duration_class
from training.composer.corpus import is_held_out
from training.tune.lead_sheets import read_lead_sheets
from training.tune.pop909 import read_pop909_tunes
from training.tune.song import TuneSong, metre_of, upbeat, without_long_rests
from training.tune.voices import read_voices

CORPUS_FILE = "tunes.npz"


@dataclass(frozen=True, slots=True)
class EncodedTune:
    """One tune, `length` steps; the first axis of what is recalled tells best and nearest memory.

    Attributes:
        name: the song's name.
        events: int16 (length, 3), position, duration and pitch classes; a bar line first, with
            what still sounds over it and the last pitch.
        target: int16 (length, 3), the next event; no pitch at a bar line.
        chords: int16 (length, 2), chord classes where the next note begins and where it ends.
        bar: int16 (length,), index of the step's bar.
        recalled: int16 (2, length, 3), the recalled bar's next note.
        aligned: int16 (2, length, 2), the recalled bar's duration and pitch at the next position.
        told: int16 (bars, TOLD), classes of each bar, nothing recalled yet.
        likeness: int16 (2, bars, 2), likeness of pitches and rhythm.
        beats: int16 (bars, CHORD_SLOTS), chord classes of beats.
    """

    name: str
    events: NDArray[np.int16]
    target: NDArray[np.int16]
    chords: NDArray[np.int16]
    bar: NDArray[np.int16]
    recalled: NDArray[np.int16]
    aligned: NDArray[np.int16]
    told: NDArray[np.int16]
    likeness: NDArray[np.int16]
    beats: NDArray[np.int16]


def encode(song: TuneSong) -> EncodedTune:
    """A tune's events with the plan that is read off them."""
    metre = metre_of(song)
    sounding = chord_steps(song.chords, metre.bar_steps)
    recalls = read_recalls(song.bars, song.modes)
    events: list[Classes] = []
    bar_of: list[int] = []
    last, until = 0, 0
    for index, bar in enumerate(song.bars):
        over = until - index * metre.bar_steps
        events.append(Classes(NEXT_BAR, duration_class(over) if over > 0 else 0, last))
        bar_of.append(index)
        for note in bar:
            events.append(classes_of(note))
            bar_of.append(index)
            last = pitch_class_of(note.pitch)
            until = index * metre.bar_steps + note.position + note.duration
    end = Classes(NEXT_BAR, 0, 0)
    target = [Classes(NEXT_BAR, 0, 0) if e.position == NEXT_BAR else e for e in events[1:]] + [end]
    memories = [_memory(song, [r[way] for r in recalls], events, target, bar_of) for way in (0, 1)]
    return EncodedTune(
        name=song.name,
        events=np.asarray(events, np.int16),
        target=np.asarray(target, np.int16),
        chords=_target_chords(target, bar_of, sounding.ravel(), metre.bar_steps),
        bar=np.asarray(bar_of, np.int16),
        recalled=np.asarray([recalled for recalled, _ in memories], np.int16),
        aligned=np.asarray([aligned for _, aligned in memories], np.int16),
        told=np.asarray(_told(song), np.int16),
        likeness=np.asarray(
            [[(r[way].pitches, r[way].rhythm) for r in recalls] for way in (0, 1)], np.int16
        ),
        beats=beat_chords(sounding, metre).astype(np.int16),
    )


def _memory(
    song: TuneSong,
    recalls: Sequence[Recall],
    events: Sequence[Classes],
    target: Sequence[Classes],
    bar_of: Sequence[int],
) -> tuple[list[Classes], list[tuple[int, int]]]:
    sources = [
        None if r.bar is None else as_classes(move_bar(song.bars[r.bar], r.degrees, mode))
        for r, mode in zip(recalls, song.modes, strict=True)
    ]
    following, aligned = [], []
    for event, after, bar in zip(events, target, bar_of, strict=True):
        source = sources[bar]
        if source is None:
            following.append(NOTHING_RECALLED)
            aligned.append((0, 0))
        else:
            place = -1 if event.position == NEXT_BAR else event.position
            following.append(next_recalled(source, place))
            aligned.append(recalled_at(source, after.position))
    return following, aligned


def _target_chords(
    target: Sequence[Classes],
    bar_of: Sequence[int],
    sounding: NDArray[np.int64],
    bar_steps: int,
) -> NDArray[np.int16]:
    found = np.zeros((len(target), 2), np.int16)
    for step, (note, bar) in enumerate(zip(target, bar_of, strict=True)):
        if note.position != NEXT_BAR:
            begin = bar * bar_steps + note.position
            end = min(begin + DURATION_STEPS[note.duration - 1], len(sounding) - 1)
            found[step] = sounding[begin], sounding[end]
    return found


def _told(song: TuneSong) -> list[Sequence[int]]:
    metre = metre_of(song)
    rows, before = [], None
    names = list(METRES)
    for bar, mode, phrase in zip(song.bars, song.modes, song.phrases, strict=True):
        told = measure(bar, before, metre)
        told |= {
            "metre": names.index(song.metre),
            "mode": MODES.index(mode),
            "style": 1 + STYLES.index(song.style),
        }
        if phrase is not None:
            since, to_end = phrase
            steps = upbeat(bar, metre) if to_end == 0 else 0
            told |= {
                "since": place_class(since),
                "to_end": place_class(to_end),
                "upbeat": upbeat_class(steps),
            }
        rows.append(as_row(told))
        before = bar[-1].pitch if bar else before
    return rows


def save_corpus(songs: Iterable[EncodedTune], path: Path) -> None:
    """All tunes in one compressed file, which is there whole or not at all.

    Raises:
        MelodyMuseError: there is no tune.
    """
    songs = list(songs)
    if not songs:
        raise MelodyMuseError(f"no usable tune for {path}: see training/README.md for the sets")
    arrays: dict[str, Any] = {
        "names": np.asarray([song.name for song in songs]),
        "lengths": np.asarray([len(song.events) for song in songs]),
        "bars": np.asarray([len(song.told) for song in songs]),
        "columns": np.asarray(list(TOLD)),
    }
    for name, axis in _AXES.items():
        arrays[name] = np.concatenate([getattr(song, name) for song in songs], axis=axis)
    with whole_file(path, overwrite=True) as beside:
        np.savez_compressed(beside, **arrays)


# Along which axis the arrays of songs are joined, and which of them have a row a bar.
_AXES = {
    field.name: 1 if field.name in ("recalled", "aligned", "likeness") else 0
    for field in fields(EncodedTune)
    if field.name != "name"
}
_BY_BAR = ("told", "likeness", "beats")


def load_corpus(path: Path) -> list[EncodedTune]:
    """The inverse of `save_corpus`.

    Raises:
        MelodyMuseError: the file is damaged or of another version.
    """
    try:
        with np.load(path) as data:
            arrays = {name: data[name] for name in data.files}
        current = list(arrays["columns"]) == list(TOLD)
    except (OSError, ValueError, LookupError, BadZipFile) as error:
        raise MelodyMuseError(f"{path} is damaged: delete it to make it anew") from error
    if not current:
        raise MelodyMuseError(f"{path} was made by another version: delete it to make it anew")
    ends, bar_ends = np.cumsum(arrays["lengths"]), np.cumsum(arrays["bars"])
    songs = []
    for index, name in enumerate(arrays["names"]):
        steps = slice(ends[index] - arrays["lengths"][index], ends[index])
        bars = slice(bar_ends[index] - arrays["bars"][index], bar_ends[index])
        parts = {
            part: arrays[part][(slice(None),) * axis + (bars if part in _BY_BAR else steps,)]
            for part, axis in _AXES.items()
        }
        songs.append(EncodedTune(name=str(name), **parts))
    return songs


def read_tunes(data: Path) -> Iterator[TuneSong]:
    """All usable tunes of a data folder.

    Args:
        data: holds at least one of pop909_structure/, openscore_lieder/ and openewld/.

    Raises:
        MelodyMuseError: none of them is there, or one cannot be read.
    """
    found = [read(data / name) for name, read in _SETS.items() if (data / name).exists()]
    if not found:
        raise MelodyMuseError(f"no tunes in {data}: it should hold {', '.join(_SETS)}, or some")
    for song in chain(*found):
        sung = without_long_rests(song)
        if sung is not None:
            yield sung


def prepare(data: Path, folder: Path) -> list[EncodedTune]:
    """The corpus of a data folder, read once and kept in another folder as `tunes.npz`."""
    path = folder / CORPUS_FILE
    if not path.exists():
        save_corpus(map(encode, read_tunes(data)), path)
    return load_corpus(path)


def split(songs: Sequence[EncodedTune]) -> tuple[list[EncodedTune], list[EncodedTune]]:
    """Training tunes and held-out ones (the last tune where the rule holds out none)."""
    training = [song for song in songs if not is_held_out(song.name)]
    held_out = [song for song in songs if is_held_out(song.name)]
    return (training, held_out) if held_out else (list(songs[:-1]), list(songs[-1:]))


_SETS: Mapping[str, Callable[[Path], Iterator[TuneSong]]] = MappingProxyType(
    {
        "pop909_structure": read_pop909_tunes,
        "openscore_lieder": read_voices,
        "openewld": read_lead_sheets,
    }
)
