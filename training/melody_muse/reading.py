"""Reads Turkish Music Emotion: acoustic features of 400 clips, a hundred for each of four emotions.

M. B. Er, I. B. Aydilek, "Music emotion recognition by using chroma spectrogram and deep visual
features", Int. J. of Computational Intelligence Systems 12 (2019) 1622-1634; UCI 862, CC BY 4.0.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.schemes import SCHEMES
from training.eye.oasis import DataError
from training.pairs.labelled import known_word

Array = npt.NDArray[Any]
WORDS = tuple(SCHEMES["melody-muse"])
COEFFICIENTS = 13


@dataclass(frozen=True, slots=True)
class Clips:
    """The set.

    Attributes:
        mfcc: (N, 13), the mean of each mel-frequency cepstral coefficient over a clip.
        labels: (N,), indices into `WORDS`.
    """

    mfcc: Array
    labels: Array


def read_clips(folder: Path) -> Clips:
    """Every clip, in the order of the table.

    Raises:
        DataError: no table there, or one with other columns or words.
    """
    table = next(iter(sorted(folder.glob("*.csv"))), None)
    if table is None:
        raise DataError(f"no Turkish Music Emotion at '{folder}': it must hold its .csv")
    columns = [f"_MFCC_Mean_{number}" for number in range(1, COEFFICIENTS + 1)]
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        mfcc = np.array([[float(row[name]) for name in columns] for row in rows])
        labels = np.array([WORDS.index(known_word(row["Class"]) or "") for row in rows])
    except (KeyError, ValueError) as error:
        raise DataError(f"'{table}' is not Turkish Music Emotion: {error!r}") from None
    if not len(labels):
        raise DataError(f"'{table}' holds no clips")
    return Clips(mfcc, labels)
