"""Short pieces in metres other than 4/4, written by hand for the tests, and a ritardando."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from melodymuse.music.score import (
    TICKS_PER_QUARTER,
    ChordSymbol,
    Hand,
    Note,
    Provenance,
    Score,
    Section,
    TempoMark,
    TimeSignature,
)
from melodymuse.music.theory import STEP_PITCH_CLASS, Key

_EIGHTH = TICKS_PER_QUARTER // 2
_PITCH = re.compile(r"([A-G])([#b]*)(\d)")
_STRONG, _WEAK = 84, 62


def line(text: str, hand: Hand, bar: int) -> list[Note]:
    """Notes of a hand, such as ``"D5=3/2 B3+D4=2 r=1"``: pitches (``r`` a rest) and eighths.

    Bar lines (``|``) are checked.  What is struck on the beginning of a bar is louder.
    """
    notes: list[Note] = []
    now = 0
    for token in text.replace("|", " | ").split():
        if token == "|":
            assert now % bar == 0, f"bar line after {now / bar} bars of {text}"
            continue
        names, _, eighths = token.partition("=")
        ticks = int(Fraction(eighths) * _EIGHTH)
        velocity = _STRONG if now % bar == 0 else _WEAK
        if names != "r":
            notes += [Note(now, ticks, _pitch(n), velocity, hand) for n in names.split("+")]
        now += ticks
    assert now % bar == 0, f"{now / bar} bars of {text}"
    return notes


def ritardando(start: int, end: int, bpm: float, last_bpm: float) -> tuple[TempoMark, ...]:
    """A tempo mark on each quarter from `start` on, each slower than the one before."""
    ticks = range(start, end, TICKS_PER_QUARTER)
    step = (last_bpm - bpm) / len(ticks)
    return tuple(
        TempoMark(tick, round(bpm + step * place, 2)) for place, tick in enumerate(ticks, start=1)
    )


def waltz() -> Score:
    """Eleven bars of 3/4 in G major, with a ritardando over the last two."""
    return _score(
        "Waltz",
        TimeSignature(3, 4),
        Key("G", "major"),
        (
            "D5=4 B4=2 | G5=4 F#5=2 | E5=3 D5=1 C5=2 | D5=6 | B4=1 C5=1 D5=2 E5=2 |"
            "F#5=2 r=2 A5=2 | G5=1 F#5=1 E5=1 D5=1 C5=1 A4=1 | B4=3 D5=3 |"
            "G5=2/3 A5=2/3 B5=2/3 A5=2 G5=2 | F#5=1/2 G5=1/2 A5=1 C5=2 F#4=2 | G4=6",
            "G2=2 B3+D4=2 B3+D4=2 | B2=2 D4+G4=2 D4+G4=2 | A2=2 C4+E4=2 C4+E4=2 |"
            "D3=2 F#3+C4=2 F#3+C4=2 | G2=2 B3+D4=2 B3+D4=2 | F#2=2 A3+D4=2 A3+D4=2 |"
            "D3=6 | G2=2 r=4 | C3=2 E3+G3=4 | D2=2 C4+D4=2 C4+D4=2 | G2+D3+B3=4 r=2",
        ),
        "G:major G:major A:minor D:dominant-seventh G:major D:major D:dominant-seventh G:major "
        "C:major D:dominant-seventh G:major",
        (150.0, 75.0),
    )


def siciliano() -> Score:
    """Eight bars of 6/8 in G minor: dotted rhythms, chords off the beat, three against two."""
    return _score(
        "Siciliano",
        TimeSignature(6, 8),
        Key("G", "minor"),
        (
            "D5=3/2 Eb5=1/2 D5=1 G5=2 D5=1 | C5=3/2 D5=1/2 C5=1 Bb4=2 A4=1 |"
            "Bb4=3/2 C5=1/2 Bb4=1 A4=3/2 Bb4=1/2 C5=1 | D5=3 r=3 | D5=5 Eb5=1 |"
            "Eb5=1 D5=1 C5=1 F5=1/2 Eb5=1/2 D5=1/2 C5=1/2 Bb4=1/2 A4=1/2 | Bb4=2 A4=2 F#4=2 | G4=6",
            "G2=1 D3=1 Bb3=1 G2=1 D3=1 Bb3=1 | C3=1 G3=1 Eb4=1 D3=1 F#3=1 C4=1 |"
            "G2=2 D3=1 D3=2 F#3=1 | G2+D3+Bb3=3 r=3 | r=1 G3+Bb3=1 G3+Bb3=1 r=1 G3+C4=1 G3+C4=1 |"
            "C3=3 F2=3 | D3=3 D2=3 | G2+D3=6",
        ),
        "G:minor C:minor G:minor G:minor G:minor C:minor D:dominant-seventh G:minor",
        (72.0, 72.0),
    )


def polka() -> Score:
    """Eight bars of 2/4 in C major, with a syncopation and rests on weak parts."""
    return _score(
        "Polka",
        TimeSignature(2, 4),
        Key("C", "major"),
        (
            "E5=1/2 F5=1/2 E5=1/2 D5=1/2 C5=1 G4=1 | A4=1 C5=1 C5=2 |"
            "D5=1/2 E5=1/2 D5=1/2 C5=1/2 B4=1 G4=1 | C5=1 E5=1 G5=2 | G5=1/2 r=3/2 E5=1/2 r=3/2 |"
            "C5=1 F5=2 E5=1 | D5=3/2 E5=1/2 D5=1 B4=1 | C5=2 r=2",
            "C3=1 E3+G3=1 G2=1 E3+G3=1 | F3=1 A3+C4=1 C3=1 A3+C4=1 |"
            "G2=1 F3+B3=1 D3=1 F3+B3=1 | C3=1 E3+G3=1 C3=2 | C3=2 r=2 | F3=1 A3+C4=1 F3=1 A3+C4=1 |"
            "G2=1 F3+B3=1 G2=1 F3+B3=1 | C3+E3+G3=1 r=1 C2=2",
        ),
        "C:major F:major G:dominant-seventh C:major C:major F:major G:dominant-seventh C:major",
        (104.0, 104.0),
    )


def _score(
    title: str,
    metre: TimeSignature,
    key: Key,
    hands: tuple[str, str],
    harmony: str,
    bpm: tuple[float, float],
) -> Score:
    bar = metre.bar_ticks
    notes = [note for text, hand in zip(hands, Hand, strict=True) for note in line(text, hand, bar)]
    chords = tuple(_chords(harmony.split(), bar))
    bars = len(chords)
    first, last = bpm
    tempos = (TempoMark(0, first),)
    if last != first:
        tempos += ritardando((bars - 2) * bar, bars * bar, first, last)
    return Score(
        notes=tuple(sorted(notes)),
        time_signature=metre,
        key=key,
        bars=bars,
        tempos=tempos,
        chords=chords,
        sections=(Section(0, "A"), Section(4 * bar, "B")),
        title=title,
        provenance=Provenance("0.1.0", 1, "contentment"),
    )


def _chords(harmony: Iterable[str], bar: int) -> Iterable[ChordSymbol]:
    for number, symbol in enumerate(harmony):
        root, _, quality = symbol.partition(":")
        yield ChordSymbol(number * bar, bar, STEP_PITCH_CLASS[root], quality)


def _pitch(name: str) -> int:
    match = _PITCH.fullmatch(name)
    assert match is not None, name
    step, signs, octave = match.groups()
    shift = signs.count("#") - signs.count("b")
    return 12 * (int(octave) + 1) + STEP_PITCH_CLASS[step] + shift
