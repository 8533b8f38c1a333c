"""What pictures and music have in common, as numbers that can be compared, and in words.

Both stand on the plane of valence and arousal.  Beside it stand two correspondences that people
find between sight and hearing: light with high, dark with low (Marks 1987, J. Experimental
Psychology: Human Perception and Performance 13:384-394), and much detail with many notes (a choice
of this project).  These say why, and decide between what fits equally well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from melodymuse.hearing.listener import NORMS, SOUND_NORMS, Heard
from melodymuse.vision import Analysis

# Feeling counts in halves of the plane, the others in deviations of photographs and of real music.
TRAITS = ("valence", "arousal", "light", "detail")
_WORDS = (
    (("unpleasant", "pleasant"), ("unpleasant", "pleasant")),
    (("calm", "exciting"), ("calm", "exciting")),
    (("dark", "light"), ("low", "high")),
    (("plain", "full of detail"), ("few notes", "many notes")),
)
# What lies nearer to the middle than this is not worth a word.
_WORTH = 0.15
_MOST_REASONS = 3


class Traits(NamedTuple):
    """The four traits of a picture or a piece; 0 is the middle, nan unknown."""

    valence: float
    arousal: float
    light: float
    detail: float


def traits_of_picture(seen: Analysis) -> Traits:
    """Of a picture that an eye has looked at; its feeling is heightened as for composing."""
    feeling, shown = seen.profile.heightened(), seen.deviations
    return Traits(feeling.valence, feeling.arousal, shown["brightness"], shown["edge_density"])


def traits_of_music(heard: Heard) -> Traits:
    """Of a piece that was listened to; a sound's light is its brightness."""
    cues = heard.cues
    norms = NORMS if cues.brightness is None else SOUND_NORMS
    height = "register" if cues.brightness is None else "brightness"
    light, detail = (
        (value - norms[name][0]) / norms[name][1]
        if (value := getattr(cues, name)) is not None
        else float("nan")
        for name in (height, "speed")
    )
    return Traits(heard.profile.valence, heard.profile.arousal, light, detail)


def reasons(picture: Sequence[float], music: Sequence[float]) -> str:
    """The traits that both share, the nearest first, as in "both calm; dark and low"."""
    shared = [
        (abs(seen - heard), words, int(seen > 0))
        for seen, heard, words in zip(picture, music, _WORDS, strict=True)
        if seen * heard > 0 and min(abs(seen), abs(heard)) > _WORTH
    ]
    told = []
    for _, (sight, sound), side in sorted(shared)[:_MOST_REASONS]:
        one, other = sight[side], sound[side]
        told.append(f"both {one}" if one == other else f"{one}, and {other}")
    return "; ".join(told) or "the nearest there is"
