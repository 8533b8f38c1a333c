"""What an eye that compares pictures with words is asked: one table for all of them.

The words tell what a picture makes its viewer feel, not what people in it feel.  The emotions are
those of J. A. Mikels et al., "Emotional category data on images from the International Affective
Picture System", Behavior Research Methods 37 (2005) 626-630; the poles of the axes are those of the
semantic differential beside the Self-Assessment Manikin (M. M. Bradley, P. J. Lang, J. Behavior
Therapy and Experimental Psychiatry 25 (1994) 49-59).  The phrases are a choice of this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Each phrase is put where the braces are; a picture is compared with the mean over the templates.
TEMPLATES = ("a picture that is {}", "a photo of something {}", "a painting that feels {}")

EMOTION_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "amusement": ("funny and playful", "amusing, it makes people laugh"),
        "awe": ("majestic and vast", "awe-inspiring, full of wonder"),
        "contentment": ("peaceful and cosy", "calm and satisfying, at ease"),
        "excitement": ("thrilling and full of action", "exciting, with energy and adventure"),
        "anger": ("outrageous and infuriating", "angry, with violence or injustice"),
        "disgust": ("disgusting and dirty", "revolting, rotten or repulsive"),
        "fear": ("frightening and threatening", "scary, with danger or horror"),
        "sadness": ("sad and lonely", "sorrowful, with loss or misery"),
    }
)

# Axis -> words of its upper and of its lower end.
AXIS_WORDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "valence": (
            ("pleasant, happy and hopeful", "beautiful and good"),
            ("unpleasant, unhappy and hopeless", "ugly and bad"),
        ),
        "arousal": (
            ("exciting, stimulating and wild", "intense and full of energy"),
            ("calm, relaxed and sleepy", "quiet and still"),
        ),
    }
)


def sentences(phrases: tuple[str, ...]) -> list[str]:
    """Every phrase in every template."""
    return [template.format(phrase) for phrase in phrases for template in TEMPLATES]
