"""Other words for what is felt: the emotions of earlier work, out of EmoSet's eight and into them.

The table says how each of the eight is shared among the words of a scheme.  Where a word has an
emotion of the same name or of the same quadrant of the valence-arousal plane, it gets all of it;
what lies between two words is shared.  "Neutral" has no counterpart: quiet contentment is nearest.
The shares are a design choice of this project: neither work publishes a mapping from the eight.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, PLANE, EmotionProfile

# Scheme -> word -> share of each of `EMOTIONS` (amusement, awe, contentment, excitement, anger,
# disgust, fear, sadness) that it gets; the shares of an emotion sum to 1.
SCHEMES: Mapping[str, Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        # The four of Turkish Music Emotion, by which Melody Muse (Bath, Kumar, Dayal) chose its
        # music: M. B. Er, I. B. Aydilek, "Music emotion recognition by using chroma spectrogram and
        # deep visual features", Int. J. of Computational Intelligence Systems 12 (2019) 1622-1634.
        "melody-muse": MappingProxyType(
            {
                "happy": (1.0, 0.5, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
                "sad": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
                "angry": (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0),
                "relaxed": (0.0, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
            }
        ),
        # The five of T. Hisariya, H. Zhang, J. Liang, "Bridging paintings and music: exploring
        # emotion based music generation through paintings", 2024, arXiv:2409.07827.
        "paintings": MappingProxyType(
            {
                "happy": (0.0, 0.75, 0.25, 0.5, 0.0, 0.0, 0.0, 0.0),
                "angry": (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.5, 0.0),
                "sad": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0),
                "fun": (1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0),
                "neutral": (0.0, 0.25, 0.75, 0.0, 0.0, 0.0, 0.0, 0.0),
            }
        ),
    }
)


def in_scheme(profile: EmotionProfile, scheme: str) -> dict[str, float]:
    """Word of the scheme -> its probability 0..1; they sum to 1.

    Raises:
        ControlError: no such scheme.
    """
    return {
        word: sum(share * p for share, p in zip(shares, profile.probabilities, strict=True))
        for word, shares in _words(scheme).items()
    }


def profile_of(word: str, scheme: str) -> EmotionProfile:
    """What a word of a scheme (in any case) says in the eight: its shares, at their mean place.

    Raises:
        ControlError: no such scheme, or a word that it does not have.
    """
    words = _words(scheme)
    if word.casefold() not in words:
        raise ControlError(f"'{scheme}' has no emotion '{word}': use one of {', '.join(words)}")
    shares = words[word.casefold()]
    total = sum(shares)
    probabilities = tuple(share / total for share in shares)
    valence, arousal = (
        sum(p * PLANE[name][axis] for p, name in zip(probabilities, EMOTIONS, strict=True))
        for axis in (0, 1)
    )
    return EmotionProfile(probabilities, valence, arousal)


def _words(scheme: str) -> Mapping[str, tuple[float, ...]]:
    if scheme not in SCHEMES:
        raise ControlError(f"unknown scheme '{scheme}': use one of {', '.join(SCHEMES)}")
    return SCHEMES[scheme]
