"""Beside a piano roll: the picture that the piece was composed from, and the wheel of what was felt
in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EmotionProfile
from melodymuse.pictures.emotion_wheel import draw_wheel
from melodymuse.pictures.themes import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Pixels = npt.NDArray[np.uint8]

# Lengths in inches; `ASIDE` is the width of the whole column.
ASIDE = 3.1
_MARGIN = 0.28
_WIDTH = ASIDE - 2 * _MARGIN
_TALLEST = 3.2
_WHEEL = _WIDTH + 0.2
_PLANE_LINE = 0.2
_LETTERS = 7.5  # points
_LONG_SIDE = 1000  # pixels


def thumbnail(picture: Any) -> Pixels:
    """A picture of any kind that `vision.loading.load_image` takes, as an RGB array (H, W, 3) of
    uint8, at most 1000 pixels on its long side.

    Raises:
        ImageError: the picture cannot be read.
    """
    from PIL import Image

    from melodymuse.vision.loading import load_image

    image = Image.fromarray(load_image(picture))
    image.thumbnail((_LONG_SIDE, _LONG_SIDE))
    return np.asarray(image)


def aside_height(pixels: Pixels | None, profile: EmotionProfile | None) -> float:
    """How tall the column is, in inches."""
    picture = 0.0 if pixels is None else _size(pixels)[1]
    wheel = 0.0 if profile is None else _WHEEL + _PLANE_LINE
    return 2 * _MARGIN + picture + wheel


def draw_aside(
    figure: Figure, pixels: Pixels | None, profile: EmotionProfile | None, theme: Theme
) -> None:
    """Draw the column at the upper left of a figure: the picture, beneath it the wheel; either may
    be missing."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    floor = height - _MARGIN
    if pixels is not None:
        across, down = _size(pixels)
        floor -= down
        box = (_MARGIN + (_WIDTH - across) / 2) / width, floor / height
        axes = figure.add_axes((*box, across / width, down / height))
        axes.imshow(pixels, interpolation="lanczos", aspect="auto")
        axes.set_axis_off()
    if profile is None:
        return
    floor -= _WHEEL
    left = _MARGIN + (_WIDTH - _WHEEL) / 2
    axes = figure.add_axes((left / width, floor / height, _WHEEL / width, _WHEEL / height))
    draw_wheel(axes, profile, theme, _LETTERS)
    plane = f"● valence {profile.valence:+.2f}   arousal {profile.arousal:+.2f}".replace(
        "-", "\N{MINUS SIGN}"
    )
    figure.text(
        (_MARGIN + _WIDTH / 2) / width,
        floor / height,
        plane,
        ha="center",
        fontsize=_LETTERS + 0.5,
        color=theme.grey,
    )


def _size(pixels: Pixels) -> tuple[float, float]:
    """Width and height of the picture on the page."""
    tall, wide = pixels.shape[:2]
    scale = min(_WIDTH / wide, _TALLEST / tall)
    return wide * scale, tall * scale
