"""Reads pictures with what they make people feel: OASIS' norms, and what a model annotated.

The annotated set is a folder with `labels.csv` (file, kind, valence and arousal -1..1 on the scale
of OASIS' norms, a share for each emotion) and `images/`; its `oasis_emotions.csv` has shares for
OASIS' photos.  A vision-language model gave the labels, not people: say so with every figure.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from training.eye.oasis import DataError, read_oasis

Array = npt.NDArray[Any]
OASIS = "oasis"
# Who painted or photographed what is not published with the annotated pictures, but numbers that
# follow each other often show one hand, one place or one kind of animal: how many share a group.
_NEIGHBOURS = {"wikiart": 10, "bsds500": 1000, "imagenet_sample": 1000}


@dataclass(frozen=True, slots=True)
class FeltPicture:
    """One picture and what is felt at it.

    Attributes:
        path: the image file.
        group: pictures of one group are near-duplicates; never split them between folds.
        kind: what it shows, such as "face" or "nature"; empty where nobody said.
        place: valence and arousal, each -1..1.
        emotions: shares of the eight emotions that sum to 1, or None where nobody gave them.
        source: the set that the picture comes from.
    """

    path: Path
    group: str
    kind: str
    place: tuple[float, float]
    emotions: tuple[float, ...] | None
    source: str = ""


def read_annotated(folder: str | Path) -> list[FeltPicture]:
    """Every picture of an annotated set, in the order of its table.

    Raises:
        DataError: no such set there, or a row makes no sense.
    """
    rows = _rows(Path(folder) / "labels.csv")
    images = Path(folder) / "images"
    return [
        FeltPicture(
            images / row["file"], _group(row), row["kind"], _place(row), _shares(row),
            row.get("source", ""),
        )
        for row in rows
    ]  # fmt: skip


def read_rated(oasis: str | Path, annotated: str | Path | None = None) -> list[FeltPicture]:
    """OASIS' photos with people's valence and arousal, and the shares that an annotated set has.

    Raises:
        DataError: no such set there, or a row makes no sense.
    """
    rows = [] if annotated is None else _rows(Path(annotated) / "oasis_emotions.csv")
    known = {row["file"].casefold(): row for row in rows}
    pictures = []
    for photo in read_oasis(oasis):
        row = known.get(photo.path.name.casefold())
        kind, shares = ("", None) if row is None else (row["kind"], _shares(row))
        place = photo.valence, photo.arousal
        pictures.append(FeltPicture(photo.path, photo.theme, kind, place, shares, OASIS))
    return pictures


def places_felt(pictures: list[FeltPicture]) -> Array:
    """(N, 2): valence and arousal, -1..1."""
    return np.array([picture.place for picture in pictures], np.float64)


def shares_felt(pictures: list[FeltPicture]) -> Array:
    """(N, 8): shares of the emotions; rows of nan where nobody gave them."""
    unknown = (float("nan"),) * len(EMOTIONS)
    return np.array([picture.emotions or unknown for picture in pictures], np.float64)


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        raise DataError(f"no annotated pictures at '{table.parent}': there is no {table.name}")
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _group(row: dict[str, str]) -> str:
    """The block of numbers that a picture stands in ("wa_0_976", "in_n01443537_goldfish")."""
    prefix, *rest = Path(row["file"]).stem.split("_")
    source = row.get("source", "")
    told = rest[-1 if source == "wikiart" else 0] if rest else ""
    number = "".join(c for c in told if c.isdigit())
    if source not in _NEIGHBOURS or not number:
        return Path(row["file"]).stem
    series = rest[0] if source == "wikiart" else ""
    return f"{prefix}{series} {int(number) // _NEIGHBOURS[source]}"


def _place(row: dict[str, str]) -> tuple[float, float]:
    try:
        return float(row["valence"]), float(row["arousal"])
    except (KeyError, ValueError) as error:
        raise DataError(f"the table of annotated pictures is damaged: {error!r} in {row}") from None


def _shares(row: dict[str, str]) -> tuple[float, ...]:
    try:
        shares = [float(row[emotion]) for emotion in EMOTIONS]
        return tuple(share / sum(shares) for share in shares)
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise DataError(f"the table of annotated pictures is damaged: {error!r} in {row}") from None
