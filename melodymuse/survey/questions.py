"""What listeners are asked, and in which words.

Asked is the emotion that the music expresses, not the one it stirs, which are two things
(Gabrielsson 2002, "Emotion perceived and emotion felt: same or different?", Musicae Scientiae
5:123-147).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.errors import SurveyError
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

EMOTION, QUALITY, FIT, CAPTION, AGREES = "emotion", "quality", "fit", "caption", "agrees"
RATINGS = (QUALITY, FIT, CAPTION)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What listeners are asked of a piece.

    Attributes:
        hearing: before they see anything: `EMOTION`, `QUALITY`, or `AGREES`, whether the emotion
            that they are told fits.
        seeing: beside the picture: `FIT` of the music, `CAPTION`, how well a caption tells of it.
        pieces: how many pieces each listener judges; None for all.
    """

    hearing: tuple[str, ...]
    seeing: tuple[str, ...]
    pieces: int | None = None

    def asks(self, name: str, picture: str, caption: str) -> bool:
        """Whether a question is asked of a piece with this picture and caption, empty for none."""
        there = {FIT: bool(picture), CAPTION: bool(picture and caption)}
        return name in (*self.hearing, *self.seeing) and there.get(name, True)


OWN = "own"
PRESETS: Mapping[str, Questionnaire] = MappingProxyType(
    {
        OWN: Questionnaire((EMOTION, QUALITY), (FIT, CAPTION)),
        # Bath, Kumar & Dayal, "Melody Muse": one clip each, told the emotion, yes or no.  Their own
        # criticism: the question leads.
        "melody-muse": Questionnaire((AGREES,), (), 1),
        # Prarusudamkerng, "ImAudible": five pictures with music and caption, each rated 1 to 10.
        "imaudible": Questionnaire((), (FIT, CAPTION)),
    }
)


def questionnaire(name: str) -> Questionnaire:
    """One of `PRESETS`.

    Raises:
        SurveyError: there is none of that name.
    """
    if name not in PRESETS:
        raise SurveyError(f"unknown preset '{name}': use one of {', '.join(PRESETS)}")
    return PRESETS[name]
