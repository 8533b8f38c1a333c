"""`python -m training.eye.compare --annotated DIR --out FILE.md EYE ...`: eyes on one set, a table.

EYE is `built-in` or whatever `melodymuse analyze --eye` takes.  All of them see the same pictures.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.vision import EmotionModel, load_eye
from melodymuse.vision.eyes.model import ShippedModel
from melodymuse.vision.eyes.opening import open_eye
from training.eye.felt_measures import how_good
from training.eye.picture_sets import (
    FeltPicture,
    places_felt,
    read_annotated,
    read_rated,
    shares_felt,
)

BUILT_IN = "built-in"


def main(arguments: Sequence[str] | None = None) -> Path:
    """Writes the table and prints it; returns its path."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.compare", description=__doc__)
    parser.add_argument("eyes", nargs="+", metavar="EYE", help="built-in, or as --eye takes it")
    parser.add_argument("--annotated", type=Path, required=True, help="the annotated pictures")
    parser.add_argument("--oasis", type=Path, help="OASIS, to compare on its photos instead")
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="the table, Markdown")
    given = parser.parse_args(arguments)
    if given.oasis is None:
        pictures = read_annotated(given.annotated)
    else:
        pictures = read_rated(given.oasis, given.annotated)
    pictures = pictures[:: given.every]
    rows = [(name, *measured(_opened(name), pictures)) for name in given.eyes]
    given.out.write_text(table(rows, len(pictures)), encoding="utf-8")
    print(given.out.read_text(encoding="utf-8"))
    return Path(given.out)


def measured(eye: EmotionModel, pictures: list[FeltPicture]) -> tuple[dict[str, float], float]:
    """How good an eye is on the pictures, and the milliseconds that it took for each."""
    look, start = load_eye(eye), time.perf_counter()
    profiles = [look(picture.path).profile for picture in pictures]
    milliseconds = 1000 * (time.perf_counter() - start) / len(pictures)
    said: npt.NDArray[Any] = np.array([(p.valence, p.arousal) for p in profiles])
    told: npt.NDArray[Any] = np.array([p.probabilities for p in profiles])
    return how_good(said, told, places_felt(pictures), shares_felt(pictures)), milliseconds


def table(rows: list[tuple[str, dict[str, float], float]], pictures: int) -> str:
    """The figures as a Markdown table."""
    names = list(rows[0][1])
    head = ["eye", *names, "ms a picture"]
    lines = [f"{pictures} pictures.", "", f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for eye, figures, milliseconds in rows:
        cells = [eye, *(f"{figures[name]:.3f}" for name in names), f"{milliseconds:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _opened(name: str) -> EmotionModel:
    return ShippedModel.load() if name == BUILT_IN else open_eye(name)


if __name__ == "__main__":
    main()
