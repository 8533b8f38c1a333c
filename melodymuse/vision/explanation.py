"""Why the eye felt so: which regions of a picture moved its answer, by occlusion.

A window slides over the picture as the network sees it; what it covers is blurred away, and the
network is asked again.  What the answer loses is what the region brought.  Occlusion needs nothing
but the shipped network, and its numbers are the answer's own units.

Source: M. D. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014,
section 4.2; blurred instead of grey as in R. C. Fong, A. Vedaldi, ICCV 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import cv2
import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision import Analysis, ImageSource, measure
from melodymuse.vision.borders import without_bars
from melodymuse.vision.classifier import (
    INPUTS,
    OUTPUTS,
    load_model,
    look,
    network_colour,
    network_pixels,
)
from melodymuse.vision.features import Pixels, Plane
from melodymuse.vision.loading import read_picture
from melodymuse.vision.reference import read_reference

# Pixels of the network's view, whose short side has 224.
WINDOW, STRIDE = 96, 32
# Windows along a side; on long ones they stand further apart, so that no picture takes long.
_MOST_ALONG = 9
_FEATHER = 12
_BLUR = 20.0
_BATCH = 8

Answers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Region:
    """A window of the network's view, in pixels, and how far the answer moves without it."""

    top: int
    left: int
    height: int
    width: int
    effect: float


@dataclass(frozen=True, slots=True)
class Influence:
    """What the regions of a picture bring to one number of the answer.

    Attributes:
        heat: float32 (H, W): what a window around the pixel brings, in units of the number;
            positive where it raises the number.
        strongest: the window that moves the number most, up or down.
        supporting: the window that raises the number most; None where none raises it.
    """

    heat: Plane
    strongest: Region
    supporting: Region | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer and its reasons.

    Attributes:
        analysis: the answer.
        view: the picture as the network saw it, uint8 (H, W, 3), RGB.
        influences: what the regions bring to "valence", "arousal" and to the probability of the
            leading emotion, by its name.
        standing: feature -> percentage of the reference photos, 0..100, that have less of it.
    """

    analysis: Analysis
    view: Pixels
    influences: Mapping[str, Influence]
    standing: Mapping[str, float]


def explain(image: ImageSource) -> Explanation:
    """What the eye says of a picture, and which regions moved it; about a second on one core.

    Raises:
        ImageError: the picture cannot be read.
        ModelError: the shipped weights or the reference are missing or damaged.
    """
    picture = without_bars(read_picture(image))
    pixels = picture.pixels
    features = measure(pixels)
    session = load_model()
    profile, familiarity = look(session, pixels, features)
    view, colour = network_pixels(pixels)[0], network_colour(features)

    def ask(pictures: Pixels) -> Answers:
        """Valence, arousal and eight probabilities (N, 10) of views (N, H, W, 3)."""
        given = (pictures, np.repeat(colour, len(pictures), axis=0))
        parts = session.run(OUTPUTS, dict(zip(INPUTS, given, strict=True)))
        return np.concatenate(parts, axis=1, dtype=np.float64)

    windows = list(_windows(view.shape[0], view.shape[1]))
    without = _answers_without(view, windows, ask)
    brought = ask(view[None])[0] - without
    columns = {"valence": 0, "arousal": 1, profile.emotion: 2 + EMOTIONS.index(profile.emotion)}
    return Explanation(
        Analysis(picture.name, features, profile, picture.remarks, familiarity=familiarity),
        view,
        MappingProxyType(
            {
                name: _influence(view.shape[:2], windows, brought[:, column])
                for name, column in columns.items()
            }
        ),
        MappingProxyType(read_reference().standing(features)),
    )


def _windows(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Top left corners of the windows, which cover the view with overlap."""
    return product(_starts(height), _starts(width))


def _starts(side: int) -> list[int]:
    count = min((side - WINDOW) // STRIDE + 1, _MOST_ALONG)
    return [round(float(start)) for start in np.linspace(0, side - WINDOW, count)]


def _answers_without(
    view: Pixels, windows: list[tuple[int, int]], ask: Callable[[Pixels], Answers]
) -> Answers:
    """The answer to the view with each window blurred away, (windows, 10), a few at a time."""
    blurred = np.asarray(cv2.GaussianBlur(view, (0, 0), _BLUR), np.float32)
    plain = view.astype(np.float32)
    mask = _mask()[..., None]
    found = []
    for first in range(0, len(windows), _BATCH):
        chosen = windows[first : first + _BATCH]
        pictures = np.repeat(view[None], len(chosen), axis=0)
        for picture, (top, left) in zip(pictures, chosen, strict=True):
            here = np.s_[top : top + WINDOW, left : left + WINDOW]
            mixed = plain[here] * (1 - mask) + blurred[here] * mask
            picture[here] = np.rint(mixed)
        found.append(ask(pictures))
    return np.concatenate(found)


def _mask() -> Plane:
    """How much of a window is blurred, 0..1: all but a soft rim, (WINDOW, WINDOW)."""
    from_edge = np.minimum(np.arange(WINDOW), np.arange(WINDOW)[::-1]) + 1
    ramp = np.minimum(from_edge / _FEATHER, 1).astype(np.float32)
    return np.outer(ramp, ramp)


def _influence(
    shape: tuple[int, ...], windows: list[tuple[int, int]], effects: Answers
) -> Influence:
    """Spreads each window's effect over its pixels, more in its middle, and finds the foremost."""
    middle = np.hanning(WINDOW + 2)[1:-1]
    weight = np.outer(middle, middle).astype(np.float32)
    total, weights = np.zeros(shape, np.float32), np.full(shape, 1e-6, np.float32)
    for (top, left), effect in zip(windows, effects, strict=True):
        here = np.s_[top : top + WINDOW, left : left + WINDOW]
        total[here] += weight * np.float32(effect)
        weights[here] += weight
    strongest, supporting = (
        Region(*windows[best], WINDOW, WINDOW, float(effects[best]))
        for best in (int(np.argmax(np.abs(effects))), int(np.argmax(effects)))
    )
    return Influence(total / weights, strongest, supporting if supporting.effect > 0 else None)
