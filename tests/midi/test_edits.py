"""Edits: each does what it says, and leaves the rest alone."""

from __future__ import annotations

from fractions import Fraction
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import MidiError
from melodymuse.midi import edits
from melodymuse.midi.cutting import repeat, trim
from melodymuse.midi.document import Document, Track, read_document
from melodymuse.midi.events import Event
from melodymuse.midi.feel import humanise
from melodymuse.midi.file import RawNote, paired_events
from melodymuse.midi.tempos import tempo_map
from melodymuse.midi.view import bars_of, parts_of, piano_of

END = b"\xff\x2f"


def notes_of(document: Document, track: int = 1) -> list[RawNote]:
    return paired_events(document.tracks[track].events)


def song() -> Document:
    """Two bars of 4/4 in E minor: piano, with a pedal and a program, and drums."""
    conductor = (
        Event(0, b"\xff\x03Song"),
        Event(0, b"\xff\x58\x04\x02\x18\x08"),
        Event(0, b"\xff\x59\x01\x01"),
        Event(0, b"\xff\x51\x07\xa1\x20"),  # 120
        Event(1920, b"\xff\x51\x0f\x42\x40"),  # 60
        Event(1920, b"\xff\x06B"),
        Event(3840, END),
    )
    piano = [Event(0, b"\xc0\x05"), Event(0, b"\xb0\x40\x30")]
    for index in range(8):
        piano += [
            Event(480 * index, bytes([0x90, 60 + index, 60 + 2 * index])),
            Event(480 * index + 300, bytes([0x80, 60 + index, 64])),
        ]
    drums = (Event(0, b"\x99\x24\x64"), Event(100, b"\x99\x24\x00"), Event(3840, END))
    tracks = (Track(conductor), Track((*piano, Event(3840, END))), Track(drums))
    return read_document(Document(1, 480, tracks).to_bytes())


def channels(document: Document) -> edits.Channels:
    return edits.channels_of(piano_of(document))


def test_transposing_moves_notes_and_key_and_not_the_drums() -> None:
    before, after = song(), edits.transpose(song(), 3)
    assert [n.pitch for n in notes_of(after)] == [n.pitch + 3 for n in notes_of(before)]
    assert after.tracks[2] == before.tracks[2]
    assert after.tracks[0].events[2].data == b"\xff\x59\xfe\x01"  # G minor: two flats
    assert edits.transpose(after, -3) == before


def test_transposing_out_of_the_range_is_refused() -> None:
    with pytest.raises(MidiError, match="cannot move by 100"):
        edits.transpose(song(), 100)


def test_a_tempo_map_keeps_its_shape() -> None:
    faster = edits.scale_tempo(song(), 1.5)
    assert edits.first_tempo(song()) == 120
    assert edits.first_tempo(faster) == pytest.approx(180, abs=1e-3)
    assert faster.tracks[0].events[4].data[2:] == (666_667).to_bytes(3)
    assert faster.tracks[1:] == song().tracks[1:]
    with pytest.raises(MidiError, match="cannot be written"):
        edits.scale_tempo(song(), 0.001)


def test_a_file_without_a_tempo_gets_one() -> None:
    bare = Document(1, 480, (Track((Event(0, b"\xff\x03Song"), Event(0, END))), *song().tracks[1:]))
    assert edits.first_tempo(edits.scale_tempo(bare, 0.5)) == 60


def test_velocities_scale_and_move_without_the_drums() -> None:
    halved = edits.scale_velocities(song(), channels(song()), 0.5)
    assert [note.velocity for note in notes_of(halved)] == [30 + index for index in range(8)]
    centred = edits.centre_velocities(song(), channels(song()), 100)
    assert [note.velocity for note in notes_of(centred)] == [93 + 2 * index for index in range(8)]
    assert centred.tracks[2] == halved.tracks[2] == song().tracks[2]
    assert notes_of(edits.scale_velocities(song(), channels(song()), 0.0))[0].velocity == 1


def test_a_program_takes_the_place_of_another() -> None:
    changed = edits.set_program(song(), channels(song()), 0)
    assert [part.programs for part in parts_of(changed)] == [(0,), (0,)]
    others = [event for event in changed.tracks[1].events if event.data[0] != 0xC0]
    assert others == list(song().tracks[1].events[1:])
    assert Event(0, b"\xc0\x00") in changed.tracks[1].events[:2]


