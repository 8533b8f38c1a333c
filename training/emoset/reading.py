"""Reads EmoSet-118K as unpacked.

J. Yang et al., "EmoSet: A Large-scale Visual Emotion Dataset with Rich Attributes", ICCV 2023.
The folder holds `info.json` (label2idx and idx2label for the emotion and each attribute),
`train.json`, `val.json` and `test.json` (lists of [emotion, image id, path of the image, path of
the annotation]), `image/EMOTION/ID.jpg` and `annotation/EMOTION/ID.json` (image_id, emotion,
brightness and colorfulness in tenths, and more that is not used).  Without the lists, the
annotations are found by themselves and dealt 80-10-10, alike for every emotion.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision.features import measure
from melodymuse.vision.loading import load_image
from training.eye.oasis import DataError

PARTS = ("train", "val", "test")
SHARES = (0.8, 0.1, 0.1)
# Hasler and Suesstrunk call M = 109 extremely colourful: 1 on the scale of the annotations.
_FULL_COLOUR = 109.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of EmoSet.

    Attributes:
        path: the image file.
        emotion: index into `EMOTIONS`.
        brightness, colorfulness: 0..1, as annotated; measured where the annotation has none.
    """

    path: Path
    emotion: int
    brightness: float
    colorfulness: float


@dataclass(frozen=True, slots=True)
class EmoSet:
    """The three parts of the set."""

    train: tuple[Sample, ...]
    val: tuple[Sample, ...]
    test: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    emotion: int
    image: Path
    annotation: Path


def read_emoset(folder: str | Path, samples: int | None = None, seed: int = 0) -> EmoSet:
    """The set, or a random part of it.

    Args:
        folder: where it was unpacked.
        samples: how many pictures in all, drawn from each part in proportion; None for all.
        seed: decides the drawing, and the dealing where there are no lists.

    Raises:
        DataError: no such set there, or a list or annotation that is not EmoSet's.
    """
    root = Path(folder)
    if not (root / "image").is_dir() or not (root / "annotation").is_dir():
        raise DataError(f"no EmoSet at '{folder}': it must hold image/ and annotation/")
    _check_info(root / "info.json")
    rng = np.random.default_rng(seed)
    lists = [root / f"{part}.json" for part in PARTS]
    if all(path.is_file() for path in lists):
        parts = [_listed(root, path) for path in lists]
    else:
        parts = _dealt(_found(root), rng)
    if samples is not None:
        parts = _drawn(parts, samples, rng)
    for part, entries in zip(PARTS, parts, strict=True):
        if not entries:
            raise DataError(f"the EmoSet at '{folder}' has no pictures for its part '{part}'")
    train, val, test = (tuple(_sample(entry) for entry in part) for part in parts)
    return EmoSet(train, val, test)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"EmoSet lacks '{path}'") from None
    except (OSError, ValueError) as error:
        raise DataError(f"'{path}' is not EmoSet's: {error}") from None


def _check_info(path: Path) -> None:
    """Where `info.json` is there, it must speak of the same eight emotions."""
    if not path.is_file():
        return
    info = _json(path)
    try:
        names = set(info["emotion"]["label2idx"])
    except (KeyError, TypeError):
        raise DataError(f"'{path}' is not EmoSet's: it has no emotion.label2idx") from None
    if names != set(EMOTIONS):
        raise DataError(f"'{path}' has other emotions than EmoSet's eight: {sorted(names)}")


def _index(emotion: Any, where: Path) -> int:
    if emotion not in EMOTIONS:
        raise DataError(f"'{where}' names an emotion that is not EmoSet's: {emotion!r}")
    return EMOTIONS.index(emotion)


def _listed(root: Path, path: Path) -> list[_Entry]:
    entries = []
    for row in _json(path):
        if not isinstance(row, list) or len(row) != 4:
            raise DataError(f"'{path}' must list [emotion, id, image, annotation], not {row!r}")
        emotion, _, image, annotation = row
        entries.append(_Entry(_index(emotion, path), root / image, root / annotation))
    return entries


def _found(root: Path) -> list[_Entry]:
    entries = []
    for annotation in sorted((root / "annotation").glob("*/*.json")):
        emotion = annotation.parent.name
        images = sorted((root / "image" / emotion).glob(f"{annotation.stem}.*"))
        if images:
            entries.append(_Entry(_index(emotion, annotation), images[0], annotation))
    return entries


def _dealt(entries: Sequence[_Entry], rng: np.random.Generator) -> list[list[_Entry]]:
    """Three parts in `SHARES`, each emotion by itself."""
    parts: list[list[_Entry]] = [[], [], []]
    for emotion in range(len(EMOTIONS)):
        mine = [entry for entry in entries if entry.emotion == emotion]
        order = rng.permutation(len(mine))
        bounds = np.rint(np.cumsum(SHARES)[:-1] * len(mine)).astype(int)
        for part, chosen in zip(parts, np.split(order, bounds), strict=True):
            part.extend(mine[i] for i in chosen)
    return parts


def _drawn(
    parts: Sequence[Sequence[_Entry]], samples: int, rng: np.random.Generator
) -> list[list[_Entry]]:
    total = sum(map(len, parts))
    if not 0 < samples <= total:
        raise DataError(f"cannot draw {samples} samples from the {total} of this EmoSet")
    bounds = np.rint(np.cumsum([0, *map(len, parts)]) * samples / total).astype(int)
    return [
        [part[i] for i in rng.choice(len(part), size, replace=False)]
        for part, size in zip(parts, np.diff(bounds), strict=True)
    ]


def _sample(entry: _Entry) -> Sample:
    facts = _json(entry.annotation)
    try:
        if "brightness" in facts and "colorfulness" in facts:
            colour = float(facts["brightness"]), float(facts["colorfulness"])
        else:
            seen = measure(load_image(entry.image))
            colour = seen.brightness, min(seen.colorfulness / _FULL_COLOUR, 1.0)
    except (TypeError, ValueError) as error:
        raise DataError(f"'{entry.annotation}' is not EmoSet's: {error}") from None
    return Sample(entry.image, entry.emotion, *colour)
