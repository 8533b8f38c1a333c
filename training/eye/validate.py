"""`python -m training.eye.validate --data DIR --out RUN`: cross-validation with themes held out.

Each seed deals the themes into folds anew; every photo is judged once a seed, by a network that
saw no photo of its theme.  Correlations are taken over all photos of a seed at once ("pooled"),
and as the mean of the folds' own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.eye import curves, measures
from training.eye.arguments import add_shape, shape_of
from training.eye.blend import fit_eye
from training.eye.fit import Array, Recipe
from training.eye.frozen import Seen, seen_once
from training.eye.network import EyeConfig
from training.eye.oasis import Photo, emotions, places, read_oasis, themes
from training.eye.words import Words, imagenet_words

AXES = ("valence", "arousal")


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """One seed's answers, each from a network that saw no photo of that theme."""

    place: Array
    probabilities: Array
    fold: Array
    histories: list[dict[str, list[float]]]


def cross_validate(
    config: EyeConfig,
    recipe: Recipe,
    seen: Seen,
    photos: Sequence[Photo],
    seed: int,
    n_folds: int,
    words: Words | None = None,
) -> OutOfFold:
    """Answers for every photo with its theme held out."""
    from sklearn.model_selection import GroupKFold

    place = np.zeros((len(photos), 2))
    probabilities = np.zeros((len(photos), 8))
    fold = np.zeros(len(photos), np.int64)
    histories = []
    splitter = GroupKFold(n_folds, shuffle=True, random_state=seed)
    for index, (rows, held_out) in enumerate(splitter.split(place, groups=themes(photos))):
        eye, history = fit_eye(
            config, recipe, seen, photos, rows, 1000 * seed + index, held_out=held_out, words=words
        )
        place[held_out], probabilities[held_out] = eye.answers(
            seen.image[0, held_out], seen.colour[0, held_out]
        )
        fold[held_out] = index
        histories.append(history)
        keras.backend.clear_session()
    return OutOfFold(place, probabilities, fold, histories)


def figures(result: OutOfFold, photos: Sequence[Photo]) -> dict[str, float]:
    """The figures of one seed, by name."""
    rated, labels = places(photos), emotions(photos)
    found: dict[str, float] = {}
    for axis, name in enumerate(AXES):
        said = result.place[:, axis]
        found[f"{name}_r"] = measures.pearson(said, rated[:, axis])
        by_fold = [
            measures.pearson(said[result.fold == k], rated[result.fold == k, axis])
            for k in np.unique(result.fold)
        ]
        found[f"{name}_r_mean_of_folds"] = float(np.nanmean(by_fold))
        found[f"{name}_mean_error"] = float(np.mean(np.abs(said - rated[:, axis])))
    found["macro_f1"] = measures.macro_f1(result.probabilities, labels)
    found["accuracy"] = measures.accuracy(result.probabilities, labels)
    found["log_loss"] = measures.log_loss(result.probabilities, labels)
    found["calibration_error"] = measures.calibration_error(result.probabilities, labels)
    found["best_temperature"] = measures.best_temperature(result.probabilities, labels)
    warmed = _tempered_by_others(result, labels)
    found["log_loss_tempered"] = measures.log_loss(warmed, labels)
    found["calibration_error_tempered"] = measures.calibration_error(warmed, labels)
    found["contradiction"] = measures.contradiction(result.place, result.probabilities)
    for emotion, score in measures.f1_by_emotion(result.probabilities, labels).items():
        found[f"f1_{emotion}"] = score
    return found


def _tempered_by_others(result: OutOfFold, labels: Array) -> Array:
    """Each fold's probabilities at the temperature that suits the other folds best."""
    warmed = result.probabilities.copy()
    for k in np.unique(result.fold):
        here = result.fold == k
        temperature = measures.best_temperature(result.probabilities[~here], labels[~here])
        warmed[here] = measures.tempered(result.probabilities[here], temperature)
    return warmed


def summary(by_seed: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Figure -> its mean and standard deviation over the seeds."""
    return {
        name: {
            "mean": float(np.mean([found[name] for found in by_seed])),
            "sd": float(np.std([found[name] for found in by_seed])),
        }
        for name in by_seed[0]
    }


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Validates, writes `validation.json`, `out_of_fold.npz` and pictures, returns the summary."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.validate", description=__doc__)
    add_shape(parser)
    parser.add_argument("--folds", type=int, default=5, help="number of folds (default 5)")
    parser.add_argument("--seeds", type=int, default=5, help="number of deals (default 5)")
    given = parser.parse_args(arguments)
    config, recipe = shape_of(given)
    photos = read_oasis(given.data)
    seen = seen_once(config, photos, recipe.views, given.seed, given.out)
    words = imagenet_words(config)
    results, by_seed = [], []
    for seed in range(given.seed, given.seed + given.seeds):
        results.append(cross_validate(config, recipe, seen, photos, seed, given.folds, words))
        by_seed.append(figures(results[-1], photos))
        found = by_seed[-1]
        print(
            f"seed {seed}: valence r {found['valence_r']:.3f}, arousal r {found['arousal_r']:.3f}, "
            f"macro-F1 {found['macro_f1']:.3f}, ECE {found['calibration_error']:.3f}",
            flush=True,
        )
    report = {
        "config": asdict(config),
        "recipe": asdict(recipe),
        "photos": len(photos),
        "themes": len(set(themes(photos))),
        "folds": given.folds,
        "summary": summary(by_seed),
        "seeds": by_seed,
    }
    folder = Path(given.out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "validation.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    np.savez(
        folder / "out_of_fold.npz",
        place=np.stack([result.place for result in results]),
        probabilities=np.stack([result.probabilities for result in results]),
    )
    histories = [history for result in results for history in result.histories]
    curves.draw_losses(histories, folder / "losses.png")
    said = np.concatenate([result.probabilities for result in results])
    labels = np.concatenate([emotions(photos)] * len(results))
    curves.draw_reliability(measures.reliability(said, labels), folder / "reliability.png")
    print(json.dumps(report["summary"], indent=2))
    return report


if __name__ == "__main__":
    main()
