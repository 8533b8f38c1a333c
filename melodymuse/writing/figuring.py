"""Which keys a figure of accompaniment leaves to the left hand, at each of its strikes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from melodymuse.music.grid import GRID_PER_QUARTER, GridChord, Metre
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.accompaniment import REST, Pattern
from melodymuse.planning.levels import ANY_HANDS, Bounds

# How far below the close position single basses and open chords stand, in semitones.
_BASS_BELOW, _OPEN_BELOW, _OCTAVES_BELOW = 9, 6, 13
# How far a bass may go from there, so that the octave is chosen where two are near.
_BASS_ROOM = 8
_WIDEST_CHORD, _CHORD_NOTES = 12, 3
# Fewest and most keys of the signs that strike several, where no chord says which.
_KEYS = {"c": (2, 3), "k": (2, 3), "u": (2, 2), "o": (2, 2), "q": (2, 2)}
_THIRDS = (3, 4)
_BASSES, _OCTAVE, _OPEN_CHORD, _CLOSE_CHORD = "bv", "o", "158xq", "lmh"
# Below this nothing is struck: what is lower on the piano is felt rather than heard as a pitch.
_LOWEST = 28


@dataclass(frozen=True, slots=True)
class Strike:
    """A strike of the left hand.

    Attributes:
        position: where it stands.
        first: pitches that its lowest note may have.
        further: those that its others may have.
        least, most: how many notes it has.
    """

    position: int
    first: frozenset[int]
    further: frozenset[int] = frozenset()
    least: int = 1
    most: int = 1


@lru_cache(maxsize=1024)
def strikes_of(
    pattern: Pattern,
    harmony: tuple[GridChord, ...],
    metre: Metre,
    highest: int,
    firm: bool = False,
    in_thirds: frozenset[int] = frozenset(),
    bounds: Bounds = ANY_HANDS,
) -> tuple[Strike, ...]:
    """The strikes of a bar, ascending.

    Args:
        pattern: what the left hand does.
        harmony: the bar's chords, each of which begins the figure anew.
        metre: of the bar.
        highest: the highest pitch that the left hand may have.
        firm: whether every chord stands on its root, not its third.
        in_thirds: beats, counted from 0, that are divided by three: what falls between the halves
            of such a beat is moved to its thirds.
        bounds: what the hand may be asked for: a figure that asks for more goes on more slowly, and
            has fewer keys at once.
    """
    slot = max(metre.bar_steps // len(pattern.signs), bounds.finest)
    starts = [chord.position for chord in harmony] or [0]
    found: dict[int, Strike] = {}
    for chord, start, end in zip(
        harmony or [None], starts, [*starts[1:], metre.bar_steps], strict=True
    ):
        for index in range((end - start) // slot):
            sign = pattern.signs[index]
            position = _divided(start + index * slot, metre, in_thirds)
            if sign == REST or position in found:
                continue
            if chord is None:
                keys = frozenset(range(highest + 1))
                least, most = (min(count, bounds.left) for count in _KEYS.get(sign, (1, 1)))
                found[position] = Strike(position, keys, keys, least, most)
                continue
            strike = _strike(sign, position, chord, pattern.home, highest, firm)
            found[position] = _within(bounds, strike) if strike.first else strike
    return tuple(strike for _, strike in sorted(found.items()) if strike.first)


def _within(bounds: Bounds, strike: Strike) -> Strike:
    """A strike for a hand with bounds, which strikes its lowest key alone where it cannot more."""
    lowest = min(strike.first)
    further = frozenset(key for key in strike.further if key <= lowest + bounds.span)
    if strike.least > 1 and (bounds.left < strike.least or max(further, default=0) <= lowest):
        return Strike(strike.position, strike.first)
    return replace(strike, further=further, most=min(strike.most, bounds.left))


def _divided(position: int, metre: Metre, in_thirds: frozenset[int]) -> int:
    """A position, moved where its beat is divided by three."""
    beat, within = divmod(position, GRID_PER_QUARTER)
    if not within or beat not in in_thirds or metre.beat_steps != GRID_PER_QUARTER:
        return position
    third = GRID_PER_QUARTER // 3
    return beat * GRID_PER_QUARTER + (2 * third if within >= GRID_PER_QUARTER // 2 else third)


def _strike(
    sign: str, position: int, chord: GridChord, home: int, highest: int, firm: bool
) -> Strike:
    """What a sign stands for, over a chord."""
    if sign in _BASSES:
        steps = _standing(chord, firm) if sign == "b" else (QUALITIES[chord.quality][2],)
        centre = home - _BASS_BELOW
        reach = range(centre - _BASS_ROOM, min(centre + _BASS_ROOM, highest) + 1)
        return Strike(position, frozenset(p for p in reach if (p - chord.root) % 12 in steps))
    if sign == _OCTAVE:
        centre = max(home - _OCTAVES_BELOW, _LOWEST + 6)
        low = _nearest(chord.root, centre, highest - 12)
        return _together(position, low, low + 12)
    if sign in _OPEN_CHORD:
        low = _nearest(chord.root, home - _OPEN_BELOW, highest - 12)
        return _of_open_chord(sign, position, low, QUALITIES[chord.quality], highest)
    return _of_close_chord(sign, position, chord, home, highest, firm)


def _together(position: int, *keys: int) -> Strike:
    """Exactly these keys."""
    return Strike(position, frozenset(keys[:1]), frozenset(keys[1:]), len(keys), len(keys))


def _of_open_chord(
    sign: str, position: int, low: int, tones: Sequence[int], highest: int
) -> Strike:
    """Over the lowest key of the open position."""
    if sign == "q":
        return _together(position, low, low + tones[2])
    key = low + {"1": 0, "5": tones[2], "8": 12, "x": 12 + tones[1]}[sign]
    return _together(position, key if key <= highest else low + 12)


def _of_close_chord(
    sign: str, position: int, chord: GridChord, home: int, highest: int, firm: bool
) -> Strike:
    low, middle, high = _close_position(chord, home, highest, firm)
    if sign in _CLOSE_CHORD:
        return _together(position, (low, middle, high)[_CLOSE_CHORD.index(sign)])
    if sign == "u":
        return _together(position, middle, high)
    reach = range(low, min(low + _WIDEST_CHORD, highest) + 1)
    inside = [key for key in reach if (key - chord.root) % 12 in QUALITIES[chord.quality]]
    lowest = inside[: 1 if sign == "k" else 2]
    return Strike(position, frozenset(lowest), frozenset(inside), 2, _CHORD_NOTES)


def _nearest(pitch_class: int, to: int, highest: int) -> int:
    """The key of a pitch class that is nearest to another one, no higher than it may be."""
    key = to + (pitch_class - to + 6) % 12 - 6
    octaves_over = max(key - highest + 11, 0) // 12
    return key - 12 * octaves_over


def _standing(chord: GridChord, firm: bool) -> tuple[int, ...]:
    """What a chord may stand on, in semitones above its root."""
    return (0, *(step for step in QUALITIES[chord.quality] if step in _THIRDS and not firm))


def _close_position(chord: GridChord, home: int, highest: int, firm: bool) -> Sequence[int]:
    """The triad in the close position, on its root or third, that is nearest to home."""
    root, tones = chord.root, QUALITIES[chord.quality][:3]
    found = []
    for lowest in _standing(chord, firm):
        above = sorted((tone - lowest) % 12 for tone in tones)
        key = _nearest((root + lowest) % 12, home, highest - above[-1])
        found.append(tuple(key + step for step in above))
    return min(found, key=lambda keys: (abs(keys[0] - home), keys))
