"""What a picture shows beyond its feeling, as what the feeling leaves open.

Two pictures that feel alike ask for one palette; `--literal` lets each have its own place in it,
the same from every seed.  Warm and light pictures lie towards the sharp side of the circle of
fifths, cool and dark ones towards the flat side; light lies high (Marks 1987, J. Experimental
Psychology: Human Perception and Performance 13:384-394); much detail is many notes and a busy
figure, contrast a wide spread, colour a tune that leaps; many things are many themes.  But for the
second, these correspondences are a design choice of this project.  Which motif belongs to a picture
is drawn, from all that it shows.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any

from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.theory import Key
from melodymuse.planning.accompaniment import FIGURES, PREFERENCES, notes_of
from melodymuse.planning.controls import Controls, controls_for, within_limits
from melodymuse.planning.levels import AS_IS

# How far one deviation of a feature goes at a literalness of 1: steps of fifths for warmth, and for
# light; semitones of register for light, of spread for contrast; doublings of density for detail,
# of steps for colour.
_FIFTHS_OF_WARMTH, _FIFTHS_OF_LIGHT, _MOST_FIFTHS = 2.5, 1.0, 5
_REGISTER, _SPREAD, _DENSITY, _LEAPS = 2.5, 1.2, 0.35, 0.3
# From which literalness on a picture chooses the figure, the form, and the motif.
_FIGURE_FROM, _FORM_FROM, _MOTIF_FROM = 0.25, 0.5, 0.75
# Deviations that a picture may change by, in another file or size, and keep its motif, mostly.
_GRAIN = 0.5
# From few things to many.
_THEMES = ("AABA", "ABAB", "ABAC", "ABCA")
# A feature this far off, in deviations, is at the end of what can be chosen.
_FARTHEST = 2.0


def as_shown(
    shown: Mapping[str, float],
    expressed: EmotionProfile,
    asked: Controls,
    said: Mapping[str, Any],
) -> Controls:
    """Controls with what a picture shows put over what its feeling and the seed left open.

    Args:
        shown: feature -> how far it stands from the middle of photographs, in deviations.
        expressed: the feeling.
        asked: the controls that feeling and seed ask for, `literal` among them.
        said: what the user said, which stays.
    """
    much = asked.literal
    given = {name: value for name, value in said.items() if value is not None}
    chosen: dict[str, Any] = {}
    if asked.level == AS_IS and not {"key", "chords"} & given.keys():
        chosen["key"] = _key(asked.key, shown, much)
    if much >= _FIGURE_FROM:
        chosen["accompaniment"] = _figure(shown, expressed.emotion, str(asked.time_signature))
    if much >= _FORM_FROM and not asked.loop:
        chosen["form"] = _form(asked.form, shown)
    moved = controls_for(expressed, seed=asked.seed, **(chosen | given))
    numbers: dict[str, float] = {
        "register": moved.register + much * _REGISTER * shown["brightness"],
        "spread": moved.spread + much * _SPREAD * shown["contrast"],
        "density": moved.density * 2 ** (much * _DENSITY * shown["edge_density"]),
        "leaps": moved.leaps * 2 ** (much * _LEAPS * shown["colorfulness"]),
    }
    bent: dict[str, Any] = {
        name: within_limits(name, value) for name, value in numbers.items() if name not in given
    }
    return replace(moved, **bent)


def motif_of(shown: Mapping[str, float], literal: float) -> int | None:
    """The seed of a picture's own motif, where it is literal enough."""
    if literal < _MOTIF_FROM:
        return None
    return zlib.crc32(
        repr([(name, round(shown[name] / _GRAIN)) for name in sorted(shown)]).encode()
    )


def _key(key: Key, shown: Mapping[str, float], much: float) -> Key:
    """As far along the circle of fifths from the seed's key to the picture's as it is literal."""
    place = _FIFTHS_OF_WARMTH * shown["warmth"] + _FIFTHS_OF_LIGHT * shown["brightness"]
    wanted = min(max(round(place), -_MOST_FIFTHS), _MOST_FIFTHS)
    fifths = round(key.fifths + much * (wanted - key.fifths))
    # From the major key of that signature, or its relative.
    return Key.of((7 * fifths + (9 if key.mode == "minor" else 0)) % 12, key.mode)


def _figure(shown: Mapping[str, float], emotion: str, metre: str) -> str:
    """Of the figures that an emotion likes the one as busy as the picture is full of detail."""
    liked = sorted(PREFERENCES[emotion], key=lambda name: notes_of(FIGURES[name][metre][0]))
    return _along(liked, shown["edge_density"])


def _form(form: str, shown: Mapping[str, float]) -> str:
    """A form as long, framed as it was, with as many themes as the picture has things."""
    themes = cycle(_along(_THEMES, shown["blobs"]))
    return "".join(next(themes) if letter.isupper() else letter for letter in form)


def _along(choices: Collection[str], deviation: float) -> str:
    """The choice that stands where a feature does."""
    row = list(choices)
    share = (min(max(deviation / _FARTHEST, -1.0), 1.0) + 1) / 2
    return row[min(int(share * len(row)), len(row) - 1)]
