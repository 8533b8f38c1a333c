"""How each emotion sounds: the one table from which the defaults of all controls come.

Sources, by column:

- tempo, loudness, articulation, mode: Gabrielsson & Lindström 2010, "The role of structure in the
  musical expression of emotions" (Handbook of Music and Emotion, ch. 14): fast, loud and staccato
  for excitement and anger, slow, soft and legato for sadness and contentment; Juslin & Laukka 2003
  (Psychological Bulletin 129:770-814): fear soft, fast, broken; anger loud, fast, low.
- notes a second, notes an onset and velocity: centred on the clip medians of EMOPIA's quadrants of
  the plane (Hung et al. 2021, ISMIR): 8, 2.1 and 76 for +v+a, 10, 2.1 and 77 for -v+a, 4.4, 1.5 and
  53 for -v-a, 4.3, 1.6 and 53 for +v-a.
- register: Huron 2006, "Sweet Anticipation", and Eerola, Friberg & Bresin 2013 (Frontiers in
  Psychology 4:487): higher is happier and less threatening, lower is more sombre.
- dissonance, chromaticism: Costa, Ricci Bitti & Bonfiglioli 2000 (Psychology of Music 28:4-22).

The numbers within the directions that the sources give are a design choice of this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from melodymuse.emotion import EMOTIONS, PLANE, EmotionProfile


@dataclass(frozen=True, slots=True)
class Palette:
    """Musical means, all continuous, so that emotions blend.

    Attributes:
        majorness: 0 minor .. 1 major.
        tempo: quarter notes a minute.
        notes_per_second: how busy both hands are together.
        polyphony: notes struck together, on average over all onsets.
        loudness: mean MIDI velocity.
        register: mean MIDI pitch of both hands.
        articulation: sounding length of a note over the time to the next onset in its hand.
        dissonance: share 0..1 of simultaneous pairs that are seconds, sevenths or tritones.
        chromaticism: share 0..1 of notes outside the scale.
    """

    majorness: float
    tempo: float
    notes_per_second: float
    polyphony: float
    loudness: float
    register: float
    articulation: float
    dissonance: float
    chromaticism: float


PALETTES: Mapping[str, Palette] = MappingProxyType(
    {
        #                    major tempo  nps poly  loud  reg  artic diss  chrom
        "amusement": Palette(1.00, 126.0, 6.8, 1.9, 78.0, 66.0, 0.70, 0.08, 0.03),
        "awe": Palette(0.75, 72.0, 6.0, 2.4, 74.0, 60.0, 1.60, 0.10, 0.01),
        "contentment": Palette(0.95, 84.0, 4.2, 1.6, 54.0, 63.0, 1.30, 0.06, 0.00),
        "excitement": Palette(0.95, 138.0, 8.6, 2.2, 88.0, 65.0, 0.90, 0.08, 0.02),
        "anger": Palette(0.00, 138.0, 9.8, 2.3, 96.0, 54.0, 0.80, 0.20, 0.06),
        "disgust": Palette(0.15, 88.0, 5.6, 1.9, 74.0, 52.0, 0.90, 0.25, 0.08),
        "fear": Palette(0.05, 116.0, 7.8, 1.7, 64.0, 58.0, 0.70, 0.20, 0.06),
        "sadness": Palette(0.00, 64.0, 3.8, 1.5, 50.0, 57.0, 1.50, 0.08, 0.01),
    }
)

# What moving one step along an axis does beyond the emotion itself: additions, or for tempo and
# notes a second doublings (powers of two).
_VALENCE_SLOPE = {"majorness": 0.5, "register": 3.0, "dissonance": -0.05, "chromaticism": -0.02}
_AROUSAL_SLOPE = {"loudness": 12.0, "polyphony": 0.2, "articulation": -0.2}
_AROUSAL_DOUBLINGS = {"tempo": 0.4, "notes_per_second": 0.5}


def blend(profile: EmotionProfile) -> Palette:
    """The palette of a profile: its emotions' palettes mixed by probability, then moved by as much
    as the profile's valence and arousal differ from where those emotions stand on the plane."""
    mixed = {
        field.name: sum(
            probability * getattr(PALETTES[emotion], field.name)
            for emotion, probability in zip(EMOTIONS, profile.probabilities, strict=True)
        )
        for field in fields(Palette)
    }
    expected_valence, expected_arousal = (
        sum(p * PLANE[e][axis] for e, p in zip(EMOTIONS, profile.probabilities, strict=True))
        for axis in (0, 1)
    )
    valence_step = profile.valence - expected_valence
    arousal_step = profile.arousal - expected_arousal
    for name, slope in _VALENCE_SLOPE.items():
        mixed[name] += slope * valence_step
    for name, slope in _AROUSAL_SLOPE.items():
        mixed[name] += slope * arousal_step
    for name, doublings in _AROUSAL_DOUBLINGS.items():
        mixed[name] *= 2 ** (doublings * arousal_step)
    for name in ("majorness", "dissonance", "chromaticism"):
        mixed[name] = min(max(mixed[name], 0.0), 1.0)
    return Palette(**mixed)
