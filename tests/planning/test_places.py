"""Places in the form: they survive the file, and no text that is none does harm."""

from __future__ import annotations

import json

import pytest

import melodymuse
from melodymuse.engine import Engine
from melodymuse.midi.cutting import trim
from melodymuse.midi.file import load_document
from melodymuse.midi.plan_event import plan_in
from melodymuse.midi.reader import read_midi
from melodymuse.midi.view import bars_of
from melodymuse.music.grid import METRES
from melodymuse.planning.places import Place, part_of, read_places, spell_places, with_room
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import CLOSE, Recall
from melodymuse.rerolling import places_in


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def piece(engine: Engine) -> melodymuse.Piece:
    return engine.compose("contentment", bars=32, seed=5)


def place_of(bar: BarPlan) -> Place:
    return Place(bar.recall, bar.closes, bar.harmony, bar.accompaniment)


def test_a_file_of_ours_tells_each_bars_place(piece: melodymuse.Piece) -> None:
    data = piece.score.to_bytes(".mid")
    told = read_places(plan_in(load_document(data)), piece.plan.metre)
    assert told == tuple(map(place_of, piece.plan.bars))
    assert read_midi(data).provenance == piece.score.provenance
    # Beside some 500 bytes of provenance.
    assert len(plan_in(load_document(data))) < 80 * 32


def test_a_bar_written_anew_has_its_planned_chords_and_recalls(
    engine: Engine, piece: melodymuse.Piece
) -> None:
    document = load_document(piece.score.to_bytes(".mid"))
    again = engine.reroll(document, 32, 32, seed=3)
    final = [n for n in again.heard.notes if n.onset >= again.heard.end - 1920]
    # The last bar closes as it did: on its tonic, and nothing after the middle.
    bass = min(final, key=lambda note: (note.onset, note.pitch))
    assert bass.pitch % 12 == piece.score.key.pitch_class
    assert max(note.onset for note in final) <= again.heard.end - 960
    without = load_document(piece.score.to_bytes(".mid").replace(b"MelodyMuse plan", b"-" * 15))
    assert plan_in(without) == "" and engine.reroll(without, 32, 32, seed=3).added


def test_bars_that_come_in_move_the_places_behind_them(
    engine: Engine, piece: melodymuse.Piece
) -> None:
    document = load_document(piece.score.to_bytes(".mid"))
    longer = engine.insert(document, 8, 2, seed=1).document
    told = read_places(plan_in(longer), piece.plan.metre)
    planned = [place_of(bar) for bar in piece.plan.bars]
    assert (told[:8], len(told)) == (tuple(planned[:8]), 34)
    for before, after in zip(planned[8:], told[10:], strict=True):
        assert after.harmony == before.harmony
        bar = before.recall.bar
        assert after.recall.bar == (bar if bar is None or bar < 8 else bar + 2)
    # What is cut off at its beginning is counted from elsewhere.
    assert not plan_in(trim(document, 5, 12, bars_of(document)))
    score = read_midi(piece.score.to_bytes(".mid"))
    assert places_in(document, score, 0) == tuple(planned)
    assert places_in(document, score, 1920)[0].harmony == planned[1].harmony
    assert places_in(document, score, 100) == ()


def test_a_part_recalls_itself_alone() -> None:
    places = tuple(Place(Recall(bar - 2 if bar > 1 else None, CLOSE)) for bar in range(6))
    assert [place.recall.bar for place in part_of(places, range(3, 9))] == [None, None, 0]
    assert [p.recall.bar for p in with_room(places, 3, 1)] == [None, None, 0, None, 1, 2, 4]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, "7", "[7]", "null", json.dumps([[0, 0, 0, None, None]]),
     json.dumps([[None, 9, 0, None, None]]), json.dumps([[None, True, 0, None, None]]),
     json.dumps([[None, 0, 0, [[0, 12, "major"]], None]]),
     json.dumps([[None, 0, 0, [[0, 0, "loud"]], None]]), json.dumps([[None, 0, 0, [], None]]),
     json.dumps([[None, 0, 0, [[5, 0, "major"], [4, 0, "minor"]], None]]),
     json.dumps([[None, 0, 0, None, ["bbbbb", 50]]]), json.dumps([[None, 0, 0, None, ["", 50]]]),
     json.dumps([[None, 0, 0, None, ["bz", 50]]]), json.dumps([[None, 0, 0, None, ["bb", 5e9]]]),
     json.dumps([[None, 0, 0, None, "bb"]])],
)  # fmt: skip
def test_a_text_that_tells_no_places_tells_nothing(text: str) -> None:
    assert read_places(text, METRES["4/4"]) == ()


def test_what_is_spelled_is_read() -> None:
    places = (Place(), Place(Recall(0, CLOSE), closes=True))
    assert read_places(spell_places(places), METRES["3/4"]) == places
