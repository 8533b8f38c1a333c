"""Pictures and pieces with valence and arousal, as the towers read them: computed once, kept.

Pictures: the annotated set (labels by a vision-language model) and OASIS (people's).  Pieces: our
own, composed for places drawn over the plane, and stretches of POP909, OpenScore Lieder and Chopin,
whose places `melodymuse.hearing` heard.  EMOPIA, whose quadrants people heard, only judges.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.engine import Engine
from melodymuse.hearing.cues import cues_of
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
_SIDES = {"Q1": (1, 1), "Q2": (-1, 1), "Q3": (-1, -1), "Q4": (1, -1)}


@dataclass(frozen=True, slots=True)
class Pictures:
    """N pictures: what the eye sees (N, F), in a crop of each too (nan where none was looked at);
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
    """N stretches of music: events (N, ROWS, WIDTH), places (N, 2), songs (N,)."""

    events: Array
    places: Array
    songs: Array

    def of(self, rows: Array) -> Pieces:
        """Some of them."""
        return Pieces(self.events[rows], self.places[rows], self.songs[rows])


@dataclass(frozen=True, slots=True)
class Judged:
    """N clips of EMOPIA: events, the corner of the plane (N, 2) that people heard, their songs, and
    the places (N, 2) that we hear."""

    events: Array
    places: Array
    songs: Array
    heard: Array


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
    for picture, whole in zip(chosen, pixels, strict=True):
        seen.append(see(whole))
        crops.append(see(_crop(whole, picture.path.name)))
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


def read_pieces(data: Path, composed: int) -> Pieces:
    """Stretches of real music as they are heard, then pieces of our own as they were meant."""
    rows: list[tuple[Array, tuple[float, float], str]] = []
    for pattern, every in _REAL:
        for path in sorted(data.glob(pattern))[1 % every :: every]:
            for score, cues in stretches_of(path):
                profile = listen(cues).profile
                song = f"{path.parent.name}/{path.stem}"
                rows.append((_events(score), (profile.valence, profile.arousal), song))
    engine = Engine()
    for seed in range(composed):
        random = stream(seed, "space")
        valence, arousal = random.uniform(-0.9, 0.9), random.uniform(-0.9, 0.9)
        score = engine.compose(valence=valence, arousal=arousal, bars=8, seed=seed).score
        rows.append((_events(score), (valence, arousal), f"{COMPOSED}/{seed}"))
    return _pieces(rows)


def read_judged(folder: Path) -> Judged:
    """EMOPIA."""
    clips = read_clips(folder)
    scores = [read_midi(path) for path in clips.paths]
    places = [_SIDES[str(quadrant)] for quadrant in clips.quadrants]
    heard = [listen(cues_of(score)).profile for score in scores]
    return Judged(
        np.array([_events(score) for score in scores]),
        np.array(places, np.float32),
        clips.songs,
        np.array([(h.valence, h.arousal) for h in heard], np.float32),
    )


def _events(score: Score) -> Array:
    return windows_of(score, 1)[0].astype(np.float16)


def _pieces(rows: Sequence[tuple[Array, tuple[float, float], str]]) -> Pieces:
    events, places, songs = zip(*rows, strict=True)
    return Pieces(np.array(events), np.array(places, np.float32), np.array(songs))
