"""Names of pitches: with a key as a musician would write them in it, without one with sharps.

Octaves are those of acoustics: middle C, MIDI pitch 60, is C4 (some DAWs call it C3).
"""

from __future__ import annotations

from typing import NamedTuple

from melodymuse.music.theory import FIFTHS_OF_MODE, STEP_FIFTHS, STEP_PITCH_CLASS, Key

_STEPS_BY_FIFTHS = {fifths: step for step, fifths in STEP_FIFTHS.items()}

# Twelve neighbouring places on the line of fifths, counted from the tonic: what lies lowest is the
# flattest note written in the key.  In major that is the flat sixth (A flat in C) and the other end
# the raised first (C sharp, the leading note to the second degree); in minor the flat second (B
# flat in A) and the raised fourth (D sharp), which takes in the leading note and the raised sixth.
_FLATTEST = {"major": -4, "minor": -5}
_WITHOUT_KEY = Key("A", "major")  # whose names are all naturals and sharps


class SpelledPitch(NamedTuple):
    """A written pitch: step A-G, alteration in semitones, octave (middle C begins octave 4)."""

    step: str
    alter: int
    octave: int

    def __str__(self) -> str:
        accidental = "#" * self.alter if self.alter > 0 else "b" * -self.alter
        return f"{self.step}{accidental}{self.octave}"


def spell(pitch: int, key: Key) -> SpelledPitch:
    """How a MIDI pitch is written in a key: B flat in D minor, A sharp in B minor."""
    return spell_at(pitch, place_on_line(pitch, key))


def spell_at(pitch: int, fifths: int) -> SpelledPitch:
    """A MIDI pitch by the name at a place on the line of fifths (C = 0, G = 1, F = -1), which must
    be one of the pitch's names."""
    step = _STEPS_BY_FIFTHS[(fifths + 1) % 7 - 1]
    alter = (fifths + 1) // 7
    octave = (pitch - alter - STEP_PITCH_CLASS[step]) // 12 - 1
    return SpelledPitch(step, alter, octave)


def pitch_name(pitch: int, key: Key = _WITHOUT_KEY) -> str:
    """The name of a MIDI pitch, such as ``"C4"`` for 60 or ``"Bb3"`` in a key with flats."""
    return str(spell(pitch, key))


def key_alter(step: str, key: Key) -> int:
    """What a key's signature does to a step A-G: 1 sharp, -1 flat, 0 nothing."""
    place = STEP_FIFTHS[step] + 1  # F = 0 ... B = 6: sharps come from below, flats from above
    if key.fifths > place:
        return 1
    return -1 if -key.fifths > 6 - place else 0


def place_on_line(pitch: int, key: Key) -> int:
    """The place on the line of fifths (C = 0, G = 1, F = -1) of a pitch within the key's twelve."""
    tonic = key.fifths - FIFTHS_OF_MODE[key.mode]
    flattest = tonic + _FLATTEST[key.mode]
    place = pitch * 7 % 12  # seven semitones a fifth, and seven is its own inverse modulo twelve
    return flattest + (place - flattest) % 12
