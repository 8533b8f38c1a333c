"""A picture and its feeling in sentences, for whoever hears a page rather than sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from melodymuse.music.emotion import EmotionProfile
from melodymuse.vision.features import VisualFeatures
from melodymuse.vision.reference import read_reference

# What a feature is called in the lowest and the highest quarter of the reference photographs;
# between them it is not worth a word.
_LOW, _HIGH = 25.0, 75.0
_QUARTERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "brightness": ("dark", "bright"),
        "warmth": ("cool", "warm"),
        "colorfulness": ("nearly colourless", "colourful"),
    }
)
_DETAIL = (" with few outlines", " full of detail")
# The words up to each edge of a scale, -1..1.
_PLEASURE = (
    (-0.5, "unpleasant"),
    (-0.1, "a little unpleasant"),
    (0.1, "neither pleasant nor unpleasant"),
    (0.5, "a little pleasant"),
    (1.0, "pleasant"),
)
_EXCITEMENT = (
    (-0.5, "calm"),
    (-0.1, "rather calm"),
    (0.1, "neither calm nor excited"),
    (0.5, "rather excited"),
    (1.0, "excited"),
)
# A feeling beside the leading one that is worth a word.
_ALSO = 0.15


def picture_in_words(features: VisualFeatures) -> str:
    """As in "A dark, cool, colourful picture with few outlines."

    Raises:
        ModelError: the table that comes with the eye is missing or damaged.
    """
    standing = read_reference().standing(features)
    said = [_quarter(standing[name], words) for name, words in _QUARTERS.items()]
    adjectives = ", ".join(filter(None, said)) or "plain"
    detail = _quarter(standing["edge_density"], _DETAIL)
    return f"A {adjectives} picture{detail}."


def feeling_in_words(profile: EmotionProfile) -> str:
    """As in "It feels like awe, 64 %, with contentment, 28 %: a little pleasant, rather calm."."""
    ranked = sorted(profile.as_dict().items(), key=lambda pair: -pair[1])
    (leading, share), *others = ranked
    also = [f"{name}, {value:.0%}" for name, value in others if value >= _ALSO]
    beside = f", with {' and '.join(also)}" if also else ""
    place = f"{_word(_PLEASURE, profile.valence)}, {_word(_EXCITEMENT, profile.arousal)}"
    return f"It feels like {leading}, {share:.0%}{beside}: {place}."


def _quarter(percentile: float, words: tuple[str, str]) -> str:
    low, high = words
    return low if percentile < _LOW else high if percentile > _HIGH else ""


def _word(scale: Sequence[tuple[float, str]], value: float) -> str:
    return next((word for edge, word in scale if value <= edge), scale[-1][1])
