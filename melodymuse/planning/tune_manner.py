"""How each emotion sings: the numbers that its tunes are planned with.

Directions as in `melodymuse.planning.palette`, which names the sources: leaps and syncopation for
excitement and amusement, small steps for sadness and contentment, a high register for joy and a low
one for threat (Gabrielsson & Lindström 2010; Huron, Kinney & Precoda 2006; Keller & Schubert 2011),
pauses for fear (Juslin & Laukka 2003), notes hammered in one rhythm for anger and excitement
(`melodymuse.planning.hook_rhythms`).  The numbers lie within what POP909's melodies and Lied voices
have (a note a quarter to one and a half, anger's a little more; a mean step of two semitones;
phrases of ten to twelve semitones) and are a design choice of this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Any

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.planning.controls import Controls, own_tempo
from melodymuse.planning.palette import blend


@dataclass(frozen=True, slots=True)
class TuneManner:
    """How a feeling sings.

    Attributes:
        notes: notes a quarter in a bar that is no cadence.
        off_beat: share 0..1 of onsets between beats.
        motion: mean step in semitones.
        centre: middle pitch of the tune as if the tonic were C.
        span: semitones that a phrase spans.
        widest: the widest step in semitones.
        upbeats: share 0..1 of phrases that begin with an upbeat.
        pauses: share 0..1 of bars with a pause.
        repeats: share 0..1 of neighbours of one pitch.
        leaps: share 0..1 of neighbours a fourth or more apart.
        finest: grid steps of the finest subdivision; 4 stands for triplets.
        falls: semitones by which the line of a phrase falls (below 0: rises) from its first bar to
            its last.
        tense: nats against what the key's pentatonic scale leaves out, such as half steps.
        sighs: share 0..1 of bars whose strong beats may be leant on from a step beside the chord.
        style: whose tunes it takes after.
        held: beats that a note before a rest is held for, where chord and breath allow.
        drive: share 0..1 of themes that hammer one rhythm, raise it and break it open
            (`melodymuse.planning.hook_rhythms`).
    """

    notes: float
    off_beat: float
    motion: float
    centre: float
    span: float
    widest: int
    upbeats: float
    pauses: float
    repeats: float
    leaps: float
    finest: int
    falls: float
    tense: float
    sighs: float
    style: str
    held: float
    drive: float = 0.0


_ROWS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        #             notes off  mot. mid. span wide upb paus rep leaps fine falls tense sighs style
        "amusement":   (1.45, .40, 2.4, 74, 15.0, 12, .65, .00, .22, .20, 6,  0.0, 1.0, .0, "pop"),
        "awe":         (1.25, .35, 2.4, 74, 16.5, 12, .55, .00, .18, .20, 3, -2.0, 1.0, .1, "song"),
        "contentment": (1.45, .50, 2.0, 72, 14.5,  9, .65, .00, .22, .17, 3,  0.5, 1.0, .1, "pop"),
        "excitement":  (1.45, .50, 2.3, 74, 16.0,  9, .75, .00, .28, .20, 6, -1.5, 1.0, .0, "pop"),
        "anger":       (1.60, .38, 2.0, 69, 14.0, 10, .75, .00, .33, .13, 6, -2.0, 0.5, .2, "pop"),
        "disgust":     (1.35, .45, 2.3, 67, 13.5,  9, .50, .03, .22, .19, 6,  1.0, 0.6, .1, "pop"),
        "fear":        (1.40, .45, 2.2, 70, 15.0, 10, .55, .12, .22, .18, 6, -0.5, 0.5, .2, "pop"),
        "sadness":     (1.25, .42, 2.0, 69, 14.5,  9, .65, .00, .17, .14, 3,  2.5, 0.4, .5, "song"),
    }
)  # fmt: skip
# Whose themes drive.
_DRIVE: Mapping[str, float] = MappingProxyType({"excitement": 1.0, "anger": 1.0})
# What sings holds longer than what is nimble, cut off or breathless: legato for tenderness and
# sadness, staccato for joy, anger and fear (Juslin & Laukka 2003); the beats are a choice of this
# project.
_HELD: Mapping[str, float] = MappingProxyType(
    {
        "amusement": 1.0,
        "awe": 2.0,
        "contentment": 2.0,
        "excitement": 1.5,
        "anger": 1.0,
        "disgust": 0.5,
        "fear": 1.0,
        "sadness": 2.0,
    }
)
MANNERS: Mapping[str, TuneManner] = MappingProxyType(
    {
        emotion: TuneManner(*(*row, _HELD[emotion], _DRIVE.get(emotion, 0.0)))
        for emotion, row in _ROWS.items()
    }
)
# How themes of one feeling differ: doublings of the notes, share off the beat, semitones of a step
# and of middle and span (standard deviations), and how often a theme takes after its manner's own
# style, and after each of the others.
_VARIED_NOTES, _VARIED_OFF_BEAT, _VARIED_MOTION = 0.36, 0.19, 0.5
_VARIED_CENTRE, _VARIED_SPAN = 1.0, 2.2
_LEAST_SPAN = 9.0
# The same of the shares of repeated notes and of leaps, as POP909's songs differ in them, with
# their bounds; and how often a theme in eighths has sixteenths after all.
_VARIED_REPEATS, _VARIED_LEAPS = 0.11, 0.06
_REPEATS, _LEAPS = (0.03, 0.38), (0.04, 0.3)
_SIXTEENTHS, _EIGHTHS, _DIVIDED = 3, 6, 0.85
_OWN_STYLE, _OTHER_STYLE = 3.0, 1.0
_STYLES = ("pop", "song", "standard")
# How much of a wish for both hands is the tune's: powers of the density and of the balance, and a
# share of the leaps.
_SHARE_OF_DENSITY, _MOST_FULLER, _SHARE_OF_LEAPS = 0.7, 1.8, 0.4
_SHARE_OF_BALANCE, _LEAST_BALANCE = 0.5, 0.1
_TRIPLETS, _MANY_TRIPLETS = 4, 0.25
_BLENDED = (
    "notes",
    "off_beat",
    "motion",
    "centre",
    "span",
    "upbeats",
    "pauses",
    "repeats",
    "leaps",
    "falls",
    "tense",
    "sighs",
    "held",
    "drive",
)


def blend_manners(shares: Mapping[str, float]) -> TuneManner:
    """The manners of several emotions mixed; what is no number is the strongest one's.

    Args:
        shares: emotion -> its share; all together 1.
    """
    strongest = MANNERS[max(shares, key=lambda emotion: (shares[emotion], emotion))]
    mixed = {
        name: sum(share * getattr(MANNERS[emotion], name) for emotion, share in shares.items())
        for name in _BLENDED
    }
    return TuneManner(
        **mixed, widest=strongest.widest, finest=strongest.finest, style=strongest.style
    )


def manner_of(profile: EmotionProfile, controls: Controls) -> TuneManner:
    """How a profile sings, with what the user wishes of the piece as a whole: where that differs
    from what the feeling itself asks for, the tune differs with it.

    Args:
        profile: what the music shall say.
        controls: the piece's, the user's wishes among them.
    """
    manner = blend_manners(dict(zip(EMOTIONS, profile.probabilities, strict=True)))
    palette = blend(profile)
    density = palette.notes_per_second / own_tempo(palette) * 60
    fuller = (controls.density / density) ** _SHARE_OF_DENSITY
    fuller *= (max(controls.balance, _LEAST_BALANCE) / palette.balance) ** _SHARE_OF_BALANCE
    return replace(
        manner,
        notes=manner.notes * min(max(fuller, 1 / _MOST_FULLER), _MOST_FULLER),
        off_beat=min(max(manner.off_beat + controls.off_beat - palette.off_beat, 0.0), 1.0),
        motion=manner.motion + _SHARE_OF_LEAPS * (controls.leaps - palette.leaps),
        centre=manner.centre + controls.register - controls.key.shift_from_c - palette.register,
        finest=_TRIPLETS if controls.triplets > _MANY_TRIPLETS else manner.finest,
    )


def vary(manner: TuneManner, random: Random) -> TuneManner:
    """The manner of one theme: two themes of a feeling are not cut from one cloth."""
    weights = [_OWN_STYLE if style == manner.style else _OTHER_STYLE for style in _STYLES]
    divided = manner.finest == _EIGHTHS and random.random() < _DIVIDED
    return replace(
        manner,
        repeats=_within(manner.repeats + random.gauss(0.0, _VARIED_REPEATS), _REPEATS),
        leaps=_within(manner.leaps + random.gauss(0.0, _VARIED_LEAPS), _LEAPS),
        finest=_SIXTEENTHS if divided else manner.finest,
        notes=manner.notes * 2 ** random.gauss(0.0, _VARIED_NOTES),
        off_beat=min(max(manner.off_beat + random.gauss(0.0, _VARIED_OFF_BEAT), 0.0), 1.0),
        motion=max(manner.motion + random.gauss(0.0, _VARIED_MOTION), 0.5),
        centre=manner.centre + random.gauss(0.0, _VARIED_CENTRE),
        span=max(manner.span + random.gauss(0.0, _VARIED_SPAN), _LEAST_SPAN),
        style=random.choices(_STYLES, weights)[0],
        drive=float(random.random() < manner.drive),
    )


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
