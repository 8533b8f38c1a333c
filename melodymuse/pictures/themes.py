"""The colours of pictures: light and dark, told apart by colour-blind eyes.

The colours with a meaning are those of Okabe & Ito 2008, "Color Universal Design", eight that all
eyes tell apart; in each theme the hands have the two among them that stand out and differ in
lightness too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.errors import ControlError
from melodymuse.music.score import Hand

# One hue for each emotion; the wheel names them as well, so none needs to be remembered.
EMOTION_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "amusement": "#F0E442",  # yellow
        "awe": "#56B4E9",  # sky blue
        "contentment": "#009E73",  # bluish green
        "excitement": "#E69F00",  # orange
        "anger": "#D55E00",  # vermilion
        "disgust": "#707070",  # grey, in place of the eighth, black, which is lost on dark paper
        "fear": "#CC79A7",  # reddish purple
        "sadness": "#0072B2",  # blue
    }
)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture, as ``#RRGGBB``.

    Attributes:
        name: what users call it.
        paper: the background.
        ink: titles and the final bar line.
        grey: what explains.
        pale: lines that only guide the eye.
        black_keys: the rows of the black keys.
        hands: the colour of each hand's notes, at full velocity.
        faintest: share of the hand's colour in the softest note; the rest is paper.
    """

    name: str
    paper: str
    ink: str
    grey: str
    pale: str
    black_keys: str
    hands: Mapping[Hand, str]
    faintest: float


LIGHT = Theme(
    name="light",
    paper="#FFFFFF",
    ink="#1F2430",
    grey="#6B7280",
    pale="#D5D8DE",
    black_keys="#F1F2F5",
    hands=MappingProxyType({Hand.RIGHT: "#0072B2", Hand.LEFT: "#D55E00"}),
    faintest=0.25,
)
DARK = Theme(
    name="dark",
    paper="#14171F",
    ink="#F3F4F6",
    grey="#9AA3B2",
    pale="#333A48",
    black_keys="#1B1F2A",
    hands=MappingProxyType({Hand.RIGHT: "#56B4E9", Hand.LEFT: "#D55E00"}),
    faintest=0.35,
)
THEMES: Mapping[str, Theme] = MappingProxyType({theme.name: theme for theme in (LIGHT, DARK)})
DEFAULT_THEME = LIGHT.name


def theme_named(name: str) -> Theme:
    """The theme of a name.

    Raises:
        ControlError: there is none of that name.
    """
    if name not in THEMES:
        raise ControlError(f"unknown theme '{name}': use one of {', '.join(THEMES)}")
    return THEMES[name]
