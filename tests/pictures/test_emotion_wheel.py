"""The emotion wheel: where its petals stand, how long they are, and in which colours."""

from __future__ import annotations

from itertools import combinations
from math import atan2, degrees, pi

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from skimage.color import rgb2lab

from melodymuse.music.emotion import EMOTIONS, PLANE, EmotionProfile
from melodymuse.pictures.emotion_wheel import AROUND, angle_of, draw_wheel, petal_length
from melodymuse.pictures.themes import EMOTION_COLOURS, THEMES, Theme

# How the colours of linear light look to eyes without one kind of cone (Machado, Oliveira &
# Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency", IEEE
# TVCG 15:1291-1298, table for severity 1.0).
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
JUST_NOTICEABLE = 2.3  # CIE76, Mahy et al. 1994


def _seen(colour: str, blindness: str) -> np.ndarray:
    """A colour in CIELAB as an eye sees it."""
    given = np.array(to_rgb(colour))
    linear = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    seen = np.clip(BLINDNESS[blindness] @ linear, 0, 1)
    display = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
    return np.asarray(rgb2lab(display[None, None])[0, 0])


def test_there_is_a_petal_and_a_colour_for_each_emotion() -> None:
    assert sorted(AROUND) == sorted(EMOTIONS) == sorted(EMOTION_COLOURS)
    assert len(set(EMOTION_COLOURS.values())) == 8


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_petals_stand_where_the_emotions_lie_on_the_plane(emotion: str) -> None:
    valence, arousal = PLANE[emotion]
    turned = (angle_of(emotion) - atan2(arousal, valence) + pi) % (2 * pi) - pi
    assert abs(degrees(turned)) < 45


def test_the_area_of_a_petal_is_its_probability() -> None:
    assert petal_length(0.5, 0.5) == 1
    assert petal_length(0.125, 0.5) ** 2 == pytest.approx(0.25)
    assert 0 < petal_length(0, 0.5) < 0.1


def test_petals_do_not_overlap() -> None:
    flat = EmotionProfile((0.125,) * 8, 0.0, 0.0)
    axes = Figure(figsize=(3, 3)).add_axes((0, 0, 1, 1))
    draw_wheel(axes, flat, THEMES["light"], 8)
    for emotion, patch in zip(EMOTIONS, axes.patches, strict=True):
        x, y = patch.get_xy().T
        away = np.hypot(x, y) > 1e-6
        turned = (np.arctan2(y[away], x[away]) - angle_of(emotion) + pi) % (2 * pi) - pi
        assert np.abs(turned).max() < pi / 8
        assert np.hypot(x, y).max() == pytest.approx(1, abs=0.05)


def test_the_place_on_the_plane_is_marked_and_every_share_is_told() -> None:
    profile = EmotionProfile.at(0.5, -0.4)
    axes = Figure(figsize=(3, 3)).add_axes((0, 0, 1, 1))
    draw_wheel(axes, profile, THEMES["dark"], 8)
    marks = [line.get_xydata().tolist() for line in axes.lines if line.get_marker() == "o"]
    assert marks == [[[0.5, -0.4]]]
    told = dict(text.get_text().split("\n") for text in axes.texts)
    assert told == {name: f"{share:.0%}" for name, share in profile.as_dict().items()}
    bold = [t.get_text() for t in axes.texts if t.get_fontweight() == "bold"]
    assert [text.split("\n")[0] for text in bold] == [profile.emotion]


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colour_blind_eyes_tell_all_petals_apart(blindness: str) -> None:
    for one, other in combinations(EMOTION_COLOURS.values(), 2):
        distance = np.linalg.norm(_seen(one, blindness) - _seen(other, blindness))
        assert distance > 3 * JUST_NOTICEABLE, (one, other)


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_colour_blind_eyes_tell_the_hands_apart(blindness: str, theme: Theme) -> None:
    one, other = (_seen(colour, blindness) for colour in theme.hands.values())
    assert np.linalg.norm(one - other) > 40


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_words_stand_out_from_the_paper(theme: Theme) -> None:
    """At least 4.5 to 1, as WCAG 2.1 asks of small text."""
    paper, ink, grey = (_luminance(colour) for colour in (theme.paper, theme.ink, theme.grey))
    for letters in (ink, grey):
        high, low = max(letters, paper), min(letters, paper)
        assert (high + 0.05) / (low + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    given = np.array(to_rgb(colour))
    linear = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
