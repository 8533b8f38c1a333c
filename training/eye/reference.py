"""`python -m training.eye.reference --data DIR --out RUN`: what the eye may say of its own doubt.

Out of the answers to pictures held out that `training.eye.validate` left in RUN: how far valence
and arousal are off, by what was said, how often the leading emotion is right, by its probability,
and how like the nearest known picture an unknown one is.  Together with percentiles of the visual
features they become `eye_reference.json`, which ships.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.vision.features import UNITS, measure
from melodymuse.vision.reference import REFERENCE
from training.eye import curves, measures
from training.eye.frozen import pixels_of
from training.eye.picture_sets import FeltPicture, places_felt, read_annotated, shares_felt
from training.manifest import update_manifest

Array = npt.NDArray[Any]
PERCENTILES = (0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99, 100)
_BINS = 8
_SOURCE = (
    "pictures annotated by a large vision-language model, not by people; "
    "answers on groups of near-duplicates held out"
)

Knots = tuple[Array, Array]


def error_curve(said: Array, error: Array) -> Knots:
    """Mean absolute error by what was said: knots at the means of bins of equal count."""
    order = np.array_split(np.argsort(said, kind="stable"), _BINS)
    at = np.array([said[chosen].mean() for chosen in order])
    mean = np.array([error[chosen].mean() for chosen in order])
    # A bin's neighbours steady it: what differs between them is noise for the most part.
    smooth = np.convolve(np.pad(mean, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    return at, smooth


def reference(
    pictures: Sequence[FeltPicture], answers: Sequence[dict[str, Array]]
) -> dict[str, Any]:
    """The table that ships.

    Args:
        pictures: all N pictures of the set.
        answers: by deal, `rows` (M,) of the pictures judged, `place` (M, 2), `probabilities` (M, 8)
            and `alike` (M,), all out of fold.
    """
    felt, leading = places_felt(list(pictures)), shares_felt(list(pictures)).argmax(axis=1)
    rows = np.concatenate([deal["rows"] for deal in answers])
    place = np.concatenate([deal["place"] for deal in answers])
    probabilities = np.concatenate([deal["probabilities"] for deal in answers])
    right = probabilities.argmax(axis=1) == leading[rows]
    seen = [measure(pixels_of(picture)).as_dict() for picture in pictures]
    table: dict[str, Any] = {
        "source": _SOURCE,
        "photos": len(pictures),
        "percentiles": list(PERCENTILES),
        "features": {
            name: _rounded(np.percentile([features[name] for features in seen], PERCENTILES))
            for name in UNITS
        },
        "likeness": _rounded(
            np.percentile(np.concatenate([deal["alike"] for deal in answers]), PERCENTILES)
        ),
    }
    for axis, name in enumerate(("valence", "arousal")):
        error = np.abs(place[:, axis] - felt[rows, axis])
        table[f"{name}_error"] = _knots(error_curve(place[:, axis], error))
    table["emotion_chance"] = _knots(error_curve(probabilities.max(axis=1), right.astype(float)))
    return table


def _knots(knots: Knots) -> dict[str, list[float]]:
    return {"at": _rounded(knots[0]), "value": _rounded(knots[1])}


def _rounded(values: Array) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Writes the table and `reliability.png`, returns the table."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.reference", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the annotated pictures")
    parser.add_argument("--out", type=Path, required=True, help="where `validate` wrote")
    parser.add_argument("--table", type=Path, default=REFERENCE, help="default: the one that ships")
    given = parser.parse_args(arguments)
    pictures, answers = read_annotated(given.data), []
    for path in sorted(given.out.glob("held_out*.npz")):
        with np.load(path) as stored:
            answers.append({name: stored[name] for name in stored.files})
    table = reference(pictures, answers)
    given.table.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    update_manifest(given.table)
    leading = shares_felt(pictures).argmax(axis=1)
    right = np.concatenate(
        [deal["probabilities"].argmax(1) == leading[deal["rows"]] for deal in answers]
    )
    curves.draw_reliability(
        measures.claims_and_facts(np.concatenate([deal["chance"] for deal in answers]), right),
        given.out / "reliability.png",
    )
    return table


if __name__ == "__main__":
    main()
