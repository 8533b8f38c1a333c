"""How each emotion sounds: the one table from which the defaults of all numeric controls come.

Sources, by column:

- tempo, loudness, articulation, mode: Gabrielsson & Lindström 2010, "The role of structure in the
  musical expression of emotions" (Handbook of Music and Emotion, ch. 14): fast, loud and staccato
  for excitement and anger, slow, soft and legato for sadness and contentment; Juslin & Laukka 2003
  (Psychological Bulletin 129:770-814): fear soft but very variable, fast, broken; anger loud, fast.
- notes a second, notes an onset, velocity: centred on the clip medians of EMOPIA's quadrants of the
  plane (Hung et al. 2021, ISMIR): 8, 2.1 and 76 for +v+a; 10, 2.1 and 77 for -v+a; 4.4, 1.5 and 53
  for -v-a; 4.3, 1.6 and 53 for +v-a.
- spread: around what single bars have, 9.7 semitones in POP909 and 9.0 in OpenScore Lieder, nine in
  ten under 13 (120 songs each); wider where those quadrants are, whose whole clips have 10 to 13.
- register: Huron, Kinney & Precoda 2006 (Empirical Musicology Review 1:170-177): lower is more
  threatening; Eerola, Friberg & Bresin 2013 (Frontiers in Psychology 4:487) weigh it beside mode,
  tempo, loudness and articulation.
- dissonance: Costa, Ricci Bitti & Bonfiglioli 2000 (Psychology of Music 28:4-22), on intervals;
  chromaticism: Gabrielsson & Lindström 2010, on tonality.
- leaps: from the 2.3 semitones on that POP909's melodies go from note to note (120 songs).
- leaps, contour: Gabrielsson & Lindström 2010: leaps for excitement and fear, small steps for
  sadness and contentment, rising lines for happiness, awe and fear, falling ones for sadness and
  disgust; Huron 2008 (Empirical Musicology Review 3:59-63): minor tunes move by smaller steps.
- off-beat, triplets: Keller & Schubert 2011 (Advances in Cognitive Psychology 7:142-156):
  syncopated is happier and more aroused; irregular rhythm for fear and disgust (Gabrielsson &
  Lindström 2010).
- blocks, octaves, balance: Webster & Weir 2005 (Motivation and Emotion 29:19-39): a fuller harmony
  is less happy; Guhn, Hamm & Zentner 2007 (Music Perception 24:473-484): chills come where the
  sound swells and widens, hence awe's.
- growth: Schubert 2004 (Music Perception 21:561-585): loudness drives arousal; crescendo for awe
  (Guhn et al. 2007); for fear, and decrescendo for sadness, a choice of this project.
- shocks: Juslin & Laukka 2003, for fear: loudness that varies, and pauses; some, too, in anger and
  disgust; see `melodymuse.planning.shocks`.
- ritardando: Friberg & Sundberg 1999 (JASA 105:1469-1484): how much a final ritard slows; more
  where the music is slow and solemn.

The numbers within the directions that the sources give are a design choice of this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import fsum, tanh
from types import MappingProxyType

from melodymuse.music.emotion import EMOTIONS, PLANE, EmotionProfile


@dataclass(frozen=True, slots=True)
class Palette:
    """Musical means, all continuous, so that emotions blend.

    Attributes:
        majorness: 0 minor .. 1 major.
        tempo: quarter notes a minute.
        notes_per_second: how busy both hands are together.
        polyphony: notes struck together, on average over all onsets.
        loudness: mean MIDI velocity.
        register: mean MIDI pitch of both hands, as it is asked; awe's low octaves take it down by
            two semitones.
        articulation: sounding length of a note over the time to the next onset in its hand.
        dissonance: share 0..1 of simultaneous pairs that are seconds, sevenths or tritones.
        chromaticism: share 0..1 of notes outside the scale.
        spread: standard deviation of the pitches of a bar, semitones.
        dynamics: standard deviation of the velocities of a bar.
        balance: share 0..1 of the notes that the right hand plays.
        off_beat: share 0..1 of the onsets that fall between beats.
        triplets: share 0..1 of the onsets on thirds of a beat.
        blocks: share 0..1 of the left hand's onsets that are chords.
        octaves: share 0..1 of the onsets of a hand that hold an octave.
        leaps: mean step of the top line, semitones.
        contour: semitones by which the top line rises (below 0: falls) in a bar.
        growth: velocity by which the end is louder (below 0: softer) than the beginning.
        ritardando: share 0..1 of the tempo that the last two bars lose.
        shocks: share 0..1 of the phrases in which a bar strikes in out of quiet.
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
    spread: float
    dynamics: float
    balance: float
    off_beat: float
    triplets: float
    blocks: float
    octaves: float
    leaps: float
    contour: float
    growth: float
    ritardando: float
    shocks: float


