"""The trained eye: a picture -> an `EmotionProfile`, by the shipped ONNX network.

The network sees the whole picture at short side `SHORT_SIDE`, in its own proportions, and two
colour features beside it.  It is trained in `training.eye`; `melodymuse/models/eye.md` is its card.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.networks import MODELS, open_network
from melodymuse.vision.features import Pixels, VisualFeatures, thin

if TYPE_CHECKING:
    import onnxruntime as ort

MODEL = MODELS / "eye.onnx"
# The network sees multiples of its total stride; pictures longer than 2:1 are squeezed to it.
SHORT_SIDE = 224
STRIDE = 32
LONGEST_SIDE = 2 * SHORT_SIDE
# Input names of the network, its colour features and its outputs, as the export writes them.
INPUTS = ("pixels", "colour")
OUTPUTS = ("place", "probabilities")
# Chance of being right, likeness to the nearest picture learned from, distance of the members.
DOUBT_OUTPUT = "doubt"
COLOUR_FEATURES = ("brightness", "colorfulness")


def load_model(path: Path = MODEL) -> ort.InferenceSession:
    """The network, ready to run on one thread (so that its answers do not depend on the machine).

    Raises:
        ModelError: the file is missing, damaged, not an eye, or ships and is not as shipped.
    """
    session = open_network(path)
    if {i.name for i in session.get_inputs()} != set(INPUTS) or not {*OUTPUTS, DOUBT_OUTPUT} <= {
        o.name for o in session.get_outputs()
    }:
        raise ModelError(f"'{path}' is not the eye's network: it needs inputs {INPUTS}")
    return session


def network_pixels(pixels: Pixels) -> Pixels:
    """The picture as the network sees it: uint8 (1, H, W, 3), H and W multiples of 32, from 224.

    The short side becomes 224 px; the long side follows the proportions, 448 px at most.
    """
    height, width = pixels.shape[:2]
    scale = SHORT_SIDE / min(height, width)
    wide, high = _fit(width * scale), _fit(height * scale)
    thinned = thin(pixels, SHORT_SIDE / min(height, width))
    smaller = min(thinned.shape[:2]) > SHORT_SIDE
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(thinned, (wide, high), interpolation=how), np.uint8)[None]


def network_colour(features: VisualFeatures) -> npt.NDArray[np.float32]:
    """The colour features as the network takes them: float32 (1, 2)."""
    return np.array([[getattr(features, name) for name in COLOUR_FEATURES]], np.float32)


@dataclass(frozen=True, slots=True)
class Familiarity:
    """How near a picture lies to what the network learned from.

    Attributes:
        chance: that the leading emotion is right, 0..1.
        likeness: to the nearest picture learned from, in the network's own features, 0..1.
        apart: how far the network's members lie apart on the plane of valence and arousal.
    """

    chance: float
    likeness: float
    apart: float


def classify(
    session: ort.InferenceSession, pixels: Pixels, features: VisualFeatures
) -> EmotionProfile:
    """What the network feels at a picture (uint8 (H, W, 3) RGB, any size) with these features.

    Raises:
        ModelError: the network's answer is no profile (foreign or damaged weights).
    """
    return look(session, pixels, features)[0]


def look(
    session: ort.InferenceSession, pixels: Pixels, features: VisualFeatures
) -> tuple[EmotionProfile, Familiarity]:
    """`classify`, and how near the picture lies to what the network learned from.

    Raises:
        ModelError: the network's answer is no profile (foreign or damaged weights).
    """
    answer = session.run(
        [*OUTPUTS, DOUBT_OUTPUT],
        dict(zip(INPUTS, (network_pixels(pixels), network_colour(features)), strict=True)),
    )
    place, probabilities, doubt = (np.asarray(value, np.float64)[0] for value in answer)
    if len(place) != 2 or len(probabilities) != len(EMOTIONS) or not np.isfinite(place).all():
        raise ModelError("the eye's network gave no valence, arousal and eight probabilities")
    total = math.fsum(probabilities)
    if not total > 0 or min(probabilities) < 0 or len(doubt) != 3 or not np.isfinite(doubt).all():
        raise ModelError("the eye's network gave impossible probabilities")
    valence, arousal = (min(max(float(value), -1.0), 1.0) for value in place)
    profile = EmotionProfile(tuple(float(p) / total for p in probabilities), valence, arousal)
    return profile, Familiarity(*(float(value) for value in doubt))


def _fit(side: float) -> int:
    return min(max(round(side / STRIDE) * STRIDE, SHORT_SIDE), LONGEST_SIDE)
