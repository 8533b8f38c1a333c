"""Names of notes in their place: as the chord beneath them asks, or as the line goes on.

In the scale of the key a note's name is settled.  Outside it a chord tone is spelled within its
chord (G sharp in E major's dominant seventh, in C major), and a note that moves on by a semitone
is spelled as a neighbour: raised where it rises, lowered where it falls (Gould 2011, "Behind Bars",
on the spelling of chromatic notes).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from types import MappingProxyType

from melodymuse.engraving.voicing import Chord
from melodymuse.music.chord_names import CHORD_FIFTHS, names_of_the_key, root_place
from melodymuse.music.score import ChordSymbol, Score
from melodymuse.music.spelling import SpelledPitch, place_on_line, spell_at
from melodymuse.music.theory import QUALITIES, Key

# A semitone between neighbouring letters is five fifths: from C up to D flat down, to B up.
_LETTER_SEMITONE = 5
# Places on the line from F flat to B sharp: what lies beyond needs a double sign.
_FLATTEST, _SHARPEST = -8, 12
# How far from the tonic, on the line, the names of passing notes may lie: in C major from G flat to
# A sharp.
_PASSING_FLATTEST, _PASSING_SHARPEST = -6, 10
# Two names of one key of the piano lie twelve fifths apart.
_ENHARMONIC = 12

Spellings = Mapping[tuple[int, int], SpelledPitch]


def spellings(chords: Iterable[Chord], score: Score) -> Spellings:
    """The written names of all notes of a hand: (onset, MIDI pitch) -> name."""
    struck: dict[int, list[int]] = {}
    for chord in sorted(chords, key=lambda chord: chord.onset):
        struck.setdefault(chord.onset, []).extend(chord.pitches)
    harmonies = sorted(score.chords, key=lambda symbol: symbol.onset)
    starts = [symbol.onset for symbol in harmonies]
    named = {}
    for (onset, pitches), goals in zip_longest(struck.items(), islice(struck.values(), 1, None)):
        index = bisect_right(starts, onset) - 1
        harmony = harmonies[index] if index >= 0 else None
        for pitch in pitches:
            named[onset, pitch] = spell_at(pitch, _place(pitch, harmony, goals or (), score.key))
    return MappingProxyType(named)


def _place(pitch: int, harmony: ChordSymbol | None, goals: Sequence[int], key: Key) -> int:
    """The place on the line of fifths of a note's name."""
    usual = place_on_line(pitch, key)
    if usual < _FLATTEST:
        usual += _ENHARMONIC
    if pitch % 12 in names_of_the_key(key):
        return usual
    candidates = [*_in_chord(pitch, harmony, key), *_towards(pitch, goals, key)]
    return next((place for place in candidates if _FLATTEST <= place <= _SHARPEST), usual)


def _in_chord(pitch: int, harmony: ChordSymbol | None, key: Key) -> Iterator[int]:
    if harmony is None:
        return
    root = root_place(harmony, key)
    for step, fifths in zip(QUALITIES[harmony.quality], CHORD_FIFTHS[harmony.quality], strict=True):
        if (harmony.root + step - pitch) % 12 == 0:
            yield root + fifths


def _towards(pitch: int, goals: Sequence[int], key: Key) -> Iterator[int]:
    """Names of a note that goes on to a neighbour within the key."""
    rises, falls = pitch + 1 in goals, pitch - 1 in goals
    goal = pitch + 1 if rises else pitch - 1
    if rises == falls or goal % 12 not in names_of_the_key(key):
        return
    place = place_on_line(goal, key) + (_LETTER_SEMITONE if rises else -_LETTER_SEMITONE)
    tonic = place_on_line(key.pitch_class, key)
    if _PASSING_FLATTEST <= place - tonic <= _PASSING_SHARPEST:
        yield place
