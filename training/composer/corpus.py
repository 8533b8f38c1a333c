"""Songs as arrays: events, what each step is told, and which parts of an event count."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melodymuse.composition.bar_controls import VECTOR_SIZE, as_vector, measure_bar
from melodymuse.composition.recall import NO_EVENT, next_recalled, read_recalls
from melodymuse.composition.vocabulary import BAR_EVENT, Event, encode_bar
from training.composer.pop909 import read_pop909
from training.composer.song import Song

HELD_OUT_SONGS = 40


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
        loudness_known: whether velocities count.
    """

    name: str
    events: NDArray[np.int16]
    recalled: NDArray[np.int16]
    likeness: NDArray[np.int8]
    bar: NDArray[np.int16]
    controls: NDArray[np.float32]
    loudness_known: bool


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
        [
            as_vector(
                measure_bar(
                    notes,
                    song.bar_steps,
                    mode=song.mode[index],
                    tempo=song.tempo,
                    loudness_known=song.loudness_known,
                    bar=index,
                    bars=len(bars),
                )
            )
            for index, notes in enumerate(song.notes)
        ]
    )
    return EncodedSong(
        name=song.name,
        events=np.asarray(events, np.int16),
        recalled=np.asarray(recalled, np.int16),
        likeness=np.asarray(likeness, np.int8),
        bar=np.asarray(bar_of, np.int16),
        controls=controls,
        loudness_known=song.loudness_known,
    )


def _next_or_none(source: Sequence[Event] | None, event: Event) -> Event:
    return next_recalled(source, event, BAR_EVENT) if source is not None else NO_EVENT


def split_songs(
    songs: Sequence[EncodedSong], seed: int = 0
) -> tuple[list[EncodedSong], list[EncodedSong]]:
    """Training songs and `HELD_OUT_SONGS` held-out ones (at most a fifth), drawn with a seed."""
    order = sorted(songs, key=lambda song: song.name)
    random.Random(seed).shuffle(order)
    held_out = min(HELD_OUT_SONGS, len(order) // 5)
    return order[held_out:], order[:held_out]


def save_corpus(songs: Iterable[EncodedSong], path: Path) -> None:
    """All songs in one compressed file."""
    songs = list(songs)
    np.savez_compressed(
        path,
        names=np.asarray([song.name for song in songs]),
        loudness_known=np.asarray([song.loudness_known for song in songs]),
        lengths=np.asarray([len(song.events) for song in songs]),
        bars=np.asarray([len(song.controls) for song in songs]),
        events=np.concatenate([song.events for song in songs]),
        recalled=np.concatenate([song.recalled for song in songs]),
        likeness=np.concatenate([song.likeness for song in songs]),
        bar=np.concatenate([song.bar for song in songs]),
        controls=np.concatenate([song.controls for song in songs]),
    )


def load_corpus(path: Path) -> list[EncodedSong]:
    """The inverse of `save_corpus`."""
    with np.load(path) as data:
        arrays = {name: data[name] for name in data.files}
    if arrays["controls"].shape[1] != VECTOR_SIZE:
        raise ValueError(f"{path} was made by another version: delete it to make it anew")
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
                loudness_known=bool(arrays["loudness_known"][index]),
            )
        )
    return songs


def prepare(data: Path, folder: Path) -> list[EncodedSong]:
    """The corpus of a data folder, read once and kept in another folder as `corpus.npz`."""
    path = folder / "corpus.npz"
    if not path.exists():
        structure = data / "pop909_structure"
        songs = read_pop909(data / "pop909_cl", structure if structure.exists() else None)
        save_corpus([encode_song(song) for song in songs], path)
    return load_corpus(path)
