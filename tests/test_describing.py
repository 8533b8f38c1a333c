"""A piece in spoken words: what is said of notes that are known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import melodymuse
from melodymuse.describing import describe, in_short
from melodymuse.music.score import (
    ChordSymbol,
    Hand,
    Note,
    Provenance,
    Score,
    Section,
    TempoMark,
    TimeSignature,
)
from melodymuse.music.theory import Key

Q = 480
# Bars of four quarters: F sharp, A, B flat as A sharp ... in B minor.
FIRST = (66, 69, 74, 71)


def bars(pitches: tuple[int, ...], start: int, velocity: int) -> list[Note]:
    """A bar of quarters over a whole note in the bass."""
    tune = [
        Note((start * 4 + i) * Q, Q, pitch, velocity, Hand.RIGHT) for i, pitch in enumerate(pitches)
    ]
    return [Note(start * 4 * Q, 4 * Q, 47, velocity, Hand.LEFT), *tune]


def piece() -> Score:
    notes = [
        *bars(FIRST, 0, 40),
        *bars((78, 76, 74, 73), 1, 80),
        *bars(FIRST, 2, 40),
        *bars((66, 69, 74, 70), 3, 40),
    ]
    return Score(
        notes=tuple(sorted(notes, key=lambda n: (n.onset, n.duration, n.pitch))),
        time_signature=TimeSignature(4, 4),
        key=Key("B", "minor"),
        bars=4,
        tempos=(TempoMark(0, 60.0), TempoMark(15 * Q, 40.0)),
        chords=(ChordSymbol(0, 16 * Q, 11, "minor"),),
        sections=tuple(Section(i * 4 * Q, name) for i, name in enumerate(("A", "B", "A'", "A''"))),
        title="Harbour",
        provenance=Provenance("9.9", 3, "sadness", "harbour.jpg"),
    )


def test_what_is_known_is_said() -> None:
    assert describe(piece()) == (
        "Harbour.",
        "A piano piece made by a machine, MelodyMuse 9.9 for harbour.jpg, to express sadness.",
        "It lasts 16 seconds, four bars in B minor, four beats in a bar, at a very slow 60 beats a "
        "minute.",
        "It has four parts.",
        "Part A, one bar from bar 1, is sparse and very quiet; its tune lies in the middle of the "
        "keyboard, begins on F sharp 4, has its highest note, D 5, in bar 1, and ends on B 4.",
        "Part B, one bar from bar 2, is sparse and moderately loud; its tune lies high, begins on "
        "F sharp 5, has its highest note, F sharp 5, in bar 2, and ends on C sharp 5.",
        "Part A prime, one bar from bar 3, is sparse and very quiet; the tune of part A comes "
        "again, as before.",
        "Part A double prime, one bar from bar 4, is sparse and very quiet; the tune of part A "
        "comes again, varied.",
        "It slows down and ends on a chord of B minor.",
    )


def test_files_carry_it_in_short() -> None:
    assert in_short(piece()) == (
        "A piano piece made by a machine, MelodyMuse 9.9 for harbour.jpg, to express sadness. "
        "It was composed to last 16 seconds, four bars in B minor, four beats in a bar, at a very "
        "slow 60 beats a minute, in the form A, B, A prime, A double prime."
    )
    assert in_short(replace(piece(), provenance=None)) == ""


def test_what_is_not_there_is_not_said() -> None:
    bare = replace(
        piece(), chords=(), sections=(), title="", provenance=None, tempos=(TempoMark(0, 120.0),)
    )
    told = describe(bare)
    assert len(told) == 3
    assert told[1].startswith("The music is unhurried and quiet, growing softer; its")
    assert told[2] == "It ends over B 2 in the bass."
    silent = replace(bare, notes=())
    assert describe(silent)[1:] == ("The music is silent.", "It ends.")
    assert describe(replace(bare, loops=True))[-1] == "Its end leads back to its beginning."


def test_a_swell_is_heard() -> None:
    notes = tuple(
        replace(note, velocity=30 + note.onset // (16 * Q // 60)) for note in piece().notes
    )
    rising = replace(piece(), notes=notes, sections=())
    assert any("growing louder" in sentence for sentence in describe(rising))


def test_compound_time_is_counted_in_its_beats() -> None:
    waltz = replace(
        piece(),
        notes=(),
        sections=(),
        time_signature=TimeSignature(6, 8),
        tempos=(TempoMark(0, 90.0),),
    )
    assert "two beats in a bar, at a very slow 60 beats a minute" in describe(waltz)[2]


def test_from_the_command_line(run: Callable[..., Any], tmp_path: Path) -> None:
    composed = melodymuse.compose("awe", bars=8, seed=1, key="Eb major")
    composed.score.write(tmp_path / "a.mid")
    told = run("describe", "a.mid")
    assert (told.status, told.err) == (0, "")
    assert "to express awe." in told.out and "in E flat major" in told.out
    (tmp_path / "no.mid").write_bytes(b"no music")
    both = run("describe", "a.mid", "no.mid", "--json")
    assert both.status == 2 and "no.mid" in both.err
    assert " ".join(json.loads(both.out)["sentences"]) == " ".join(told.out.splitlines())
