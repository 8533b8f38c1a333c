"""Colours as eyes compare them: OKLab, and the palette of a feeling.

B. Ottosson, "A perceptual color space for image processing", 2020 (bottosson.github.io).
Arrays are float32 (..., 3): lightness 0..1 and the two axes a (green-red) and b (blue-yellow).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.emotion import EmotionProfile
from melodymuse.pictures.themes import EMOTION_COLOURS

Array = NDArray[Any]

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929],
     [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468],
     [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
_FROM_LMS, _FROM_LAB = np.linalg.inv(_TO_LMS), np.linalg.inv(_TO_LAB)

# How pleasant and how arousing a colour is, by its brightness and its saturation, in deviations:
# P. Valdez, A. Mehrabian, "Effects of color on emotions", J. of Experimental Psychology: General
# 123 (1994) 394-409, whose equations are turned round here.
_PLEASANT, _AROUSING = (0.69, 0.22), (-0.31, 0.60)
# Arousal speaks through form as well, pleasure through colour alone.
_STRESS = 1.25
_SHADOW, _ROUND = 285.0, 220.0
# Grey has no hue; this one is of mould.
_FOUL = (0.08, 112.0)


def oklab(srgb: Array) -> Array:
    """sRGB 0..1 in OKLab."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    found: Array = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return found


def srgb(lab: Array) -> Array:
    """OKLab in sRGB 0..1; what a screen cannot show is cut to what it can."""
    linear = (lab @ _FROM_LAB.T.astype(lab.dtype)) ** 3 @ _FROM_LMS.T.astype(lab.dtype)
    linear = np.clip(linear, 0, 1)
    shown: Array = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return shown


def lch(lightness: float, chroma: float, hue: float) -> Array:
    """A colour by lightness 0..1, chroma 0.. some .3, and hue in degrees."""
    turn = math.radians(hue)
    return np.array([lightness, chroma * math.cos(turn), chroma * math.sin(turn)], np.float32)


def hue_of(lab: Array) -> float:
    """The hue of a colour in degrees."""
    return math.degrees(math.atan2(float(lab[2]), float(lab[1])))


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The colours of a picture, each OKLab (3,).

    Attributes:
        above, below: of the ground, at its top and where it meets what lies on it.
        far, near: of the layers, the farthest and the nearest.
        light: of what shines.
        accents: of what moves.
    """

    above: Array
    below: Array
    far: Array
    near: Array
    light: Array
    accents: tuple[Array, ...]


def palette(profile: EmotionProfile, major: float) -> Palette:
    """The palette of a feeling: hues of its emotions, light and colour by its place on the plane.

    Args:
        profile: what is felt.
        major: minor -1 .. major 1; the one cools what shines, the other warms it.
    """
    tint = np.zeros(2)
    for name, share in profile.as_dict().items():
        tint += share * emotion_colour(name)[1:]
    hue = math.degrees(math.atan2(tint[1], tint[0]))
    bright, vivid = light_and_colour(profile)
    chroma = 0.035 + 0.13 * vivid
    warm = 80.0 if major >= 0 else 275.0
    # Painters let shadows go towards violet and blue, where dark yellow would be brown.
    # Yellow gets there through red: through green it would be foul.
    depth = (_SHADOW - hue + _ROUND) % 360 - _ROUND
    # A second hue, which grows more foreign as the feeling grows more excited.
    other = hue + (60 + 90 * (profile.arousal + 1) / 2) * (1 if major >= 0 else -1)
    return Palette(
        above=lch(0.22 + 0.5 * bright, 0.9 * chroma, hue + 0.3 * (1 - vivid) * depth),
        below=lch(0.42 + 0.5 * bright, 0.65 * chroma, _between(hue, warm, 0.55)),
        far=lch(0.36 + 0.42 * bright, 0.6 * chroma, hue + 0.2 * depth),
        near=lch(0.12 + 0.26 * bright, 0.75 * chroma, hue + 0.5 * depth),
        light=lch(0.72 + 0.25 * bright, 0.03 + 0.09 * vivid, _between(hue, warm, 0.75)),
        accents=(
            lch(0.5 + 0.3 * bright, 0.05 + 0.17 * vivid, other),
            lch(0.6 + 0.3 * bright, 0.05 + 0.15 * vivid, _between(hue, warm, 0.6)),
            lch(0.45 + 0.4 * bright, 0.04 + 0.12 * vivid, hue + 30),
        ),
    )


def light_and_colour(profile: EmotionProfile) -> tuple[float, float]:
    """How bright and how saturated a feeling is, each 0..1."""
    equations = np.array([_PLEASANT, _AROUSING])
    found = np.linalg.solve(equations, (_STRESS * profile.valence, profile.arousal))
    bright, vivid = (0.5 + 0.5 * math.tanh(0.9 * value) for value in found)
    return bright, vivid


def emotion_colour(name: str) -> Array:
    """The colour by which one of the eight is known in all our pictures, OKLab."""
    code = EMOTION_COLOURS[name]
    found = oklab(np.array([int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]))
    return found if np.hypot(*found[1:]) > 0.01 else lch(float(found[0]), *_FOUL)


def _between(hue: float, other: float, share: float) -> float:
    """A hue on the shorter way to another."""
    return hue + share * ((other - hue + 180) % 360 - 180)