def test_quantizing_lays_notes_on_the_grid_of_their_bar() -> None:
    late = edits.transpose(song(), 0)
    shifted = Document(1, 480, tuple(_moved(track, 17) for track in late.tracks))
    laid = edits.quantize(shifted, channels(shifted), Fraction(1, 4), bars_of(song()))
    assert [note.onset for note in notes_of(laid)] == [480 * index for index in range(8)]
    assert {note.end - note.onset for note in notes_of(laid) if note.end} == {240}
    assert laid.tracks[2] == shifted.tracks[2]


def _moved(track: Track, ticks: int) -> Track:
    later = (
        Event(event.tick + ticks, event.data) if event.data[0] & 0xF0 in (0x80, 0x90) else event
        for event in track.events[:-1]
    )
    return Track((*later, Event(track.end + ticks, END)))


def test_swing_moves_the_second_eighth() -> None:
    eighths = Document(
        1, 480, (Track((*(Event(240 * i, b"\x90\x3c\x50") for i in range(8)), Event(1920, END))),)
    )
    swung = edits.swing(eighths, {(0, 0)}, 2 / 3, bars_of(eighths))
    assert [n.onset for n in notes_of(swung, 0)] == [0, 320, 480, 800, 960, 1280, 1440, 1760]
    assert edits.swing(eighths, {(0, 0)}, 0.5, bars_of(eighths)) == eighths


def test_trimming_keeps_what_was_in_force() -> None:
    cut = trim(song(), 2, 2, bars_of(song()))
    assert [note.onset for note in notes_of(cut)] == [0, 480, 960, 1440]
    assert [note.pitch for note in notes_of(cut)] == [64, 65, 66, 67]
    assert {event.data for event in cut.tracks[1].events if event.tick == 0} >= {
        b"\xc0\x05", b"\xb0\x40\x30"
    }  # fmt: skip
    assert edits.first_tempo(cut) == 60
    assert [t.end for t in cut.tracks] == [1920] * 3
    assert [e.data for e in cut.tracks[0].events].count(b"\xff\x06B") == 1
    with pytest.raises(MidiError, match="no bars 2 to 3"):
        trim(song(), 2, 3, bars_of(song()))


def test_trimming_cuts_what_sounds_over_the_end_and_drops_what_began_before() -> None:
    held = Document(
        1,
        480,
        (
            Track(
                (
                    Event(0, b"\x90\x3c\x50"),
                    Event(1920, b"\x90\x40\x50"),
                    Event(2500, b"\x80\x3c\x00"),
                    Event(5000, b"\x80\x40\x00"),
                    Event(5000, END),
                )
            ),
        ),
    )
    cut = trim(held, 2, 2, bars_of(held))
    assert notes_of(cut, 0) == [RawNote(0, 1920, 0x40, 80, 0)]


def test_a_piece_is_repeated_as_it_began() -> None:
    bars = bars_of(song())
    twice = repeat(song(), 2, bars)
    assert notes_of(twice) == [
        *notes_of(song()),
        *(n._replace(onset=n.onset + 3840, end=n.end + 3840) for n in notes_of(song()) if n.end),
    ]
    tempos = [(e.tick, e.data) for e in twice.tracks[0].events if e.data[:2] == b"\xff\x51"]
    assert [tick for tick, _ in tempos] == [0, 1920, 3840, 5760]
    assert tempos[0][1] == tempos[2][1]
    assert [e.data for e in twice.tracks[0].events].count(b"\xff\x03Song") == 1
    assert [track.end for track in twice.tracks] == [7680] * 3
    assert bars_of(twice).count == 4
    with pytest.raises(MidiError, match="loop it less often"):
        repeat(song(), 10_000, bars)


def test_a_tempo_that_no_event_states_comes_back_with_each_round() -> None:
    late = Document(
        1,
        480,
        (
            Track((Event(960, b"\xff\x51\x0f\x42\x40"), Event(1920, END))),
            song().tracks[1],
        ),
    )
    tempos = tempo_map(repeat(late, 2, bars_of(late)))
    assert tempos == ((0, 500_000), (960, 1_000_000), (3840, 500_000), (4800, 1_000_000))


def test_the_pedal_is_lifted_and_nothing_else() -> None:
    bare = edits.lift_pedal(song(), channels(song()))
    gone = set(song().tracks[1].events) - set(bare.tracks[1].events)
    assert gone == {Event(0, b"\xb0\x40\x30")}


