"""Beside a piano roll: the picture that the piece was composed from, and what was felt in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from melodymuse.emotion import EmotionProfile
from melodymuse.score.roll_row import GREY, INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Pixels = npt.NDArray[np.uint8]

# Lengths in inches; `ASIDE` is the width of the whole column.
ASIDE = 2.3
_MARGIN = 0.25
_WIDTH = ASIDE - 2 * _MARGIN + 0.1
_TALLEST = 2.6
_LINE = 0.165
_NAMES = 0.92
_LONGEST_BAR = _WIDTH - _NAMES - 0.36
_LONG_SIDE = 720  # pixels
_BAR_COLOUR, _LEADING_COLOUR = "#B9BEC8", INK


def thumbnail(picture: Any) -> Pixels:
    """A picture of any kind that `vision.loading.load_image` takes, as an RGB array (H, W, 3) of
    uint8, at most 720 pixels on its long side.

    Raises:
        ImageError: the picture cannot be read.
    """
    from PIL import Image

    from melodymuse.vision.loading import load_image

    image = Image.fromarray(load_image(picture))
    image.thumbnail((_LONG_SIDE, _LONG_SIDE))
    return np.asarray(image)


def aside_height(pixels: Pixels, profile: EmotionProfile | None) -> float:
    """How tall the column is, in inches."""
    lines = 0 if profile is None else len(profile.probabilities) + 3
    return 2 * _MARGIN + _size(pixels)[1] + lines * _LINE


def draw_aside(figure: Figure, pixels: Pixels, profile: EmotionProfile | None) -> None:
    """Draw the column at the upper left of a figure: the picture, beneath it the emotions."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    across, down = _size(pixels)
    floor = height - _MARGIN - down
    axes = figure.add_axes((_MARGIN / width, floor / height, across / width, down / height))
    axes.imshow(pixels, interpolation="lanczos", aspect="auto")
    axes.set_axis_off()
    if profile is None:
        return
    lines = len(profile.probabilities) + 3
    box = _MARGIN, floor - lines * _LINE, _WIDTH, lines * _LINE
    axes = figure.add_axes(
        (box[0] / width, box[1] / height, box[2] / width, box[3] / height),
        xlim=(0, _WIDTH),
        ylim=(lines, 0),
    )
    axes.set_axis_off()
    for place, (emotion, share) in enumerate(profile.as_dict().items(), start=1):
        leads = emotion == profile.emotion
        colour = _LEADING_COLOUR if leads else _BAR_COLOUR
        weight = "bold" if leads else "normal"
        axes.text(0, place, emotion, va="center", fontsize=8, color=INK, fontweight=weight)
        axes.barh(place, share * _LONGEST_BAR, left=_NAMES, height=0.55, color=colour)
        end = _NAMES + share * _LONGEST_BAR + 0.05
        axes.text(end, place, f"{share:.0%}", va="center", fontsize=7.5, color=GREY)
    plane = f"valence {profile.valence:+.2f}   arousal {profile.arousal:+.2f}".replace(
        "-", "\N{MINUS SIGN}"
    )
    axes.text(0, lines - 1, plane, va="center", fontsize=8, color=GREY)


def _size(pixels: Pixels) -> tuple[float, float]:
    """Width and height of the picture on the page."""
    tall, wide = pixels.shape[:2]
    scale = min(_WIDTH / wide, _TALLEST / tall)
    return wide * scale, tall * scale