_ROWS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        #               major tempo  nps  poly loud  reg  artic  diss chrom spread dyn
        "amusement":   (1.00, 126.0, 7.2, 1.9, 78.0, 66.0, 0.70, 0.08, 0.04,  9.5, 10.5,
        #               bal  off   trip  block oct   leaps contour growth rit shocks
                        0.58, 0.55, 0.02, 0.50, 0.04, 3.6,  0.5,   0.0, 0.05, 0.05),
        "awe":         (0.90,  80.0, 9.0, 2.5, 80.0, 64.5, 1.80, 0.07, 0.02, 11.5, 10.5,
                        0.50, 0.50, 0.02, 0.25, 0.22, 3.3,  1.5,  14.0, 0.30, 0.00),
        "contentment": (0.95,  84.0, 4.3, 1.6, 52.0, 63.0, 1.70, 0.06, 0.00,  8.8, 10.5,
                        0.60, 0.45, 0.02, 0.08, 0.02, 2.2,  0.0,   0.0, 0.15, 0.00),
        "excitement":  (0.95, 138.0, 9.2, 2.2, 88.0, 65.0, 1.10, 0.06, 0.02, 10.0, 10.5,
                        0.62, 0.64, 0.01, 0.25, 0.10, 2.9,  1.0,   6.0, 0.05, 0.00),
        "anger":       (0.00, 140.0, 10.4, 2.3, 94.0, 53.0, 0.80, 0.15, 0.04, 10.3, 10.5,
                        0.46, 0.60, 0.02, 0.45, 0.26, 2.9, -0.5,   4.0, 0.00, 0.15),
        "disgust":     (0.12,  92.0, 7.2, 2.0, 76.0, 51.0, 0.85, 0.26, 0.14,  9.5, 11.0,
                        0.42, 0.52, 0.06, 0.40, 0.08, 3.9, -2.0,  -4.0, 0.10, 0.20),
        "fear":        (0.04, 118.0, 9.0, 1.7, 67.0, 58.0, 0.75, 0.18, 0.07, 10.5, 12.0,
                        0.55, 0.68, 0.06, 0.15, 0.03, 3.6,  1.0,  10.0, 0.00, 0.50),
        "sadness":     (0.00,  64.0, 4.2, 1.5, 49.0, 60.0, 2.00, 0.09, 0.01,  8.8, 10.5,
                        0.60, 0.45, 0.02, 0.08, 0.02, 2.2, -1.5,  -8.0, 0.25, 0.00),
    }
)  # fmt: skip
PALETTES: Mapping[str, Palette] = MappingProxyType(
    {emotion: Palette(*row) for emotion, row in _ROWS.items()}
)

# What moving one step along an axis does beyond the emotion itself: additions, or for tempo and
# notes a second doublings (powers of two).  About as much as from emotion to emotion along it.
_VALENCE_SLOPE = {
    "majorness": 0.5,
    "register": 3.0,
    "dissonance": -0.1,
    "chromaticism": -0.02,
    "contour": 0.5,
}
_AROUSAL_SLOPE = {
    "loudness": 28.0,
    "polyphony": 0.4,
    "articulation": -0.5,
    "spread": 1.5,
    "off_beat": 0.08,
    "leaps": 0.8,
    "ritardando": -0.08,
}
_AROUSAL_DOUBLINGS = {"tempo": 0.5, "notes_per_second": 1.0}
# How far music takes sides between calm and excited: pieces for photographs that are neither are
# then heard more often on the side where they lie.
_SIDES, _STEEPNESS = 0.5, 4.0
_SHARES = (
    "majorness",
    "dissonance",
    "chromaticism",
    "off_beat",
    "triplets",
    "blocks",
    "octaves",
    "ritardando",
    "shocks",
)


def _told(arousal: float) -> float:
    """An arousal -1..1 as music tells it: it takes sides, so that the middle is told larger."""
    return (1 - _SIDES) * arousal + _SIDES * tanh(_STEEPNESS * arousal) / tanh(_STEEPNESS)


def blend(profile: EmotionProfile) -> Palette:
    """The palette of a profile: its emotions' palettes mixed by probability, then moved by as much
    as the profile's valence and arousal differ from where those emotions stand on the plane."""
    mixed = {
        field.name: fsum(
            probability * getattr(PALETTES[emotion], field.name)
            for emotion, probability in zip(EMOTIONS, profile.probabilities, strict=True)
        )
        for field in fields(Palette)
    }
    expected_valence, expected_arousal = (
        fsum(p * PLANE[e][axis] for e, p in zip(EMOTIONS, profile.probabilities, strict=True))
        for axis in (0, 1)
    )
    valence_step = profile.valence - expected_valence
    arousal_step = _told(profile.arousal) - _told(expected_arousal)
    for name, slope in _VALENCE_SLOPE.items():
        mixed[name] += slope * valence_step
    for name, slope in _AROUSAL_SLOPE.items():
        mixed[name] += slope * arousal_step
    for name, doublings in _AROUSAL_DOUBLINGS.items():
        mixed[name] *= 2 ** (doublings * arousal_step)
    for name in _SHARES:
        mixed[name] = min(max(mixed[name], 0.0), 1.0)
    return Palette(**mixed)
