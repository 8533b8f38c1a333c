"""What is chosen where nothing in between exists: the key, the metre, whose harmony."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.theory import Key

# How often each metre is drawn, by emotion.  Firm rhythms are heard as vigorous, flowing ones as
# graceful and tender (Hevner 1936, American Journal of Psychology 48:246-268); so duple metres for
# the former, triple and compound ones for the latter, the polka's two and the waltz's three for
# amusement: a design choice of this project, like the numbers.
METRE_CHANCES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "amusement": {"4/4": 0.45, "2/4": 0.3, "3/4": 0.15, "6/8": 0.1},
        "awe": {"4/4": 0.8, "3/4": 0.1, "6/8": 0.1},
        "contentment": {"4/4": 0.5, "3/4": 0.25, "6/8": 0.25},
        "excitement": {"4/4": 1.0},
        "anger": {"4/4": 0.9, "2/4": 0.1},
        "disgust": {"4/4": 0.75, "3/4": 0.25},
        "fear": {"4/4": 0.8, "6/8": 0.2},
        "sadness": {"4/4": 0.6, "3/4": 0.2, "6/8": 0.2},
    }
)
_MOST_ACCIDENTALS = 4
# From which probability on a second emotion colours the second theme.
_AUDIBLE = 0.25


def choose_key(mode: str, random: Random, most_accidentals: int = _MOST_ACCIDENTALS) -> Key:
    """A key of at most four sharps or flats, as most piano music for amateurs has, or fewer."""
    keys = [Key.of(pitch_class, mode) for pitch_class in range(12)]
    return random.choice([key for key in keys if abs(key.fifths) <= most_accidentals])


def choose_metre(profile: EmotionProfile, random: Random) -> str:
    """A metre, drawn by the profile's emotions."""
    chances: dict[str, float] = {}
    for emotion, probability in zip(EMOTIONS, profile.probabilities, strict=True):
        for metre, chance in METRE_CHANCES[emotion].items():
            chances[metre] = chances.get(metre, 0.0) + probability * chance
    return random.choices(list(chances), list(chances.values()))[0]


def choose_harmony(profile: EmotionProfile) -> str:
    """The leading emotion, and the second one after a + where it is strong enough to be heard."""
    ranked = sorted(zip(profile.probabilities, EMOTIONS, strict=True), reverse=True)
    (_, first), (probability, second) = ranked[:2]
    return f"{first}+{second}" if probability >= _AUDIBLE else first
