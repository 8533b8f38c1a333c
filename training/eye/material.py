"""What the eye is taught and judged with: pictures of all sets, and what is seen in them."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.eye.drawn import SOURCE, drawn_pictures
from training.eye.frozen import Looks, Seen, seen_once
from training.eye.groups import aside, grouped
from training.eye.picture_sets import (
    OASIS,
    FeltPicture,
    places_felt,
    read_annotated,
    read_rated,
    shares_felt,
)

Array = npt.NDArray[Any]
# Drawn pictures of each kind that the eye learns from.
DRAWN_EACH = 60


@dataclass(frozen=True, slots=True)
class Material:
    """N pictures, near-duplicates grouped, and their features.

    Attributes:
        pictures: the annotated ones, then OASIS's where there are any, then drawn ones.
        seen: what the frozen networks see in them.
    """

    pictures: list[FeltPicture]
    seen: Seen

    @classmethod
    def read(cls, looks: Looks, annotated: Path, oasis: Path | None, folder: Path) -> Material:
        """Reads the sets; what the networks see is computed once and kept in `folder`.

        Raises:
            DataError: a set is missing or not as published.
        """
        pictures = read_annotated(annotated)
        if oasis is not None:
            pictures += read_rated(oasis, annotated)
        pictures += drawn_pictures(DRAWN_EACH)
        seen = seen_once(looks, pictures, folder)
        return cls(grouped(pictures, seen), seen)

    def of(self, rows: Array) -> Material:
        """Those of some pictures."""
        return Material([self.pictures[row] for row in rows], self.seen[rows])

    def rows(self, *, annotated: bool = False, rated: bool = False, drawn: bool = False) -> Array:
        """Indices of the annotated, of the rated (OASIS), of the drawn pictures."""
        source = self.sources
        others = ~np.isin(source, (OASIS, SOURCE))
        chosen = (others & annotated) | ((source == OASIS) & rated) | ((source == SOURCE) & drawn)
        return np.flatnonzero(chosen)

    @property
    def sources(self) -> Array:
        """(N,): the set that each picture comes from."""
        return np.array([picture.source for picture in self.pictures])

    @property
    def kinds(self) -> Array:
        """(N,): what each picture shows."""
        return np.array([picture.kind for picture in self.pictures])

    @property
    def groups(self) -> Array:
        """(N,): near-duplicates share one."""
        return np.array([picture.group for picture in self.pictures])

    @property
    def places(self) -> Array:
        """(N, 2): valence and arousal, -1..1."""
        return places_felt(self.pictures)

    @property
    def shares(self) -> Array:
        """(N, 8): shares of the emotions, nan where nobody said."""
        return shares_felt(self.pictures)

    @property
    def aside(self) -> Array:
        """(N,): whether a picture is kept aside, to be looked at once."""
        return aside(self.pictures)


def add_sets(parser: argparse.ArgumentParser) -> None:
    """Adds the options that name the sets and the folder for everything written."""
    parser.add_argument("--data", type=Path, required=True, help="folder of the annotated pictures")
    parser.add_argument("--oasis", type=Path, help="folder of the unpacked OASIS set")
    parser.add_argument("--out", type=Path, required=True, help="folder for everything written")
