"""Does moving one slider move the music, in the right direction, and gradually?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from melodymuse.hearing.cues import sounded_notes
from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.controls import controls_for
from melodymuse.writing.composer import compose_score
from melodymuse.writing.network import NoteNetwork
from training.evaluate.features import measure_piece

STEPS = 9
SEEDS = 6
# What should rise (1) or fall (-1) as a slider rises: Gabrielsson & Lindström 2010 (Handbook of
# Music and Emotion, ch. 14), table 14.2; harshness: Costa, Ricci Bitti & Bonfiglioli 2000.
EXPECTED: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "valence": MappingProxyType({"majorness": 1, "pitch_mean": 1, "harshness": -1}),
        "arousal": MappingProxyType(
            {"notes_per_second": 1, "onsets_per_second": 1, "velocity_mean": 1, "length_mean": -1}
        ),
    }
)


def sweep(
    network: NoteNetwork, *, seed: int = 0, seeds: int = SEEDS, steps: int = STEPS
) -> dict[str, Any]:
    """Compose along each slider from -1 to 1, the other at 0, several seeds.

    Returns:
        By slider: "places", "pieces"; "features": for each expected feature as `judge_curves`, and
        its "curves" (seeds, steps).
    """
    places = np.linspace(-1, 1, steps)
    return {
        slider: {
            "places": places.tolist(),
            "pieces": seeds * steps,
            "features": {
                name: judge_curves(places, curves, sign) | {"curves": curves.tolist()}
                for name, sign, curves in _curves(network, slider, places, seed, seeds)
            },
        }
        for slider in EXPECTED
    }


def judge_curves(
    places: NDArray[np.float64], curves: NDArray[np.float64], sign: int
) -> dict[str, float | None]:
    """How well curves (seeds, steps) of a feature follow a slider.

    Returns:
        "expected": the sign; "spearman": over all pieces, and "spearman_of_means": of the mean
        curve, both positive where the sign is as expected; "monotone": share of the mean curve's
        steps that go the expected way; "largest_step": the largest one over the way from end to
        end of the mean curve, 1 / steps where it is even, 1 where it is one jump, None where the
        ends are alike.
    """
    mean = curves.mean(axis=0)
    rises = np.diff(mean) * sign
    way = abs(mean[-1] - mean[0])
    return {
        "expected": sign,
        "spearman": sign * _spearman(np.tile(places, len(curves)), curves.ravel()),
        "spearman_of_means": sign * _spearman(places, mean),
        "monotone": float((rises > 0).mean()),
        "largest_step": float(np.abs(rises).max() / way) if way else None,
    }


def _spearman(places: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    if np.ptp(values) == 0:
        return 0.0
    return float(spearmanr(places, values).statistic)


def _curves(
    network: NoteNetwork,
    slider: str,
    places: Sequence[float] | NDArray[np.float64],
    seed: int,
    seeds: int,
) -> list[tuple[str, int, NDArray[np.float64]]]:
    measured = [
        [_measured(network, slider, float(place), seed + index) for place in places]
        for index in range(seeds)
    ]
    return [
        (name, sign, np.array([[piece[name] for piece in row] for row in measured]))
        for name, sign in EXPECTED[slider].items()
    ]


def _measured(network: NoteNetwork, slider: str, place: float, seed: int) -> dict[str, float]:
    profile = EmotionProfile.at(**{"valence": 0.0, "arousal": 0.0, slider: place})
    controls = controls_for(profile, seed=seed)
    return measure_piece(sounded_notes(compose_score(controls, profile, network=network)))
