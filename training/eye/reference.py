"""`python -m training.eye.reference --data DIR --run RUN`: what the eye may say of its own doubt.

Out of the answers on held-out themes that `training.eye.validate` left in RUN: how far valence and
arousal are off, by what was said, and how often the leading emotion is right, by its probability.
Together with percentiles of the visual features over all photos they become
`eye_reference.json`, which ships.  Each curve is judged first: fitted on four fifths of the themes,
it must foretell the errors on the last.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from melodymuse.vision.features import UNITS, measure
from melodymuse.vision.loading import load_image
from melodymuse.vision.reference import REFERENCE
from training.eye import curves, measures
from training.eye.fit import Array
from training.eye.oasis import NO_EMOTION, Photo, emotions, places, read_oasis, themes
from training.manifest import update_manifest

PERCENTILES = (0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99, 100)
_BINS = 8
_CEILINGS = np.round(np.arange(0.3, 1.0, 0.01), 2)
_PARTS, _DEALS = 5, 10
_SOURCE = (
    "OASIS: Kurdi, Lozano & Banaji 2017, Behavior Research Methods 49:457-470; "
    "answers on held-out themes, five deals of five folds"
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


def chance_curve(confidence: Array, right: Array) -> Knots:
    """Chance of being right by confidence: the confidence itself, up to the best ceiling.

    The ceiling is the one with the least Brier score.  With a few hundred labels, curves of more
    freedom (logistic, isotonic) foretell held-out themes worse than the bare confidence.
    """
    scores = [np.mean((np.minimum(confidence, ceiling) - right) ** 2) for ceiling in _CEILINGS]
    ceiling = _CEILINGS[int(np.argmin(scores))]
    return np.array([0, ceiling, 1]), np.array([0, ceiling, ceiling])


def judged(photos: Sequence[Photo], place: Array, probabilities: Array) -> dict[str, float]:
    """How well curves fitted on four fifths of the themes foretell the last, ten deals.

    Args:
        photos: N photos.
        place: (deals, N, 2), out of fold.
        probabilities: (deals, N, 8), out of fold.

    Returns:
        For valence and arousal the mean distance between foretold and actual error over tenths of
        the foretold, and the correlation of the two over photos; for the emotion the calibration
        error and the Brier score of the raw probability and of the chance.
    """
    labels, rated = emotions(photos), places(photos)
    names, known = np.array(themes(photos)), labels != NO_EMOTION
    said, right = _leading(probabilities, labels)
    chance = np.zeros_like(said)
    found: dict[str, list[float]] = {}
    for seed in range(_DEALS):
        rng = np.random.default_rng(seed)
        kinds = rng.permutation(np.unique(names))
        for part in np.array_split(kinds, _PARTS):
            test = np.isin(names, part)
            learn = ~test
            for axis, name in enumerate(("valence", "arousal")):
                error = np.abs(place[..., axis] - rated[:, axis])
                knots = error_curve(place[:, learn, axis].ravel(), error[:, learn].ravel())
                foretold = np.interp(place[:, test, axis].ravel(), *knots)
                actual = error[:, test].ravel()
                tenths = np.array_split(np.argsort(foretold), 10)
                gaps = [abs(foretold[t].mean() - actual[t].mean()) for t in tenths]
                found.setdefault(f"{name}_gap", []).append(float(np.mean(gaps)))
                found.setdefault(f"{name}_error_r", []).append(measures.pearson(foretold, actual))
            knots = chance_curve(said[:, learn & known].ravel(), right[:, learn & known].ravel())
            chance[:, test] = np.interp(said[:, test], *knots)
        hit = right[:, known].ravel()
        for name, foretold in (("raw", said), ("chance", chance)):
            value = foretold[:, known].ravel()
            gap = measures.binned_gap(value, hit)
            found.setdefault(f"{name}_calibration_error", []).append(gap)
            found.setdefault(f"{name}_brier", []).append(float(np.mean((value - hit) ** 2)))
    return {name: float(np.mean(values)) for name, values in found.items()}


def _leading(probabilities: Array, labels: Array) -> tuple[Array, Array]:
    """Probability of the leading emotion, and whether it is the label, each (deals, N)."""
    return probabilities.max(axis=-1), probabilities.argmax(axis=-1) == labels


def best_chance(judgement: dict[str, float], confidence: Array, right: Array) -> Knots:
    """`chance_curve`, or the confidence as it is where that foretold held-out themes better.

    Never more than the greatest confidence, for nothing is known beyond it.
    """
    if judgement["raw_brier"] <= judgement["chance_brier"]:
        most = confidence.max()
        return np.array([0, most, 1]), np.array([0, most, most])
    return chance_curve(confidence, right)


def reference(
    photos: Sequence[Photo], place: Array, probabilities: Array, judgement: dict[str, float]
) -> dict[str, Any]:
    """The table that ships, from photos, the answers to them out of fold, and `judged` of both."""
    seen = [measure(load_image(photo.path)).as_dict() for photo in photos]
    labels, rated = emotions(photos), places(photos)
    known = labels != NO_EMOTION
    said, right = _leading(probabilities, labels)
    table: dict[str, Any] = {
        "source": _SOURCE,
        "photos": len(photos),
        "percentiles": list(PERCENTILES),
        "features": {
            name: _rounded(np.percentile([features[name] for features in seen], PERCENTILES))
            for name in UNITS
        },
    }
    for axis, name in enumerate(("valence", "arousal")):
        error = np.abs(place[..., axis] - rated[:, axis])
        table[f"{name}_error"] = _knots(error_curve(place[..., axis].ravel(), error.ravel()))
    chance = best_chance(judgement, said[:, known].ravel(), right[:, known].ravel())
    table["emotion_chance"] = _knots(chance)
    return table


def _knots(knots: Knots) -> dict[str, list[float]]:
    return {"at": _rounded(knots[0]), "value": _rounded(knots[1])}


def _rounded(values: Array) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def main(arguments: Sequence[str] | None = None) -> dict[str, float]:
    """Judges the curves, writes the table and `reliability.png`, returns the judgement."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.reference", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked OASIS set")
    parser.add_argument("--run", type=Path, required=True, help="where `validate` wrote")
    parser.add_argument("--out", type=Path, default=REFERENCE, help="default: the one that ships")
    given = parser.parse_args(arguments)
    photos = read_oasis(given.data)
    with np.load(given.run / "out_of_fold.npz") as stored:
        place, probabilities = stored["place"], stored["probabilities"]
    report = judged(photos, place, probabilities)
    table = reference(photos, place, probabilities, report)
    given.out.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    update_manifest(given.out)
    labels = np.concatenate([emotions(photos)] * len(place))
    curves.draw_reliability(
        measures.reliability(probabilities.reshape(-1, probabilities.shape[-1]), labels),
        given.run / "reliability.png",
        chance=(table["emotion_chance"]["at"], table["emotion_chance"]["value"]),
    )
    print(json.dumps(report, indent=2))
    return report


if __name__ == "__main__":
    main()
