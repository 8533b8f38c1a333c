"""Scores for the tests of this folder: one written by hand, and hypothesis' own."""

from __future__ import annotations

from hypothesis import strategies as st

from melodymuse.music.score import (
    ChordSymbol,
    Hand,
    Note,
    Pedal,
    Provenance,
    Score,
    Section,
    TempoMark,
    TimeSignature,
)
from melodymuse.music.theory import MODES, QUALITIES, TONIC_NAMES, Key

GRID = 40
METRES = ((4, 4), (3, 4), (2, 4), (6, 8), (5, 8), (7, 8), (2, 2), (9, 8), (12, 8), (3, 16), (5, 4))
KEYS = [Key(tonic, mode) for mode in MODES for tonic in TONIC_NAMES[mode]]
_WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters=";", exclude_categories=("C", "Z")),
    min_size=1,
    max_size=12,
)


def small_score() -> Score:
    """Two bars in D minor: melody with a triplet over held chords, a section each bar."""
    right = [(0, 480, 74, 90), (480, 160, 77, 70), (640, 160, 76, 64), (800, 160, 74, 60)]
    right += [(960, 960, 73, 88), (1920, 1920, 74, 80), (1920, 1920, 69, 72)]
    left = [(0, 960, 50, 60), (0, 960, 57, 52), (960, 960, 45, 66), (960, 480, 55, 50)]
    left += [(1440, 480, 52, 48), (1920, 1920, 38, 76), (1920, 1920, 50, 58)]
    notes = [Note(*note, Hand.RIGHT) for note in right] + [Note(*note, Hand.LEFT) for note in left]
    return Score(
        notes=tuple(sorted(notes)),
        time_signature=TimeSignature(4, 4),
        key=Key("D", "minor"),
        bars=2,
        tempos=(TempoMark(0, 72.0),),
        chords=(
            ChordSymbol(0, 960, 2, "minor"),
            ChordSymbol(960, 960, 9, "dominant-seventh"),
            ChordSymbol(1920, 1920, 2, "minor"),
        ),
        sections=(Section(0, "A"), Section(1920, "coda")),
        title="Rocket at dusk",
        provenance=Provenance("0.1.0", 7, "awe", "rocket.jpg", (("temperature", "1.0"),)),
    )


@st.composite
def scores(
    draw: st.DrawFn, grid: int = GRID, metres: tuple[tuple[int, int], ...] = METRES
) -> Score:
    """Scores with notes on a grid, no overlap of a pitch within a hand."""
    metre = TimeSignature(*draw(st.sampled_from(metres)))
    bars = draw(st.integers(1, 4))
    steps = bars * metre.bar_ticks // grid
    raw = draw(
        st.lists(
            st.tuples(
                st.integers(0, steps - 1),
                st.integers(1, 2 * metre.bar_ticks // grid),
                st.integers(21, 108),
                st.integers(1, 127),
                st.sampled_from(list(Hand)),
            ),
            max_size=24,
        )
    )
    notes: list[Note] = []
    for onset, length, pitch, velocity, hand in sorted(raw):
        end = min(onset + length, steps)
        note = Note(onset * grid, (end - onset) * grid, pitch, velocity, hand)
        clash = (n for n in notes if n.hand is hand and n.pitch == pitch and n.end > note.onset)
        if next(clash, None) is None:
            notes.append(note)
    ticks = st.integers(1, bars * metre.bar_ticks - 1)
    changes = draw(st.lists(ticks, unique=True, max_size=3))
    bpm = st.integers(2000, 30000).map(lambda hundredths: hundredths / 100)
    tempos = tuple(TempoMark(tick, draw(bpm)) for tick in (0, *sorted(changes)))
    marks = sorted(draw(st.lists(ticks, unique=True, max_size=3)))
    edges = sorted(draw(st.lists(ticks, unique=True, max_size=4)))
    chord_onsets = sorted(draw(st.lists(st.integers(0, bars - 1), unique=True)))
    bar = metre.bar_ticks
    return Score(
        notes=tuple(sorted(notes)),
        time_signature=metre,
        key=draw(st.sampled_from(KEYS)),
        bars=bars,
        tempos=tempos,
        chords=tuple(
            ChordSymbol(n * bar, bar, draw(st.integers(0, 11)), draw(st.sampled_from([*QUALITIES])))
            for n in chord_onsets
        ),
        sections=tuple(Section(tick, draw(_WORDS)) for tick in marks),
        pedals=tuple(Pedal(*edges[n : n + 2]) for n in range(0, len(edges) - 1, 2)),
        title=draw(_WORDS | st.just("")),
        provenance=draw(_provenances()),
    )


def _provenances() -> st.SearchStrategy[Provenance]:
    names = st.from_regex(r"[a-z_]+", fullmatch=True).filter(lambda name: name != "source")
    return st.builds(
        Provenance,
        version=st.from_regex(r"[0-9]\.[0-9]+\.[0-9]+", fullmatch=True),
        seed=st.integers(0, 2**63 - 1),
        emotion=st.sampled_from(["awe", "sadness"]),
        source=_WORDS | st.just(""),
        controls=st.lists(st.tuples(names, _WORDS), max_size=3).map(tuple),
    )
