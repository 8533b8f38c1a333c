"""What the eye learns from: pictures with what people feel at them, from several sets.

`labels.csv` of the annotated pictures holds `file`, `source`, `kind`, `valence`, `arousal` and a
share for each of the eight emotions.  They were given by a large vision-language model, not by
people.  OASIS brings human norms (see `oasis`); its emotions come from the same annotator.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision.features import Pixels
from melodymuse.vision.loading import load_image
from training.eye import drawn
from training.eye.oasis import DataError, read_oasis

OASIS, DRAWN = "oasis", "drawn"
# Who painted what is not published with the pictures, but numbers that follow each other often
# show one hand, one place or one kind of animal: (source -> numbers that share a group).
_NEIGHBOURS = {"wikiart": 10, "bsds500": 1000, "imagenet_sample": 1000}
_SUM_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture and what it stirs.

    Attributes:
        path: the image file; for a drawn picture its kind and number, as `drawn.draw` takes them.
        source: the set that it comes from.
        kind: what it shows ("face", "people", "nature" ...), "" where nobody said.
        theme: pictures of one theme show nearly the same; never split them between folds.
        valence: unpleasant -1 .. pleasant 1.
        arousal: calm -1 .. excited 1.
        emotions: share of each of `EMOTIONS`, summing to 1; None where nobody said.
    """

    path: Path
    source: str
    kind: str
    theme: str
    valence: float
    arousal: float
    emotions: tuple[float, ...] | None

    def pixels(self) -> Pixels:
        """The picture itself, uint8 (H, W, 3), RGB."""
        if self.source == DRAWN:
            return drawn.draw(self.kind, int(self.path.name))
        return load_image(self.path)


def read_annotated(folder: str | Path) -> list[Picture]:
    """Every annotated picture of a folder with `labels.csv` and `images/`.

    Raises:
        DataError: no such set there, a column or picture is missing, or a value makes no sense.
    """
    pictures = [
        Picture(
            Path(folder) / "images" / row["file"],
            row["source"],
            row["kind"],
            _theme(row["source"], Path(row["file"]).stem),
            *_place(row),
            _emotions(row),
        )
        for row in _rows(Path(folder) / "labels.csv")
    ]
    missing = [picture.path.name for picture in pictures if not picture.path.is_file()]
    if missing or not pictures:
        what = f"{len(missing)} pictures, the first {missing[0]}" if missing else "every row"
        raise DataError(f"the annotated pictures at '{folder}' lack {what}")
    return pictures


def read_normed(oasis: str | Path, annotated: str | Path) -> list[Picture]:
    """OASIS with its human norms, and the annotator's emotions from `oasis_emotions.csv`.

    Raises:
        DataError: a set is missing or not as published.
    """
    told = {row["file"]: row for row in _rows(Path(annotated) / "oasis_emotions.csv")}
    return [
        Picture(
            photo.path,
            OASIS,
            told[photo.path.name]["kind"] if photo.path.name in told else "",
            f"{OASIS} {photo.theme}",
            photo.valence,
            photo.arousal,
            _emotions(told[photo.path.name]) if photo.path.name in told else None,
        )
        for photo in read_oasis(oasis)
    ]


def drawn_pictures(each: int) -> list[Picture]:
    """`each` pictures of every kind in `drawn.KINDS`, with flat, calm answers."""
    return [
        Picture(
            Path(str(index)), DRAWN, kind, f"{DRAWN} {kind} {index}",
            drawn.VALENCE, drawn.AROUSAL, drawn.EMOTIONS,
        )
        for kind in drawn.KINDS
        for index in range(each)
    ]  # fmt: skip


def places(pictures: Sequence[Picture]) -> npt.NDArray[np.float64]:
    """(N, 2): valence and arousal, -1..1."""
    return np.array([(picture.valence, picture.arousal) for picture in pictures])


def shares(pictures: Sequence[Picture]) -> npt.NDArray[np.float64]:
    """(N, 8): shares of the emotions, nan where nobody said."""
    unknown = (np.nan,) * len(EMOTIONS)
    return np.array([picture.emotions or unknown for picture in pictures])


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        raise DataError(f"no annotated pictures at '{table.parent}': it must hold {table.name}")
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _place(row: dict[str, str]) -> tuple[float, float]:
    try:
        valence, arousal = float(row["valence"]), float(row["arousal"])
    except (KeyError, ValueError) as error:
        raise DataError(f"labels.csv lacks a number: {error!r} in {row}") from None
    if max(abs(valence), abs(arousal)) > 1:
        raise DataError(f"labels.csv has valence or arousal outside -1..1 in {row}")
    return valence, arousal


def _emotions(row: dict[str, str]) -> tuple[float, ...]:
    try:
        told = np.array([float(row[emotion]) for emotion in EMOTIONS])
    except (KeyError, ValueError) as error:
        raise DataError(f"the table lacks an emotion: {error!r} in {row}") from None
    if told.min() < 0 or abs(told.sum() - 1) > _SUM_TOLERANCE:
        raise DataError(f"the shares of the emotions must sum to 1 in {row}")
    return tuple(float(share) for share in told / told.sum())


def _theme(source: str, stem: str) -> str:
    """The block of numbers that a picture stands in, or its name."""
    prefix, *rest = stem.split("_")
    number = "".join(c for c in (rest[-1] if source == "wikiart" else rest[0]) if c.isdigit())
    if source not in _NEIGHBOURS or not number:
        return stem
    series = rest[0] if source == "wikiart" else ""
    return f"{prefix}{series} {int(number) // _NEIGHBOURS[source]}"
