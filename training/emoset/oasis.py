"""`python -m training.emoset.oasis --data OASIS --out RUN`: the paper's CNN on OASIS.

The network is that of EmoSet's command, with valence and arousal as a second answer.  The folds are
scikit-learn's, with whole themes held out.  A tenth of the themes that remain
decides when training stops, so that the held-out ones decide nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from melodymuse.vision.classifier import network_colour
from melodymuse.vision.features import measure
from melodymuse.vision.loading import load_image
from training.emoset.fit import Recipe, square
from training.emoset.folds import OutOfFold, Scale, emotion_weights, figures, summary
from training.emoset.networks import ARCHITECTURES, Weights, inputs
from training.eye.network import N_EMOTIONS
from training.eye.oasis import Photo, emotions, places, read_oasis, themes

Array = npt.NDArray[Any]
NETWORK = "melody-muse"
# Colourfulness on the scale that EmoSet's annotations have.
_COLOUR_SCALE = np.array([1, 109], np.float32)
_WATCHED = 0.1
# An epoch is 8 steps here and 625 on 50,000 pictures of EmoSet: more and smaller epochs.
_RECIPE = Recipe(epochs=40, patience=8)


def with_place(side: int) -> keras.Model:
    """The paper's CNN with two answers: `place` (N, 2), standardised, and `probabilities`."""
    pixels, colour = inputs(side)
    known = ARCHITECTURES[NETWORK].trunk(pixels, colour, Weights.RANDOM)
    return keras.Model(
        {"pixels": pixels, "colour": colour},
        {
            "place": keras.layers.Dense(2, name="place")(known),
            "probabilities": keras.layers.Dense(N_EMOTIONS, "softmax", name="probabilities")(known),
        },
    )


def cross_validate(
    photos: Sequence[Photo], recipe: Recipe, side: int, seed: int, n_folds: int
) -> OutOfFold:
    """Answers for every photo with its theme held out."""
    from sklearn.model_selection import GroupKFold, GroupShuffleSplit

    shown: dict[str, Array] = {
        "pixels": np.stack([square(photo.path, side) for photo in photos]).astype(np.float32),
        "colour": np.concatenate([network_colour(measure(load_image(p.path))) for p in photos])
        / _COLOUR_SCALE,
    }
    rated, labels, groups = places(photos), emotions(photos), np.array(themes(photos))
    found = OutOfFold(
        np.zeros((len(photos), 2)),
        np.zeros((len(photos), N_EMOTIONS)),
        np.zeros(len(photos), np.int64),
        [],
    )
    splitter = GroupKFold(n_folds, shuffle=True, random_state=seed)
    for index, (known, held_out) in enumerate(splitter.split(rated, groups=groups)):
        inner = GroupShuffleSplit(1, test_size=_WATCHED, random_state=seed)
        first, second = next(inner.split(known, groups=groups[known]))
        rows, watched = known[first], known[second]
        scale = Scale.of(rated[rows])
        keras.utils.set_random_seed(1000 * seed + index)
        model = with_place(side)

        def given(chosen: Array, scale: Scale = scale) -> tuple[Any, Any, Any]:
            targets = {
                "place": (rated[chosen] - scale.mean) / scale.deviation,
                "probabilities": np.maximum(labels[chosen], 0),
            }
            weights = {
                "place": np.ones(len(chosen), np.float32),
                "probabilities": emotion_weights(labels[chosen], 0.0),
            }
            return {name: value[chosen] for name, value in shown.items()}, targets, weights

        history = _fit(model, recipe, given(rows), given(watched))
        said = model.predict_on_batch(given(held_out)[0])
        place = np.asarray(said["place"]) * scale.deviation + scale.mean
        found.place[held_out] = np.clip(place, -1, 1)
        found.probabilities[held_out] = np.asarray(said["probabilities"])
        found.fold[held_out] = index
        found.histories.append(history)
        keras.backend.clear_session()
    return found


def _fit(model: keras.Model, recipe: Recipe, rows: Any, watched: Any) -> dict[str, list[float]]:
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.rate),
        loss={
            "place": keras.losses.MeanSquaredError(),
            "probabilities": keras.losses.SparseCategoricalCrossentropy(),
        },
    )
    inputs_, targets, weights = rows
    history = model.fit(
        inputs_,
        targets,
        sample_weight=weights,
        batch_size=recipe.batch,
        epochs=recipe.epochs,
        validation_data=watched,
        callbacks=[
            keras.callbacks.EarlyStopping(patience=recipe.patience, restore_best_weights=True),
            keras.callbacks.ReduceLROnPlateau(factor=0.2, patience=max(1, recipe.patience // 2)),
        ],
        verbose=0,
    )
    return history.history


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Validates, writes `paper_cnn.json`, gives the report."""
    parser = argparse.ArgumentParser(prog="python -m training.emoset.oasis", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked OASIS set")
    parser.add_argument("--out", type=Path, required=True, help="folder for the report")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3, help="number of deals (default 3)")
    parser.add_argument("--epochs", type=int, default=_RECIPE.epochs)
    parser.add_argument("--side", type=int, default=ARCHITECTURES[NETWORK].side)
    given = parser.parse_args(arguments)
    photos, recipe = read_oasis(given.data), replace(_RECIPE, epochs=given.epochs)
    by_seed = []
    for seed in range(given.seeds):
        start = time.monotonic()
        by_seed.append(
            figures(cross_validate(photos, recipe, given.side, seed, given.folds), photos)
        )
        brief = {
            name: round(by_seed[-1][name], 3) for name in ("valence_r", "arousal_r", "macro_f1")
        }
        print(f"seed {seed}: {brief}, {time.monotonic() - start:.0f} s", flush=True)
    report = {
        "network": NETWORK,
        "side": given.side,
        "parameters": with_place(given.side).count_params(),
        "recipe": asdict(recipe),
        "summary": summary(by_seed),
    }
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "paper_cnn.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))
    return report


if __name__ == "__main__":
    main()
