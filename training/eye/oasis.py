"""Reads OASIS as unpacked: `labels.csv` and `images/`.

B. Kurdi, S. Lozano, M. R. Banaji, "Introducing the Open Affective Standardized Image Set (OASIS)",
Behavior Research Methods 49 (2017) 457-470.  Valence and arousal were rated 1..7 by about 100
people an image.  `weak_emotion` is no rating: a table from theme to emotion, gated by the norms.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from melodymuse.errors import MelodyMuseError
from melodymuse.music.emotion import EMOTIONS

# No emotion is safe to name: the photo teaches valence and arousal only.
NO_EMOTION = -1


class DataError(MelodyMuseError):
    """A training set that is missing or not as published."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One rated photo.

    Attributes:
        path: the image file.
        theme: photos of one theme show nearly the same; never split them between folds.
        valence: mean rating, unpleasant -1 .. pleasant 1.
        arousal: mean rating, calm -1 .. excited 1.
        emotion: index into `EMOTIONS`, or `NO_EMOTION`.
    """

    path: Path
    theme: str
    valence: float
    arousal: float
    emotion: int


def read_oasis(folder: str | Path) -> list[Photo]:
    """Every photo of the set, in the order of its table.

    Raises:
        DataError: no such set there, a column or picture is missing, or a value makes no sense.
    """
    table = Path(folder) / "labels.csv"
    if not table.is_file():
        raise DataError(f"no OASIS at '{folder}': it must hold labels.csv and images/")
    with table.open(newline="", encoding="utf-8") as file:
        photos = [_photo(row, table.parent / "images") for row in csv.DictReader(file)]
    missing = [photo.path.name for photo in photos if not photo.path.is_file()]
    if missing or not photos:
        what = f"{len(missing)} pictures, the first {missing[0]}" if missing else "every row"
        raise DataError(f"the OASIS at '{folder}' lacks {what}")
    return photos


def _photo(row: dict[str, str], images: Path) -> Photo:
    try:
        emotion = row["weak_emotion"]
        return Photo(
            path=images / row["file"],
            theme=row["theme_group"],
            valence=unit_rating(float(row["valence_mean"])),
            arousal=unit_rating(float(row["arousal_mean"])),
            emotion=EMOTIONS.index(emotion) if emotion else NO_EMOTION,
        )
    except (KeyError, ValueError) as error:
        raise DataError(f"labels.csv is not OASIS's: {error!r} in {row}") from None


def unit_rating(rating: float) -> float:
    """A rating of 1..7 on the scale -1..1."""
    return min(max((rating - 4) / 3, -1.0), 1.0)


def places(photos: Sequence[Photo]) -> npt.NDArray[np.float32]:
    """(N, 2): valence and arousal, -1..1."""
    return np.array([(photo.valence, photo.arousal) for photo in photos], np.float32)


def emotions(photos: Sequence[Photo]) -> npt.NDArray[np.int64]:
    """(N,): index into `EMOTIONS` or `NO_EMOTION`."""
    return np.array([photo.emotion for photo in photos], np.int64)


def themes(photos: Sequence[Photo]) -> list[str]:
    """(N,): the group of each photo, for grouped cross-validation."""
    return [photo.theme for photo in photos]