def test_a_human_feel_moves_notes_a_little_and_no_bar_line() -> None:
    dense = repeat(song(), 20, bars_of(song()))
    played = humanise(dense, channels(dense), seed=1)
    assert played == humanise(dense, channels(dense), seed=1) != humanise(dense, channels(dense))
    assert played.tracks[0] == dense.tracks[0] and played.tracks[2] == dense.tracks[2]
    before, after = notes_of(dense), notes_of(played)
    assert sorted(n.pitch for n in before) == sorted(n.pitch for n in after)
    # Of some 40 s of music at 120 and 60: 10 ms are 9.6 and 4.8 ticks.
    moved = [b.onset - a.onset for a, b in zip(before, after, strict=True)]
    assert 3 < pstdev(moved) < 20 and max(map(abs, moved)) < 60
    assert abs(fmean(moved)) < 6
    assert 1 < pstdev(b.velocity - a.velocity for a, b in zip(before, after, strict=True)) < 6


@given(st.lists(st.integers(1, 3000), min_size=2, max_size=60), st.integers(0, 9))
def test_a_human_foot_keeps_its_order_and_its_depth(ticks: list[int], seed: int) -> None:
    depths = [(7 * index) % 128 for index in range(len(ticks))]
    pedal = [Event(t, bytes([0xB0, 64, d])) for t, d in zip(sorted(ticks), depths, strict=True)]
    strings = [Event(tick, b"\xb1\x40\x7f") for tick in sorted(ticks)]
    events = sorted([Event(0, b"\x90\x3c\x40"), *pedal, *strings], key=lambda e: e.tick)
    piece = Document(1, 480, (Track((*events, Event(4000, END))),))
    after = humanise(piece, {(0, 0)}, seed).tracks[0].events
    feet = [event for event in after if event.data[:2] == b"\xb0\x40"]
    assert [event.data[2] for event in feet] == depths
    assert [event for event in after if event.data[0] == 0xB1] == strings


def test_a_human_foot_is_a_little_beside_its_time() -> None:
    events = [Event(480 * i, bytes([0xB0, 64, 127 * (i % 2)])) for i in range(1, 200)]
    piece = Document(1, 480, (Track((*events, Event(480 * 200, END))),))
    feet = humanise(piece, {(0, 0)}, 3).tracks[0].events[:-1]
    late = [event.tick - 480 * (i + 1) for i, event in enumerate(feet)]
    # 15 ms at 120 are 14 ticks.
    assert pstdev(late) == pytest.approx(14.4, rel=0.2) and abs(fmean(late)) < 4


def test_the_melody_leads_its_chord() -> None:
    chord = [Event(480 * i, bytes([0x90, p, 60])) for i in range(1, 60) for p in (48, 60, 72)]
    ends = [Event(480 * i + 400, bytes([0x80, p, 0])) for i in range(1, 60) for p in (48, 60, 72)]
    events = sorted([*chord, *ends], key=lambda event: event.tick)
    chords = Document(1, 480, (Track((*events, Event(480 * 60, END))),))
    played = notes_of(humanise(chords, {(0, 0)}), 0)
    lead = [
        fmean(n.onset for n in played if n.pitch == p) - fmean(480 * i for i in range(1, 60))
        for p in (60, 72)
    ]
    assert lead[0] - lead[1] == pytest.approx(0.022 * 960, abs=5)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(60, 63)), min_size=1), st.integers(0, 9))
def test_a_human_hand_lets_go_of_a_key_before_it_strikes_it_again(
    strokes: list[tuple[int, int]], seed: int
) -> None:
    events = [Event(120 * i, bytes([0x90, p, 60])) for i, p in set(strokes)]
    events += [Event(120 * i + 120, bytes([0x80, p, 0])) for i, p in set(strokes)]
    events.sort(key=lambda event: (event.tick, event.data))
    piece = Document(1, 480, (Track((*events, Event(6000, END))),))
    played = notes_of(humanise(piece, {(0, 0)}, seed), 0)
    assert len(played) == len(set(strokes))
    ends: dict[int, int] = {}
    for note in played:
        assert note.onset >= ends.get(note.pitch, 0)
        assert note.end is not None
        ends[note.pitch] = note.end
