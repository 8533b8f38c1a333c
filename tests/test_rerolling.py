"""Bars written anew: everything else stays, note by note and byte by byte."""

from __future__ import annotations

from collections import Counter

import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ControlError, MidiError
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import RawNote, paired_events
from melodymuse.music.score import Hand
from tests.test_extending import BASS, QUARTER, TUNE, line, metre, rich, song, track


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def notes(document: Document, index: int) -> Counter[RawNote]:
    return Counter(paired_events(document.tracks[index].events))


def others(document: Document) -> list[Counter[Event]]:
    return [
        Counter(e for e in part.events if not 0x80 <= e.data[0] < 0xA0) for part in document.tracks
    ]


@pytest.mark.parametrize(
    ("wishes", "changed"),
    [({}, {1, 2}), ({"hand": Hand.RIGHT}, {1}), ({"hand": Hand.LEFT}, {2}),
     ({"keep": "chords"}, {1, 2})],
)  # fmt: skip
def test_what_is_not_asked_for_stays(
    engine: Engine, wishes: dict[str, object], changed: set[int]
) -> None:
    before = rich()
    anew = engine.reroll(before, 2, 3, seed=5, **wishes)  # type: ignore[arg-type]
    after = anew.document
    assert others(after) == others(before)
    assert after.chunks[1] == before.chunks[1]
    for index in range(len(before.tracks)):
        gone, come = (
            notes(before, index) - notes(after, index),
            notes(after, index) - notes(before, index),
        )
        assert bool(come) == (index in changed)
        assert all(1920 <= note.onset < 5760 for note in (*gone, *come))
        assert all(note.end is not None and note.end <= 5760 for note in come)
    assert anew.removed == 8 * len(changed)


def test_the_melody_stays_and_what_is_under_it_is_new(engine: Engine) -> None:
    before = song()
    after = engine.reroll(before, 2, 3, seed=5, keep="melody").document
    assert notes(before, 1) <= notes(after, 1)
    assert notes(before, 2) != notes(after, 2)
    tune = [n for n in paired_events(before.tracks[1].events) if 1920 <= n.onset < 5760]
    for kept in tune:
        above = [n for n in notes(after, 1) if n.onset == kept.onset and n.pitch > kept.pitch]
        assert not above


def walking() -> Document:
    """Broken chords over a bass in half bars, under a tune with rests."""
    figure = (48, 55, 52, 55, 45, 52, 48, 52)
    right = [e for e in line(TUNE, range(0, 7680, 480)) if e.tick % 1920 < 1440]
    return Document(
        1,
        QUARTER,
        (
            track(metre(0, 4, 2)),
            track(Event(0, b"\xff\x03Piano RH"), *right),
            track(Event(0, b"\xff\x03Piano LH"), *line(figure, range(0, 7680, 240), length=230)),
        ),
    )


def test_the_rhythm_stays_and_the_notes_are_new(engine: Engine) -> None:
    before = walking()
    after = engine.reroll(before, 2, 3, seed=5, keep="rhythm").document
    for index in (1, 2):
        old, new = notes(before, index), notes(after, index)
        inside = {(n.onset, n.end) for n in old if 1920 <= n.onset < 5760}
        assert {(n.onset, n.end) for n in new if 1920 <= n.onset < 5760} == inside
        assert new != old


def test_the_bass_stays_and_lies_lowest(engine: Engine) -> None:
    before = walking()
    after = engine.reroll(before, 2, 3, seed=5, keep="bass").document
    bass = {n for n in notes(before, 2) if n.pitch in (48, 45) and n.onset % 960 == 0}
    assert bass <= set(notes(after, 2))
    new = notes(after, 2) - notes(before, 2)
    assert new
    for note in new:
        lowest = max((n for n in bass if n.onset <= note.onset), key=lambda n: n.onset)
        assert note.pitch > lowest.pitch


def test_several_things_stay_at_once(engine: Engine) -> None:
    before = walking()
    after = engine.reroll(before, 2, 3, seed=5, keep=("melody", "bass", "rhythm")).document
    assert notes(before, 1) <= notes(after, 1)
    old, new = notes(before, 2), notes(after, 2)
    assert {(n.onset, n.end) for n in new} == {(n.onset, n.end) for n in old}
    assert {n for n in old if n.onset % 960 == 0} <= set(new) and old != new


