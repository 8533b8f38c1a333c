from __future__ import annotations

from collections.abc import Iterator

import hypothesis.strategies as st
import music21
import pytest
from hypothesis import given

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.grid import METRES
from melodymuse.music.theory import FIGURES, MODES, QUALITIES, TONIC_NAMES, Key
from melodymuse.planning.numerals import (
    Progression,
    has_numerals,
    key_of_symbols,
    place_chords,
    read_progression,
    read_symbols,
)
from melodymuse.planning.progressions import (
    COMMON,
    FULL_CADENCES,
    HALF_CADENCES,
    OWN_CADENCES,
    PROGRESSIONS,
)

KEYS = [Key.of(tonic, mode) for mode in MODES for tonic in range(12)]
chords = st.tuples(st.integers(0, 11), st.sampled_from(sorted(QUALITIES)))
progressions = st.lists(st.lists(chords, min_size=1, max_size=4), min_size=1, max_size=6)


def all_texts() -> Iterator[tuple[str, int]]:
    """Every progression of the tables, and how many bars it has."""
    tables = (*PROGRESSIONS.values(), COMMON)
    yield from ((text, 4) for table in tables for texts in table.values() for text in texts)
    yield from (
        (text, 2) for table in (HALF_CADENCES, FULL_CADENCES) for m in MODES for text in table[m]
    )
    yield from ((text, 2) for pair in OWN_CADENCES.values() for texts in pair for text in texts)


@pytest.mark.parametrize(("text", "bars"), sorted(set(all_texts())))
def test_every_numeral_of_the_tables_reads(text: str, bars: int) -> None:
    progression = read_progression(text)
    assert len(progression) == bars and all(progression)
    # music21 reads Roman numerals on its own; it counts all degrees of C major from the scale.
    for word, (root, quality) in zip(
        text.replace("|", " ").split(), (c for bar in progression for c in bar), strict=True
    ):
        if "M7" in word or "sus" in word or word.endswith("+"):
            continue
        theirs = music21.roman.RomanNumeral(word.replace("ø", "ø7"), music21.key.Key("C"))
        assert theirs.root().pitchClass == root, word
        if "7" in word and not word.endswith("o7"):
            continue  # music21 takes the key's own seventh, a chord symbol the chord's
        ours = {(root + step) % 12 for step in QUALITIES[quality]}
        assert {pitch.pitchClass for pitch in theirs.pitches} == ours, word


def test_the_tables_know_every_emotion_and_both_modes() -> None:
    assert set(PROGRESSIONS) == set(EMOTIONS)
    assert all(set(table) <= set(MODES) and table for table in PROGRESSIONS.values())
    for table in (COMMON, HALF_CADENCES, FULL_CADENCES):
        assert set(table) == set(MODES)


@pytest.mark.parametrize("text", ["VIII", "iI", "H", "bbI", "I8", "IIII", "VV", "I | V | x"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no Roman numeral"):
        read_progression(text)


@given(progressions, st.sampled_from(KEYS))
def test_symbols_read_back_as_written_in_every_key(
    wanted: list[list[tuple[int, str]]], key: Key
) -> None:
    text = " | ".join(
        " ".join(symbol(root, quality, key) for root, quality in bar) for bar in wanted
    )
    if len(wanted) == 1:
        text = f"{text} | {text}"
        wanted = wanted * 2
    assert read_symbols(text, key) == tuple(tuple(bar) for bar in wanted)


def symbol(root: int, quality: str, key: Key) -> str:
    """A chord symbol; `root` counts from the tonic."""
    return TONIC_NAMES["major"][(key.pitch_class + root) % 12] + FIGURES[quality]


@pytest.mark.parametrize("root", [letter + sign for letter in "ABCDEFG" for sign in ("", "#", "b")])
def test_any_spelling_of_a_root_will_do(root: str) -> None:
    ((((pitch_class, quality),),)) = read_symbols(f"{root}m7", Key("C", "major"))
    assert quality == "minor-seventh"
    theirs = music21.harmony.ChordSymbol(f"{root.replace('b', '-')}m7").root().pitchClass
    assert pitch_class == theirs


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Cmaj", "C"), ("Cmin", "Cm"), ("C-7", "Cm7"), ("CM7", "Cmaj7"), ("Caug", "C+"),
     ("C°", "Cdim"), ("Co7", "Cdim7"), ("Cø", "Cm7b5"), ("Csus", "Csus4"), ("C/E", "C"),
     ("Am7/G", "Am7"), ("C6", "C"), ("C6/9", "C"), ("C6/9/E", "C"), ("Cmaj9", "Cmaj7"),
     ("Cadd9", "C"), ("Bbm6", "Bbm"), ("F#m9", "F#m7"), ("G13", "G7"), ("G7(b9)", "G7"),
     ("G7sus4", "Gsus4"), ("CΔ", "Cmaj7"), ("C-7", "Cm7")],
)  # fmt: skip
def test_other_ways_to_write_a_chord(written: str, meant: str) -> None:
    key = Key("C", "major")
    assert read_symbols(written, key) == read_symbols(meant, key)


