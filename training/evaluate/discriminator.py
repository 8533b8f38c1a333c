"""Real or generated?  A classifier's area under the curve: 0.5 where it can only guess, 1 where it
always knows; and what gives the generated ones away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.evaluate.overlap import draw_songs

Floats = NDArray[np.float64]

FOLDS = 5
TREES = 400
SHUFFLES = 10
ROUNDS = 500


def tell_apart(
    names: Sequence[str],
    real: Floats,
    generated: Floats,
    real_songs: Sequence[str],
    generated_songs: Sequence[str],
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """Cross-validated, with all pieces of a song in one fold.

    Args:
        names: of the features.
        real, generated: float64 (pieces, features).
        real_songs, generated_songs: the song of each piece, on both sides; at least two songs.
        seed: of trees, shuffles and bootstrap.

    Returns:
        "auc": of the trees or the logistic regression, whichever knows more, with the bootstrap
        "interval" (95 %, over songs) of that one; "trees", "logistic"; "telling": a row for each
        feature, the most telling first: "importance" (how much the trees' AUC falls when the
        feature is shuffled among unheard pieces: Breiman 2001), "alone" (AUC of the feature by
        itself, over 0.5 where generated is higher) and both medians.
    """
    features = np.concatenate([real, generated])
    labels = np.repeat([0, 1], [len(real), len(generated)])
    songs = np.array([*real_songs, *generated_songs])
    folds = GroupKFold(min(FOLDS, len(set(songs))))
    trees = ExtraTreesClassifier(TREES, min_samples_leaf=2, random_state=seed)
    logistic = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2000))
    guesses = {
        name: cross_val_predict(
            model, features, labels, groups=songs, cv=folds, method="predict_proba"
        )[:, 1]
        for name, model in (("trees", trees), ("logistic", logistic))
    }
    aucs = {name: float(roc_auc_score(labels, guess)) for name, guess in guesses.items()}
    best = max(aucs, key=lambda name: aucs[name])
    importance = _importance(trees, features, labels, songs, folds, np.random.default_rng(seed))
    telling = [
        {
            "feature": name,
            "importance": float(importance[column]),
            "alone": float(roc_auc_score(labels, features[:, column])),
            "real": float(np.median(real[:, column])),
            "generated": float(np.median(generated[:, column])),
        }
        for column, name in enumerate(names)
    ]
    telling.sort(key=lambda row: (-row["importance"], -abs(row["alone"] - 0.5)))  # type: ignore[operator]
    return {
        "auc": aucs[best],
        "interval": _interval(
            guesses[best], len(real), real_songs, generated_songs, np.random.default_rng(seed)
        ),
        **aucs,
        "telling": telling,
    }


def _importance(
    model: ExtraTreesClassifier,
    features: Floats,
    labels: NDArray[np.int64],
    songs: NDArray[np.str_],
    folds: GroupKFold,
    random: np.random.Generator,
) -> Floats:
    """Mean fall of the AUC on unheard songs when a column is shuffled."""
    columns = features.shape[1]
    falls = []
    for heard, unheard in folds.split(features, labels, songs):
        model.fit(features[heard], labels[heard])
        known = features[unheard]
        shuffled = np.tile(known, (columns, SHUFFLES, 1, 1))
        for column in range(columns):
            for copy in shuffled[column]:
                copy[:, column] = random.permutation(known[:, column])
        stacked = np.concatenate([known, shuffled.reshape(-1, columns)])
        guesses = model.predict_proba(stacked)[:, 1].reshape(-1, len(known))
        aucs = np.array([roc_auc_score(labels[unheard], guess) for guess in guesses])
        falls.append(aucs[0] - aucs[1:].reshape(columns, SHUFFLES).mean(axis=1))
    return np.asarray(np.mean(falls, axis=0))


def _interval(
    guesses: Floats,
    real: int,
    real_songs: Sequence[str],
    generated_songs: Sequence[str],
    random: np.random.Generator,
) -> list[float]:
    aucs = []
    for _ in range(ROUNDS):
        left, right = draw_songs(real_songs, generated_songs, random)
        labels = np.repeat([0, 1], [len(left), len(right)])
        aucs.append(
            roc_auc_score(labels, np.concatenate([guesses[:real][left], guesses[real:][right]]))
        )
    return [float(q) for q in np.quantile(aucs, (0.025, 0.975))]