def test_another_seed_gives_other_bars_and_the_same_one_the_same(engine: Engine) -> None:
    first, again, other = (engine.reroll(song(), 2, 2, seed=seed).document for seed in (1, 1, 2))
    assert first == again != other


def test_hands_in_one_track_are_told_apart_by_pitch(engine: Engine) -> None:
    both = track(*line(TUNE, range(0, 7680, 480)), *line(BASS, range(0, 7680, 480)))
    before = Document(1, QUARTER, (track(metre(0, 4, 2)), both))
    after = engine.reroll(before, 2, 3, seed=5, hand=Hand.LEFT).document
    gone = notes(before, 1) - notes(after, 1)
    assert gone and {note.pitch for note in gone} <= set(BASS)


def test_bars_after_a_pickup_and_in_other_metres_are_the_ones_that_are_counted(
    engine: Engine,
) -> None:
    upbeat = song(metre(0, 1, 2), metre(480, 4, 2), ticks=range(0, 8160, 480))
    after = engine.reroll(upbeat, 2, 2, seed=1).document
    gone = (notes(upbeat, 1) - notes(after, 1)) | (notes(after, 1) - notes(upbeat, 1))
    assert gone and all(2400 <= note.onset < 4320 for note in gone)
    short = song(metre(0, 3, 3), ticks=range(0, 2880, 240), length=220)
    after = engine.reroll(short, 3, 3, seed=1).document
    gone = (notes(short, 1) - notes(after, 1)) | (notes(after, 1) - notes(short, 1))
    assert gone and all(1440 <= note.onset < 2160 for note in gone)


def test_a_note_that_sounds_into_the_bars_is_not_struck_again(engine: Engine) -> None:
    held = [Event(960, bytes([0x90, p, 70])) for p in range(48, 84)]
    ends = [Event(2400, bytes([0x80, p, 0])) for p in range(48, 84)]
    base = song()
    tracks = (base.tracks[0], track(*base.tracks[1].events[:-1], *held, *ends), base.tracks[2])
    clear = tuple(
        Track(tuple(e for e in part.events if not (e.is_meta is False and 480 <= e.tick < 1920
                                                   and e not in held)))
        for part in tracks
    )  # fmt: skip
    after = engine.reroll(Document(1, QUARTER, clear), 2, 3, seed=1).document
    sounding: dict[int, int] = {}
    for note in paired_events(after.tracks[1].events):
        assert note.onset >= sounding.get(note.pitch, 0)
        sounding[note.pitch] = note.end or note.onset


@pytest.mark.parametrize(
    ("first", "last", "wishes", "error", "message"),
    [
        (3, 9, {}, MidiError, "no bars 3 to 9: the piece has bars 1 to 4"),
        (3, 2, {}, MidiError, "no bars 3 to 2"),
        (1, 2, {"keep": "silence"}, ControlError, "unknown keep 'silence'"),
        (1, 2, {"keep": "melody", "hand": Hand.RIGHT}, ControlError, "leaves nothing to write"),
        (1, 2, {"temperature": 9}, ControlError, "temperature must lie between"),
        (1, 2, {"tracks": [9]}, MidiError, "no notes in track 9"),
    ],
)
def test_impossible_wishes_are_refused(
    engine: Engine,
    first: int,
    last: int,
    wishes: dict[str, object],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        engine.reroll(song(), first, last, seed=1, **wishes)  # type: ignore[arg-type]


def test_bars_across_a_change_of_metre_and_unknown_metres_are_refused(engine: Engine) -> None:
    changing = song(metre(0, 3, 2), metre(2880, 4, 2))
    with pytest.raises(ControlError, match="metre changes within"):
        engine.reroll(changing, 2, 3, seed=1)
    with pytest.raises(MidiError, match="no bars can be written in 5/4"):
        engine.reroll(song(metre(0, 5, 2)), 1, 1, seed=1)