def test_without_bar_lines_each_chord_has_a_bar() -> None:
    key = Key("C", "major")
    assert read_symbols("C Am F G", key) == read_symbols("C | Am | F | G", key)
    assert len(read_symbols("C Am | F G", key)) == 2


def test_commas_part_bars_where_no_lines_do() -> None:
    key = Key("C", "major")
    assert read_symbols("C, Am, F G, C", key) == read_symbols("C | Am | F G | C", key)
    assert read_symbols("C, Am | F G", key) == read_symbols("C Am | F G", key)


def test_a_bar_can_be_said_again() -> None:
    key = Key("C", "major")
    assert read_symbols("C G | % | Am | %", key) == read_symbols("C G | C G | Am | Am", key)


@pytest.mark.parametrize(
    ("numerals", "key", "symbols"),
    [
        ("I | vi | IV V7 | I", "G major", "G | Em | C D7 | G"),
        ("i | iv | V7 | i", "A minor", "Am | Dm | E7 | Am"),
        ("i, VI, III, VII", "A minor", "Am, F, C, G"),
        ("i bVI bIII bVII", "A minor", "Am F C G"),
        ("i #viio7 i", "A minor", "Am G#dim7 Am"),
        ("i viio7 i", "A minor", "Am G#dim7 Am"),
        ("I bVII IV I", "D major", "D C G D"),
        ("I | Am | IV", "C major", "C | Am | F"),
    ],
)
def test_numerals_are_meant_in_the_key(numerals: str, key: str, symbols: str) -> None:
    assert read_symbols(numerals, Key.parse(key)) == read_symbols(symbols, Key.parse(key))
    assert has_numerals(numerals) and not has_numerals(symbols)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("C | N.C. | F", "C | C | F"),
        ("NC | Am | n.c. G", "Am | Am | Am G"),
        ("C N.C. | F", "C | F"),
        ("F | N.C. | %", "F | F | F"),
    ],
)
def test_where_no_chord_is_named_the_one_before_rings_on(written: str, meant: str) -> None:
    key = Key("C", "major")
    assert read_symbols(written, key) == read_symbols(meant, key)


def test_no_chord_at_all_is_refused() -> None:
    with pytest.raises(ControlError, match=r"unknown chord 'N\.C\.'"):
        read_symbols("N.C. | N.C.", Key("C", "major"))


def test_bar_lines_may_stand_at_both_ends() -> None:
    key = Key("C", "major")
    assert read_symbols("| C Am | F G |", key) == read_symbols("C Am | F G", key)
    assert len(read_symbols("| C Am |", key)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no chords"),
        ("|", "no chords"),
        ("C | | G", "no chords in a bar"),
        ("| |", "no chords"),
        ("H", "unknown chord 'H': use chords such as C, Cm"),
        ("c", "unknown chord 'c'"),
        ("C/H", "unknown chord 'C/H'"),
        ("C15", "unknown chord 'C15'"),
        ("VIII", "unknown chord 'VIII'"),
        ("% C", "unknown chord '%'"),
        ("C D E F G | A", "more than four chords"),
    ],
)
def test_what_is_no_chord_is_refused(text: str, message: str) -> None:
    with pytest.raises(ControlError, match=message):
        read_symbols(text, Key("C", "major"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C | Am | F G | C", "C major"),
        ("Am | F | C | G", "A minor"),
        ("F | G | Am | Am", "A minor"),
        ("D G A7 D", "D major"),
        ("Ebm7 Abm7 Bbm7 Ebm7", "Eb minor"),
        ("G#m | E | B | F#", "G# minor"),
        ("C7", "F major"),
    ],
)
def test_chords_suggest_their_key(text: str, key: str) -> None:
    assert str(key_of_symbols(text)) == key


@given(progressions, st.sampled_from(sorted(METRES)))
def test_all_chords_of_a_bar_find_a_place_in_it(bars: Progression, name: str) -> None:
    metre = METRES[name]
    for bar in bars:
        placed = place_chords(tuple(bar), metre)
        assert [(chord.root, chord.quality) for chord in placed] == list(bar)
        places = [chord.position for chord in placed]
        assert places[0] == 0 and places == sorted(set(places)) and places[-1] < metre.bar_steps
        assert all(place % 6 == 0 for place in places), "on an eighth"


@pytest.mark.parametrize(
    ("metre", "count", "places"),
    [
        ("4/4", 2, [0, 24]),
        ("4/4", 3, [0, 12, 24]),
        ("4/4", 4, [0, 12, 24, 36]),
        ("3/4", 2, [0, 24]),
        ("3/4", 3, [0, 12, 24]),
        ("6/8", 2, [0, 18]),
        ("6/8", 3, [0, 12, 24]),
        ("2/4", 2, [0, 12]),
        ("2/4", 4, [0, 6, 12, 18]),
    ],
)
def test_chords_stand_on_beats(metre: str, count: int, places: list[int]) -> None:
    placed = place_chords(((0, "major"),) * count, METRES[metre])
    assert [chord.position for chord in placed] == places
