"""What a left hand does, read off its notes in the signs of `planning.accompaniment`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from melodymuse.music.grid import GridBar, GridNote, Metre
from melodymuse.music.score import Hand
from melodymuse.planning.accompaniment import REST, Pattern
from melodymuse.planning.bar_controls import PHRASE_BARS

_EIGHTH, _SIXTEENTH = 6, 3
# Semitones by which the notes of a figure lie above its lowest: what they are in an open chord.
_OPEN = (("1", 0), ("5", 7), ("8", 12), ("x", 16))
_OCTAVE, _FIFTHS = 12, (6, 7, 8)
# From which distance on a single low note is a bass below chords; and where the left hand's close
# chords lie over an open chord and over octaves (`figuring`).
_BASS_LEAP, _OVER_OPEN, _OVER_OCTAVES = 5, 8, 15
_LOWEST_HOME, _HIGHEST_HOME = 43, 58
# A figure that goes on is that of most of so many last bars.
_LAST, _FEWEST_STRIKES = 2 * PHRASE_BARS, 2


def steady_pattern(bars: Sequence[GridBar], metre: Metre) -> Pattern | None:
    """The figure whose strokes more than half of the last eight bars have; None where there is none
    such, fewer than four bars, or nothing that moves."""
    hands = [[note for note in notes if note.hand is Hand.LEFT] for notes, _ in bars[-_LAST:]]
    if len(hands) < PHRASE_BARS:
        return None
    found = Counter(signs_of(notes, metre) for notes in hands if _is_spelled(notes))
    alike: Counter[tuple[bool, ...]] = Counter()
    for signs, times in found.items():
        alike[_strokes(signs)] += times
    strokes, times = max(alike.items(), key=lambda item: item[1], default=((), 0))
    if 2 * times <= len(hands) or sum(strokes) < _FEWEST_STRIKES:
        return None
    signs = max((signs for signs in found if _strokes(signs) == strokes), key=found.__getitem__)
    return Pattern(signs, middle_home(hands))


def _is_spelled(notes: Sequence[GridNote]) -> bool:
    """Whether signs say where a bar's notes stand: from its first beat on, in no triplets."""
    places = {note.position for note in notes}
    return 0 in places and all(place % _SIXTEENTH == 0 for place in places)


def _strokes(signs: str) -> tuple[bool, ...]:
    return tuple(sign != REST for sign in signs)


def middle_home(hands: Sequence[Sequence[GridNote]]) -> int:
    """Where the left hand's close chords lie in most of some bars; 0 where all are silent."""
    homes = [_home(notes) for notes in hands if notes]
    return min(max(round(median(homes)), _LOWEST_HOME), _HIGHEST_HOME) if homes else 0


def _home(notes: Sequence[GridNote]) -> float:
    """Where the left hand's close chords lie in a bar, or would lie."""
    low, high = min(note.pitch for note in notes), max(note.pitch for note in notes)
    strikes = _strikes(notes, 1).values()
    chords = [
        struck[0] for struck in strikes if len(struck) > 1 and _sign(struck, low, high) != "o"
    ]
    if chords:
        return median(chords)
    if any(len(struck) > 1 for struck in strikes):
        return low + _OVER_OCTAVES
    return low + (_OVER_OPEN if high - low >= _OCTAVE else 0)


def _strikes(notes: Sequence[GridNote], slot: int) -> dict[int, list[int]]:
    """What is struck at each of the slots of a bar, rising."""
    strikes: dict[int, list[int]] = {}
    for note in sorted(notes, key=lambda note: note.pitch):
        strikes.setdefault(note.position // slot, []).append(note.pitch)
    return strikes


def signs_of(notes: Sequence[GridNote], metre: Metre) -> str:
    """A bar of the left hand in the signs of `planning.accompaniment`."""
    slot = _EIGHTH if all(note.position % _EIGHTH == 0 for note in notes) else _SIXTEENTH
    strikes = _strikes(notes, slot)
    low, high = min(note.pitch for note in notes), max(note.pitch for note in notes)
    chordal = any(len(struck) > 1 for struck in strikes.values())
    signs = [
        _sign(strikes[place], low, high, chordal) if place in strikes else REST
        for place in range(metre.bar_steps // slot)
    ]
    # A harmony stands on its bass.
    signs[0] = "b" if signs[0] == REST else signs[0]
    return "".join(signs)


def _sign(struck: Sequence[int], low: int, high: int, chordal: bool = True) -> str:
    """What is struck together, in a bar that goes from low to high."""
    bottom, span = struck[0], struck[-1] - struck[0]
    if len(struck) == 2 and span == _OCTAVE:
        return "o"
    if len(struck) == 2 and span in _FIFTHS and bottom == low:
        return "q"
    if len(struck) > 1:
        return "k" if bottom - low < _BASS_LEAP else "c"
    if chordal:
        return "b" if bottom - low < _BASS_LEAP else "h"
    if high - low >= _OCTAVE:
        return min(_OPEN, key=lambda sign: abs(bottom - low - sign[1]))[0]
    return "l" if bottom == low else "h" if bottom == high else "m"
