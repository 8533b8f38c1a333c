"""A bar that returns over other chords."""

from __future__ import annotations

from melodymuse.writing.tune.adapting import adapt
from melodymuse.writing.tune.notes import TuneNote
from melodymuse.writing.vocabulary import chord_item

C, F, G = (chord_item(root, "major") for root in (0, 5, 7))
BAR = (TuneNote(0, 12, 64), TuneNote(12, 12, 65), TuneNote(24, 24, 67))


def pitches(before: int, after: int) -> list[int]:
    return [note.pitch for note in adapt(BAR, [before] * 48, [after] * 48, "major")]


def test_on_the_same_chord_it_is_the_same() -> None:
    assert adapt(BAR, [C] * 48, [C] * 48, "major") == BAR


def test_chord_notes_go_to_the_nearest_chord_notes_and_the_rest_along() -> None:
    assert pitches(C, F) == [65, 67, 65]
    assert pitches(C, G) == [62, 64, 67]


def test_rhythm_is_kept() -> None:
    moved = adapt(BAR, [C] * 48, [G] * 48, "major")
    assert [n[:2] for n in moved] == [n[:2] for n in BAR]


def test_only_what_stands_on_another_chord_moves() -> None:
    moved = adapt(BAR, [C] * 48, [C] * 24 + [F] * 24, "major")
    assert [note.pitch for note in moved] == [64, 65, 65]
