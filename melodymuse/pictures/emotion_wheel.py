"""The emotion wheel: eight petals, and the place on the valence-arousal plane beneath them.

The petals stand around the plane as the emotions lie on it (Russell 1980): pleasant to the right,
excited at the top, two in each quadrant.  A petal's area tells the emotion's probability.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt, tan
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EmotionProfile
from melodymuse.pictures.themes import EMOTION_COLOURS, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Anticlockwise from just below "pleasant", at even steps: no emotion is turned by 45 degrees from
# where it lies on the plane; awe and disgust, nearly neutral, are tipped over the line to calm.
AROUND = (
    "awe",
    "amusement",
    "excitement",
    "anger",
    "fear",
    "disgust",
    "sadness",
    "contentment",
)
_FIRST_ANGLE = -pi / 8
_STEP = 2 * pi / len(AROUND)
# A petal keeps within its eighth of the circle; the longest reaches the rim, radius 1.
_HALF_WIDTH = 0.92 * tan(_STEP / 2)
_SHORTEST = 0.06  # even an emotion that is not felt has a bud
_POINTS = 40
_LABELS = 1.13
_Line = npt.NDArray[np.float64]
# What of the drawing lies around the wheel, in radii.
REACH = 1.62


def angle_of(emotion: str) -> float:
    """The direction of an emotion's petal in radians, anticlockwise from "pleasant"."""
    return _FIRST_ANGLE + AROUND.index(emotion) * _STEP


def petal_length(probability: float, largest: float) -> float:
    """How far a petal reaches, 0..1: its area is in proportion to the probability, and the largest
    reaches the rim."""
    return max(_SHORTEST, sqrt(probability / largest)) if largest > 0 else _SHORTEST


def draw_wheel(axes: Axes, profile: EmotionProfile, theme: Theme, letters: float) -> None:
    """Draw the wheel into axes of their own, which must be square.

    Args:
        axes: where; its limits are set here.
        profile: what is felt.
        theme: in which colours.
        letters: size of the names, in points.
    """
    axes.set_xlim(-REACH, REACH)
    axes.set_ylim(-REACH, REACH)
    axes.set_axis_off()
    _plane(axes, theme)
    largest = max(profile.probabilities)
    for emotion, probability in profile.as_dict().items():
        angle = angle_of(emotion)
        outline = _petal(angle, petal_length(probability, largest))
        colour = EMOTION_COLOURS[emotion]
        axes.fill(*outline, facecolor=colour, edgecolor=theme.paper, linewidth=0.8, zorder=3)
        leads = emotion == profile.emotion
        axes.text(
            _LABELS * cos(angle),
            _LABELS * sin(angle),
            f"{emotion}\n{probability:.0%}",
            ha="left" if cos(angle) > 0 else "right",
            va="center",
            linespacing=1.05,
            fontsize=letters,
            fontweight="bold" if leads else "normal",
            color=theme.ink if leads else theme.grey,
        )
    axes.plot(
        [profile.valence],
        [profile.arousal],
        marker="o",
        markersize=5.5,
        markerfacecolor=theme.ink,
        markeredgecolor=theme.paper,
        markeredgewidth=1.2,
        zorder=5,
    )


def _plane(axes: Axes, theme: Theme) -> None:
    """The rim and the axes of the plane, with their names."""
    turn = np.linspace(0, 2 * pi, 120)
    axes.plot(np.cos(turn), np.sin(turn), color=theme.pale, linewidth=0.8, zorder=1)
    axes.plot([-1, 1], [0, 0], color=theme.pale, linewidth=0.8, zorder=1)
    axes.plot([0, 0], [-1, 1], color=theme.pale, linewidth=0.8, zorder=1)


def _petal(angle: float, length: float) -> tuple[_Line, _Line]:
    """The outline of a petal: a wedge from the middle outwards with a round tip."""
    along = np.sin(np.linspace(0, pi / 2, _POINTS))
    half = _HALF_WIDTH * along * np.sqrt(1 - along**3) * length
    x = np.concatenate([along * length, (along * length)[::-1]])
    y = np.concatenate([half, -half[::-1]])
    return x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)
