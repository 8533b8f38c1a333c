"""What is labelled with an emotion: a picture or a piece of music."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.schemes import SCHEMES, in_scheme, profile_of
from training.eye.oasis import DataError

# The five mood clusters of MIREX (X. Hu, J. S. Downie, "Exploring mood metadata: relationships
# with genre, artist and usage metadata", ISMIR 2007), each with the nearest of the eight: a choice
# of this project, by which the painting-music paper's five words come out one for each cluster.
CLUSTERS = {
    "cluster 1": "excitement",  # passionate, rousing, confident, boisterous, rowdy
    "cluster 2": "contentment",  # rollicking, cheerful, fun, sweet, amiable
    "cluster 3": "sadness",  # literate, poignant, wistful, bittersweet, autumnal, brooding
    "cluster 4": "amusement",  # humorous, silly, campy, quirky, whimsical, witty, wry
    "cluster 5": "anger",  # aggressive, fiery, tense, intense, volatile, visceral
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A file and what it makes people feel.

    Attributes:
        file: a picture, a MIDI file or a sound.
        word: the emotion: one of the eight, of a scheme's, or a MIREX cluster.
        group: files of one group (a theme, a painting, a song) never go to two parts of a set.
        text: what people said of it; empty where nobody did.
    """

    file: Path
    word: str
    group: str
    text: str = ""


def known_word(name: str) -> str | None:
    """A folder's or a table's name of an emotion as `emotion_of` takes it; None for any other."""
    word = name.strip().casefold().replace("_", " ")
    word = {"relax": "relaxed"}.get(word, word)
    words = {*EMOTIONS, *CLUSTERS, *(word for scheme in SCHEMES.values() for word in scheme)}
    return word if word in words else None


def emotion_of(word: str, scheme: str | None) -> str:
    """A word of any scheme in the words of one: the likeliest of them.

    Args:
        word: what `known_word` gave.
        scheme: a name of `SCHEMES`, or None for the eight.

    Raises:
        DataError: a word that nobody knows.
    """
    word = CLUSTERS.get(word, word)
    if word in (EMOTIONS if scheme is None else SCHEMES[scheme]):
        return word
    if word in EMOTIONS:
        profile = EmotionProfile.of(word)
    else:
        known = next((name for name, words in SCHEMES.items() if word in words), None)
        if known is None:
            raise DataError(f"'{word}' is no emotion: use {', '.join(EMOTIONS)}")
        profile = profile_of(word, known)
    if scheme is None:
        return profile.emotion
    shares = in_scheme(profile, scheme)
    return max(shares, key=lambda name: shares[name])
