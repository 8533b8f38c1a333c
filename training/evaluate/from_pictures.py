"""From picture to music: does what is felt at pictures come out in the pieces composed for them?

Pictures are drawn from an annotated set (`training.eye.picture_sets`; a vision-language model gave
its labels, not people), one piece is composed for each as the command line would, and a listener
that has heard real emotional piano says where it hears them on the plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.engine import Engine
from melodymuse.hearing.cues import sounded_notes
from training.evaluate.heard import DEAF_TO
from training.evaluate.quadrants import Clips, QuadrantListener
from training.eye.measures import pearson
from training.eye.picture_sets import FeltPicture, places_felt

Array = npt.NDArray[Any]
BARS = 16
_AXES = ("valence", "arousal")
_ROUNDS = 2000


def evaluate_pictures(
    clips: Clips, pictures: Sequence[FeltPicture], engine: Engine, count: int, seed: int
) -> dict[str, Any]:
    """Correlations between what is felt, seen and heard, of up to `count` pictures drawn by seed.

    Returns:
        "pieces"; "seen", r of what is felt and what the eye says; and for each listener of
        `DEAF_TO`, "heard", r of what is felt and what is heard, and "heard of what was seen"; each
        by axis with "r" and its "interval", 95 % by resampling of pictures.
    """
    drawn = Random(seed).sample(list(pictures), min(count, len(pictures)))
    felt = places_felt(drawn)
    looked = [engine.analyze(picture.path) for picture in drawn]
    seen = np.array([(a.profile.valence, a.profile.arousal) for a in looked])
    plans = [engine.plan(a, seed=seed + index, bars=BARS) for index, a in enumerate(looked)]
    notes = [sounded_notes(piece.score) for piece in engine.compose_plans(plans)]
    figures: dict[str, Any] = {"pieces": len(drawn), "seen": _agreement(felt, seen)}
    for name, without in DEAF_TO.items():
        heard = QuadrantListener(clips, without).place(notes)
        figures[name] = {
            "heard": _agreement(felt, heard),
            "heard of what was seen": _agreement(seen, heard),
        }
    return figures


def _agreement(one: Array, other: Array) -> dict[str, dict[str, Any]]:
    """Pearson's r of both axes of two sets of places (N, 2), and its interval."""
    draws = np.random.default_rng(0).integers(0, len(one), (_ROUNDS, len(one)))
    figures = {}
    for axis, name in enumerate(_AXES):
        a, b = one[:, axis], other[:, axis]
        resampled = [pearson(a[rows], b[rows]) for rows in draws]
        low, high = np.nanquantile(resampled, [0.025, 0.975])
        figures[name] = {"r": pearson(a, b), "interval": [float(low), float(high)]}
    return figures
