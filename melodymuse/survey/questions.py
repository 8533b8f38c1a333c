"""What listeners are asked, and in which words.

Asked is the emotion that the music expresses, not the one it stirs, which are two things
(Gabrielsson 2002, "Emotion perceived and emotion felt: same or different?", Musicae Scientiae
5:123-147).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from melodymuse.music.emotion import EMOTIONS

# Guessing among the eight is right so often.
CHANCE = 1 / len(EMOTIONS)
LOWEST_RATING, HIGHEST_RATING = 1, 10

# In our own words, for people who have never heard of EmoSet.
DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "amusement": "cheerful and playful, it makes you smile",
        "awe": "wonder at something great, vast or beautiful",
        "contentment": "calm, at ease, at peace",
        "excitement": "thrilled, lively, full of energy",
        "anger": "furious, aggressive, full of rage",
        "disgust": "repelled, sickened, wanting to turn away",
        "fear": "afraid, threatened, anxious",
        "sadness": "sorrowful, grieving, downcast",
    }
)
