"""Pictures and pieces with valence and arousal, as the towers read them: computed once, kept.

Pictures: the annotated set (labels by a vision-language model) and OASIS (people's).  Pieces: our
own, composed for places drawn over the plane, and stretches of POP909, OpenScore Lieder and Chopin,
whose places `melodymuse.hearing` heard.  EMOPIA, whose quadrants people heard, only judges.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.engine import Engine
from melodymuse.errors import MidiError
from melodymuse.hearing.cues import FEWEST_NOTES, cues_of, sounded_notes
from melodymuse.hearing.listener import listen
from melodymuse.midi.reader import read_midi
from melodymuse.music.score import Score
from melodymuse.streams import stream
from melodymuse.vision.features import Pixels
from melodymuse.vision.loading import load_image
from training.evaluate.hearing import stretches_of
from training.evaluate.quadrants import read_clips
from training.eye.picture_sets import read_annotated, read_rated
from training.space.events import windows_of
from training.space.seeing import open_sight
from training.space.sounds import mel_of

Array = NDArray[Any]
COMPOSED = "composed"
# Of each side of a picture, what its crop keeps: a bit more than a third of it.
CROP = 0.6
# One group, or song, in so many is never learned from.
_HELD_OUT = 5
_REAL = (
    ("pop909/*/*.mid", 3),
    ("openscore_lieder/**/*.mid", 5),
    ("chopin_first_editions/**/*.mid", 1),
)
# How many pieces are composed in lockstep.
_SIDE_BY_SIDE = 64
_SIDES = {"Q1": (1, 1), "Q2": (-1, 1), "Q3": (-1, -1), "Q4": (1, -1)}


@dataclass(frozen=True, slots=True)
class Pictures:
    """N pictures: what the eye sees (N, F), and in a crop of those that only judge (else nan);
    places (N, 2) and groups (N,)."""

    seen: Array
    crops: Array
    places: Array
    groups: Array

    def of(self, rows: Array) -> Pictures:
        """Some of them."""
        return Pictures(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Pieces:
    """N stretches of music: events (N, ROWS, WIDTH), sound (N, FRAMES, BANDS), where the ear hears
    them and where it hears the first third of their notes, places (N, 2) each, the places that are
    held to be right (N, 2), and songs (N,)."""

    events: Array
    mel: Array
    heard: Array
    begun: Array
    places: Array
    songs: Array

    def of(self, rows: Array) -> Pieces:
        """Some of them."""
        return Pieces(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Scale:
    """Brings places to labels, 0..1 between the least and the greatest of a set, and back."""

    low: Array
    high: Array

    @classmethod
    def of(cls, places: Array) -> Scale:
        """The scale of a set (N, 2)."""
        return cls(places.min(0), places.max(0))

    def __call__(self, places: Array) -> Array:
        """Places -> labels."""
        return np.asarray((places - self.low) / (self.high - self.low), np.float32)

    def back(self, labels: Array) -> Array:
        """Labels -> places."""
        return np.asarray(labels * (self.high - self.low) + self.low)


def held_out(groups: Array) -> Array:
    """(N,): whether each group, or song, is only judged on."""
    return np.array([zlib.crc32(str(group).encode()) % _HELD_OUT == 0 for group in groups])


def kept(path: Path, kind: type[Any], make: Callable[[], Any]) -> Any:
    """What an earlier run left in a file, or what `make` gives, left there."""
    if path.is_file():
        with np.load(path) as stored:
            return kind(*(stored[field.name] for field in fields(kind)))
    made = make()
    beside = path.with_suffix(".part.npz")
    np.savez(beside, **{field.name: getattr(made, field.name) for field in fields(kind)})
    beside.replace(path)
    return made


def read_pictures(annotated: Path, oasis: Path, most: int) -> Pictures:
    """Up to so many pictures of both sets, drawn once and for all."""
    see = open_sight()
    chosen = read_annotated(annotated) + read_rated(oasis, annotated)
    Random(0).shuffle(chosen)
    chosen = chosen[:most]
    pixels = (load_image(picture.path) for picture in chosen)
    seen, crops = [], []
    judged = held_out(np.array([picture.group for picture in chosen]))
    for picture, whole, asked in zip(chosen, pixels, judged, strict=True):
        seen.append(see(whole))
        crops.append(see(_crop(whole, picture.path.name)) if asked else seen[-1] * np.nan)
    return Pictures(
        np.array(seen, np.float16),
        np.array(crops, np.float16),
        np.array([picture.place for picture in chosen], np.float32),
        np.array([picture.group for picture in chosen]),
    )


def _crop(pixels: Pixels, name: str) -> Pixels:
    random = Random(f"crop {name}")
    height, width = (int(side * CROP) for side in pixels.shape[:2])
    top, left = (
        random.randrange(whole - part + 1)
        for whole, part in zip(pixels.shape, (height, width), strict=False)
    )
    return np.ascontiguousarray(pixels[top : top + height, left : left + width])


def read_pieces(data: Path, composed: int, sparing: int) -> Pieces:
    """Stretches of real music as they are heard, then pieces of our own as they were meant.

    Args:
        data: holds the sets.
        composed: how many pieces of our own.
        sparing: one file in so many of those that the norms of hearing rest on is read.
    """
    rows = [
        _row(score, f"{path.parent.name}/{path.stem}")
        for pattern, every in _REAL
        for path in sorted(data.glob(pattern))[1 % every :: every * sparing]
        for score, _ in stretches_of(path)
    ]
    engine = Engine()
    for begin in range(0, composed, _SIDE_BY_SIDE):
        seeds = range(begin, min(begin + _SIDE_BY_SIDE, composed))
        places = [[stream(n, "space", axis).uniform(-0.9, 0.9) for axis in (0, 1)] for n in seeds]
        plans = [
            engine.plan(valence=valence, arousal=arousal, bars=8, seed=seed)
            for seed, (valence, arousal) in zip(seeds, places, strict=True)
        ]
        for seed, place, piece in zip(seeds, places, engine.compose_plans(plans), strict=True):
            rows.append(_row(piece.score, f"{COMPOSED}/{seed}", place))
    return _pieces(rows)


def read_judged(folder: Path) -> Pieces:
    """EMOPIA, each clip in the corner of the plane that people heard."""
    clips = read_clips(folder)
    return _pieces(
        [
            _row(read_midi(path), str(song), _SIDES[str(quadrant)])
            for path, song, quadrant in zip(clips.paths, clips.songs, clips.quadrants, strict=True)
        ]
    )


def _row(score: Score, song: str, place: Sequence[float] | None = None) -> tuple[Any, ...]:
    """A line of `Pieces`; a piece without a place of its own is where it is heard."""
    notes = score.notes
    beginning = replace(score, notes=notes[: max(len(notes) // 3, FEWEST_NOTES)])
    heard, begun = (_place(part) for part in (score, beginning))
    events = windows_of(score, 1)[0].astype(np.float16)
    mel = mel_of(sounded_notes(score)).astype(np.float16)
    return events, mel, heard, begun, heard if place is None else place, song


def _place(score: Score) -> tuple[float, float]:
    try:
        profile = listen(cues_of(score)).profile
    except MidiError:  # all at once
        return 0.0, 0.0
    return profile.valence, profile.arousal


def _pieces(rows: Sequence[tuple[Any, ...]]) -> Pieces:
    *arrays, songs = zip(*rows, strict=True)
    events, mel = (np.array(column) for column in arrays[:2])
    heard, begun, places = (np.array(column, np.float32) for column in arrays[2:])
    return Pieces(events, mel, heard, begun, places, np.array(songs))
