"""What is written above a piece: how fast, and in which character."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType

from melodymuse.music.score import TICKS_PER_QUARTER, Score, TimeSignature

# Beats a minute from which on a word holds: the scale printed on metronomes (Largo 40-60,
# Larghetto 60-66, Adagio 66-76, Andante 76-108, Moderato 108-120, Allegro 120-168, Presto 168-200,
# Prestissimo above).
_TEMPO_WORDS = (
    (0.0, "Grave"),
    (40.0, "Largo"),
    (60.0, "Larghetto"),
    (66.0, "Adagio"),
    (76.0, "Andante"),
    (108.0, "Moderato"),
    (120.0, "Allegro"),
    (168.0, "Presto"),
    (200.0, "Prestissimo"),
)

# Beats as signs that most fonts have; all others are counted in quarters.
_BEAT_SIGNS: Mapping[int, str] = MappingProxyType(
    {TICKS_PER_QUARTER: "♩", TICKS_PER_QUARTER * 3 // 2: "♩."}
)

# The character of each emotion as a pianist is told it; meanings after Kennedy, "The Oxford
# Dictionary of Music" (2nd ed., 2006).  Which word stands for which emotion is a choice of this
# project.
CHARACTERS: Mapping[str, str] = MappingProxyType(
    {
        "amusement": "scherzando",  # joking, playful
        "awe": "maestoso",  # majestic
        "contentment": "dolce",  # sweet, gentle
        "excitement": "con brio",  # with spirit
        "anger": "con fuoco",  # with fire
        "disgust": "pesante",  # heavy, weighty
        "fear": "inquieto",  # restless, uneasy
        "sadness": "mesto",  # sad, mournful
    }
)


def metronome_beat(metre: TimeSignature) -> int:
    """The note value of metronome marks in ticks: a dotted quarter in 6/8, else a quarter."""
    return metre.beat_ticks if metre.beat_ticks in _BEAT_SIGNS else TICKS_PER_QUARTER


def beats_a_minute(bpm: float, metre: TimeSignature) -> float:
    """A tempo in quarter notes a minute as the metronome beats it: in 6/8 in dotted quarters."""
    return bpm * TICKS_PER_QUARTER / metronome_beat(metre)


def metronome_mark(score: Score) -> str:
    """The tempo at the beginning as text: ``"♩ = 72"``, in 6/8 ``"♩. = 48"``."""
    metre = score.time_signature
    sign = _BEAT_SIGNS[metronome_beat(metre)]
    return f"{sign} = {beats_a_minute(score.tempos[0].bpm, metre):.0f}"


def tempo_word(bpm: float) -> str:
    """The Italian word for a tempo in beats a minute, such as ``"Andante"``."""
    return _TEMPO_WORDS[bisect_right([start for start, _ in _TEMPO_WORDS], bpm) - 1][1]


def heading(score: Score) -> str:
    """What stands at the head of the piece: ``"Larghetto mesto"``; the tempo's word alone where
    no emotion is known."""
    word = tempo_word(beats_a_minute(score.tempos[0].bpm, score.time_signature))
    emotion = "" if score.provenance is None else score.provenance.emotion
    return f"{word} {CHARACTERS[emotion]}" if emotion in CHARACTERS else word
