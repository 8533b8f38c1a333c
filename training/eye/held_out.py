"""`python -m training.eye.held_out --data DIR --out RUN`: steadiness on themes never seen.

`steadiness` asks the shipped eye about photos that it learned from.  Here every photo is shown
changed to networks that saw no photo of its theme: how far the answer moves, and how well the
answers to changed photos still foretell the ratings of the plain ones.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from training.eye import measures
from training.eye.arguments import add_shape, shape_of
from training.eye.augment import Pixels
from training.eye.blend import fit_eye
from training.eye.fit import Array, Recipe
from training.eye.frozen import Seen, imagenet_branch, see, seen_once
from training.eye.network import EyeConfig
from training.eye.oasis import Photo, emotions, places, read_oasis, themes
from training.eye.steadiness import CHANGES
from training.eye.words import Words, imagenet_words

Report = dict[str, dict[str, float]]


def changed(pixels: Pixels, n: int, rng: np.random.Generator) -> list[Pixels]:
    """The photo itself, then in each of the ways of `CHANGES`."""
    return [pixels, *(change(pixels) for change in CHANGES.values())][:n]


def see_changed(branch: keras.Model, photos: Sequence[Photo]) -> Seen:
    """What the image branch sees in the plain photos and in each of their changes."""
    return see(branch, photos, 1 + len(CHANGES), seed=0, shows=changed)


def held_out_answers(
    config: EyeConfig,
    recipe: Recipe,
    seen: Seen,
    shown: Seen,
    photos: Sequence[Photo],
    seed: int,
    n_folds: int,
    words: Words | None = None,
) -> tuple[Array, Array]:
    """Valence and arousal (1 + changes, N, 2) and probabilities (1 + changes, N, 8).

    Args:
        config, recipe: the network's shape and how it is trained.
        seen: what the networks learn from.
        shown: what they are then asked about, from `see_changed`.
        photos: N photos.
        seed: decides the folds and the training.
        n_folds: how many folds the themes are dealt into.
        words: the word norms beside what was seen.
    """
    from sklearn.model_selection import GroupKFold

    count = len(shown.image)
    place, probabilities = np.zeros((count, len(photos), 2)), np.zeros((count, len(photos), 8))
    splitter = GroupKFold(n_folds, shuffle=True, random_state=seed)
    for index, (rows, away) in enumerate(splitter.split(place[0], groups=themes(photos))):
        eye, _ = fit_eye(config, recipe, seen, photos, rows, 1000 * seed + index, words=words)
        for view in range(count):
            place[view, away], probabilities[view, away] = eye.answers(
                shown.image[view, away], shown.colour[view, away]
            )
        keras.backend.clear_session()
    return place, probabilities


def report(place: Array, probabilities: Array, photos: Sequence[Photo]) -> Report:
    """For the plain photos and each change: correlation, F1, and how far the answers move."""
    rated, labels = places(photos), emotions(photos)
    found: Report = {}
    for view, name in enumerate(["plain", *CHANGES]):
        away = np.abs(place[view] - place[0]).mean(axis=0)
        same = probabilities[view].argmax(axis=1) == probabilities[0].argmax(axis=1)
        found[name] = {
            "valence_r": measures.pearson(place[view, :, 0], rated[:, 0]),
            "arousal_r": measures.pearson(place[view, :, 1], rated[:, 1]),
            "macro_f1": measures.macro_f1(probabilities[view], labels),
            "valence_moves": float(away[0]),
            "arousal_moves": float(away[1]),
            "same_emotion": float(same.mean()),
        }
    return found


def main(arguments: Sequence[str] | None = None) -> Report:
    """Writes `held_out.json` and returns what is in it."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.held_out", description=__doc__)
    add_shape(parser)
    parser.add_argument("--folds", type=int, default=5, help="number of folds (default 5)")
    given = parser.parse_args(arguments)
    config, recipe = shape_of(given)
    photos = read_oasis(given.data)
    seen = seen_once(config, photos, recipe.views, given.seed, given.out)
    shown = see_changed(imagenet_branch(config), photos)
    answered = held_out_answers(
        config, recipe, seen, shown, photos, given.seed, given.folds, imagenet_words(config)
    )
    found = report(*answered, photos)
    path: Path = given.out / "held_out.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))
    return found


if __name__ == "__main__":
    main()
