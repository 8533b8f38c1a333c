"""Are the eight emotions told apart?  A classifier cross-validated on the composed pieces.

Trees that hear other pieces of the same composer know its mannerisms: this says how far the eight
stand apart, not whether people hear the emotion that is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from melodymuse.errors import MelodyMuseError
from melodymuse.hearing.cues import Sounded
from melodymuse.music.emotion import EMOTIONS
from melodymuse.survey.statistics import wilson_interval
from training.evaluate.features import measure_piece

FOLDS = 5
TREES = 500

# What a listener may be deaf to, by the beginnings of the features' names.  Loudness and speed are
# what controls set most directly; without them harmony, register, touch and texture must tell;
# without register and fullness too, harmony, melody and the spreads of everything.
DEAF_TO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "everything": (),
        "deaf_to_velocity": ("velocity",),
        "deaf_to_velocity_and_speed": (
            "velocity",
            "notes_per_second",
            "onsets_per_second",
            "gap_mean",
            "length_mean",
        ),
        "deaf_to_every_mean_that_is_set": (
            "velocity",
            "notes_per",
            "onsets_per_second",
            "sounding_notes",
            "gap_mean",
            "length_mean",
            "pitch_mean",
            "pitch_low",
            "pitch_high",
            "low_share",
            "high_share",
        ),
    }
)


def tell_emotions(
    pieces: Sequence[Sequence[Sounded]],
    meant: Sequence[str],
    without: Sequence[str] = (),
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """Extremely randomised trees over the features of `measure_piece`, stratified folds.

    Args:
        pieces: in real time.
        meant: the emotion of each; emotions with too few pieces for the folds are left out.
        without: features to leave out, by the beginnings of their names.
        seed: of folds and trees.

    Returns:
        "accuracy", its Wilson "interval", "by_emotion", "balanced_accuracy" (the mean of these),
        "chance" (one over the number of emotions), and of the pieces judged what was "meant" and
        what was "heard".

    Raises:
        MelodyMuseError: fewer than two emotions have two pieces.
    """
    counts = {emotion: list(meant).count(emotion) for emotion in EMOTIONS}
    needed = max(2, min(FOLDS, max(counts.values())))
    kept = [emotion for emotion in EMOTIONS if counts[emotion] >= needed]
    if len(kept) < 2:
        raise MelodyMuseError("telling emotions apart needs two pieces of each: compose more")
    judged = [index for index, emotion in enumerate(meant) if emotion in kept]
    measured = [measure_piece(pieces[index]) for index in judged]
    names = [name for name in measured[0] if not name.startswith(tuple(without) or ("\0",))]
    features = np.array([[row[name] for name in names] for row in measured])
    labels = np.array([meant[index] for index in judged])
    heard = cross_val_predict(
        ExtraTreesClassifier(TREES, class_weight="balanced", random_state=seed),
        features,
        labels,
        cv=StratifiedKFold(needed, shuffle=True, random_state=seed),
    )
    hits = heard == labels
    by_emotion = {emotion: float(hits[labels == emotion].mean()) for emotion in kept}
    return {
        "accuracy": float(hits.mean()),
        "interval": wilson_interval(int(hits.sum()), len(hits)),
        "balanced_accuracy": float(np.mean(list(by_emotion.values()))),
        "chance": 1 / len(kept),
        "by_emotion": by_emotion,
        "meant": labels.tolist(),
        "heard": heard.tolist(),
    }
