"""Which hand plays which part of a MIDI file: by the name of the track, by its place, by pitch."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import fmean

from melodymuse.music.score import Hand

# (onset, duration, pitch) of each note -> its hand.
HandSplitter = Callable[[Sequence[tuple[int, int, int]]], Sequence[Hand]]

# What notation programs and DAWs call the staves of a piano.  A bare "right" counts only as the
# whole name or after "piano", lest the track "Right Here Waiting" become a hand.
_PHRASES = {
    Hand.RIGHT: (
        *(r"r\.?h\.?", r"right[ _-]*hand", "main droite", "rechte hand", "mano derecha"),
        "右手",
    ),
    Hand.LEFT: (
        *(r"l\.?h\.?", r"left[ _-]*hand", "main gauche", "linke hand", "mano izquierda"),
        "左手",
    ),
}
_WORDS = {
    Hand.RIGHT: ("right", "upper", "treble", "mano destra"),
    Hand.LEFT: ("left", "lower", "bass", "mano sinistra"),
}
_PATTERNS = {
    hand: re.compile(
        rf"(?<![a-z])(?:{'|'.join(_PHRASES[hand])})(?![a-z])"
        rf"|^\W*(?:piano[\W_]*)?(?:{'|'.join(_WORDS[hand])})\W*$",
        re.IGNORECASE,
    )
    for hand in Hand
}


def hand_named(name: str) -> Hand | None:
    """The hand that a track's name speaks of (``"Piano RH"``, ``"left hand"``), or None."""
    found = [hand for hand, pattern in _PATTERNS.items() if pattern.search(name)]
    return found[0] if len(found) == 1 else None


def hands_of_parts(parts: Sequence[tuple[str, Sequence[int]]]) -> list[Hand | None]:
    """The hand of each part, given as its name and its pitches; None where a splitter must tell.

    Names decide first.  Of two parts, one named tells the other; two unnamed ones are told apart by
    which lies higher on average.
    """
    hands = [hand_named(name) for name, _ in parts]
    if len(parts) != 2 or None not in hands:
        return hands
    for first, second in ((0, 1), (1, 0)):
        known = hands[first]
        if known is not None:
            hands[second] = Hand.LEFT if known is Hand.RIGHT else Hand.RIGHT
            return hands
    lower, upper = sorted((0, 1), key=lambda index: fmean(parts[index][1]))
    if fmean(parts[lower][1]) < fmean(parts[upper][1]):
        hands[lower], hands[upper] = Hand.LEFT, Hand.RIGHT
    return hands
