"""Going on from a MIDI file: nothing of it is lost, and the new bars fall where music would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product
from statistics import fmean

import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ControlError, MidiError
from melodymuse.extending import Extension
from melodymuse.midi.chord_track import chord_symbols
from melodymuse.midi.document import Document, ForeignChunk, Track, read_document
from melodymuse.midi.events import Event
from melodymuse.midi.file import paired_events
from melodymuse.midi.tempos import tempo_map
from melodymuse.midi.view import bars_of
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Hand
from melodymuse.music.theory import Key
from tests.midi.files import TWO_NOTES, chunk, header
from tests.midi.files import track as track_bytes
from tests.music.strategies import small_score

END = b"\xff\x2f"
QUARTER = 480
# A tune in C and its bass, a note a quarter: one bar of 4/4 each, over and over.
TUNE, BASS = (72, 76, 79, 77), (48, 55, 52, 53)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def metre(tick: int, numerator: int, power: int) -> Event:
    return Event(tick, b"\xff\x58" + bytes([numerator, power, 24, 8]))


def tempo(tick: int, bpm: float) -> Event:
    return Event(tick, b"\xff\x51" + round(60_000_000 / bpm).to_bytes(3))


def line(
    pitches: Sequence[int], ticks: Iterable[int], *, channel: int = 0, length: int = 460
) -> list[Event]:
    """A note at each tick, the pitches in turn."""
    events = []
    for index, tick in enumerate(ticks):
        pitch = pitches[index % len(pitches)]
        events.append(Event(tick, bytes([0x90 | channel, pitch, 60 + index % 4])))
        events.append(Event(tick + length, bytes([0x80 | channel, pitch, 64])))
    return sorted(events, key=lambda event: event.tick)


def track(*events: Event, end: int | None = None) -> Track:
    ordered = sorted(events, key=lambda event: event.tick)
    return Track((*ordered, Event(ordered[-1].tick if end is None else end, END)))


def piano(ticks: Sequence[int], *, length: int = 460) -> tuple[Track, Track]:
    """A right hand and a left hand, in tracks of their own on one channel."""
    return (
        track(Event(0, b"\xff\x03Piano RH"), *line(TUNE, ticks, length=length)),
        track(Event(0, b"\xff\x03Piano LH"), *line(BASS, ticks, length=length)),
    )


def song(
    *conductor: Event, ticks: Sequence[int] = range(0, 4 * 1920, 480), length: int = 460
) -> Document:
    opening = conductor or (metre(0, 4, 2),)
    return Document(1, QUARTER, (track(*opening), *piano(ticks, length=length)))


def lost(before: Document, after: Document) -> list[tuple[int, Event]]:
    """Events that are gone, by track; ends of tracks may move."""
    after = read_document(after.to_bytes())
    return [
        (index, event)
        for index, track in enumerate(before.tracks)
        for event in Counter(track.events) - Counter(after.tracks[index].events)
        if event.data != END
    ]


def first_new(extension: Extension) -> int:
    seam = extension.tail.seam
    return min(
        note.onset
        for track in extension.document.tracks
        for note in paired_events(track.events)
        if note.onset >= seam
    )


def rich() -> Document:
    """A piano among strings and drums, with all that a sequencer writes."""
    right, left = piano(range(0, 4 * 1920, 480))
    controls = [
        Event(0, b"\xc0\x00"),
        *(Event(0, bytes([0xB0, number, 100])) for number in (7, 10, 11, 67, 91)),
        *(Event(tick, b"\xb0\x40\x40") for tick in range(30, 7680, 1920)),
        *(Event(tick, b"\xb0\x40\x00") for tick in range(1900, 7680, 1920)),
        Event(480, b"\xe0\x00\x50"),
        Event(960, b"\xff\x05la"),
    ]
    return Document(
        1,
        QUARTER,
        (
            track(metre(0, 4, 2), tempo(0, 90), Event(0, b"\xff\x02(c) me")),
            ForeignChunk(b"XFIH", b"\1\2"),
            Track(tuple(sorted((*right.events[:-1], *controls), key=lambda e: e.tick))
                  + right.events[-1:]),
            left,
            track(Event(0, b"\xc1\x30"), *line((60,), range(0, 7680, 1920), channel=1)),
            track(*line((36, 38), range(0, 7680, 480), channel=9), Event(100, b"\xf0\x7e\xf7")),
        ),
    )  # fmt: skip


def test_everything_that_was_there_stays(engine: Engine) -> None:
    extension = engine.extend(rich(), 4, seed=1)
    after = extension.document
    assert lost(rich(), after) == []
    assert after.chunks[1] == rich().chunks[1]
    assert after.tracks[3:] == rich().tracks[3:]
    assert extension.tail.places == {Hand.RIGHT: (1, 0), Hand.LEFT: (2, 0)}
    assert [len(paired_events(t.events)) for t in after.tracks[1:3]] > [16, 16]
    assert first_new(extension) == 7680
    assert bars_of(after).count == 8


def test_a_pedalled_piece_stays_pedalled_and_another_is_left_dry(engine: Engine) -> None:
    def strokes(document: Document) -> list[tuple[int, int]]:
        return [
            (event.tick, event.data[2])
            for track in document.tracks
            for event in track.events
            if event.data[:2] == b"\xb0\x40" and event.tick >= 7680
        ]

    pedal = strokes(engine.extend(rich(), 4, seed=1).document)
    assert {value for _, value in pedal} == {0, 127}
    assert sum(value == 127 for _, value in pedal) == sum(value == 0 for _, value in pedal) >= 4
    assert pedal[-1][1] == 0 and pedal[-1][0] <= 8 * 1920
    assert strokes(engine.extend(song(), 4, seed=1).document) == []


def test_a_pedal_that_is_down_at_the_end_is_lifted_there(engine: Engine) -> None:
    base = rich()
    tracks = list(base.tracks)
    held = [e for e in tracks[1].events if e.data[:2] != b"\xb0\x40" or e.tick < 5800]
    tracks[1] = Track(tuple(held))
    after = engine.extend(base.with_tracks(tuple(tracks)), 2, seed=1).document
    moves = [e for e in after.tracks[1].events if e.data[:2] == b"\xb0\x40" and e.tick >= 5790]
    assert moves[0] == Event(5790, b"\xb0\x40\x40")
    assert moves[1] == Event(7680, b"\xb0\x40\x00")


def test_a_fade_out_ends_with_the_piece_that_it_ended(engine: Engine) -> None:
    base = song()
    fading = [Event(0, b"\xb0\x07\x64"), *(Event(5760 + 480 * i, bytes([0xB0, 7, 80 - 20 * i]))
                                           for i in range(4))]  # fmt: skip
    tracks = list(base.tracks)
    tracks[1] = track(*fading, *base.tracks[1].events[:-1])
    for document, expected in ((base.with_tracks(tuple(tracks)), [100]), (base, [])):
        after = engine.extend(document, 2, seed=1).document
        restored = [
            event.data[2]
            for part in after.tracks
            for event in part.events
            if event.data[:2] == b"\xb0\x07" and event.tick == 7680
        ]
        assert restored == expected


@pytest.mark.parametrize(
    ("document", "bars", "seam", "metre_at_end"),
    [
        (song(metre(0, 1, 2), metre(480, 4, 2), ticks=range(0, 8160, 480)), 4, 8160, "4/4"),
        (song(metre(0, 3, 2), metre(5760, 4, 2), ticks=range(0, 5760 + 8 * 1920, 480)),
         12, 21120, "4/4"),
        (song(metre(0, 3, 3), ticks=range(0, 2880, 240), length=220), 4, 2880, "3/8"),
        (song(metre(0, 2, 1), ticks=range(0, 7680, 480)), 4, 7680, "2/2"),
        (song(metre(0, 12, 3), ticks=range(0, 5760, 240), length=220), 2, 5760, "12/8"),
        (song(metre(0, 6, 2), ticks=range(0, 5760, 480)), 2, 5760, "6/4"),
        (song(metre(0, 1, 2), ticks=range(0, 7680, 480)), 4, 7680, "4/4"),
        (song(metre(0, 4, 2), metre(7680, 3, 2)), 4, 7680, "4/4"),
        # The music ends before the file does, or before the line.
        (song(metre(0, 4, 2), Event(96000, b"\xff\x01end")), 4, 7680, "4/4"),
        (song(metre(0, 4, 2), ticks=range(0, 6000, 480)), 4, 7680, "4/4"),
    ],
)  # fmt: skip
def test_new_bars_begin_on_the_next_bar_line_in_the_metre_that_is_there(
    engine: Engine, document: Document, bars: int, seam: int, metre_at_end: str
) -> None:
    extension = engine.extend(document, 2, seed=3)
    tail = extension.tail
    assert (tail.bars.count, tail.seam, str(tail.bars.metre)) == (bars, seam, metre_at_end)
    assert all(event.tick >= seam for _, event in lost(document, extension.document))
    assert first_new(extension) < seam + tail.bars.bars[-1].end - tail.bars.bars[-1].start
    after = bars_of(extension.document)
    assert (after.count, str(after.metre)) == (bars + 2, metre_at_end)
    assert {track.end for track in extension.document.tracks[1:]} == {after.end}


def test_new_notes_lie_on_the_files_grid(engine: Engine) -> None:
    eighths = song(metre(0, 3, 3), ticks=range(0, 2880, 240), length=220)
    extension = engine.extend(eighths, 4, seed=3)
    new = [n for t in extension.document.tracks for n in paired_events(t.events) if n.onset >= 2880]
    assert all(note.onset % 20 == 0 for note in new)
    assert max(note.end or 0 for note in new) == 2880 + 4 * 720


@pytest.mark.parametrize(("numerator", "power"), [(9, 3), (5, 2), (7, 3)])
def test_metres_in_which_no_bars_can_be_written_are_refused(
    engine: Engine, numerator: int, power: int
) -> None:
    with pytest.raises(MidiError, match=f"no bars can be written in {numerator}/{2**power}"):
        engine.extend(song(metre(0, numerator, power)), 2, seed=1)


def test_a_pickup_that_the_file_does_not_tell_of_can_be_told(engine: Engine) -> None:
    upbeat = song(metre(0, 4, 2), ticks=range(0, 480 + 4 * 1920, 480))
    assert engine.extend(upbeat, 2, seed=1).tail.seam == 5 * 1920
    told = engine.extend(upbeat, 2, seed=1, pickup=Fraction(1))
    assert (told.tail.seam, first_new(told)) == (8160, 8160)


def test_notes_too_short_for_halved_values_are_read(engine: Engine) -> None:
    short = song(metre(0, 3, 1), ticks=range(0, 5760, 240), length=1)
    assert engine.extend(short, 2, seed=1).tail.seam == 5760


def test_a_ritardando_ends_with_the_piece_that_it_ended(engine: Engine) -> None:
    slowing = song(metre(0, 4, 2), tempo(0, 100), tempo(6720, 80), tempo(7200, 60))
    after = engine.extend(slowing, 2, seed=1).document
    assert lost(slowing, after) == []
    assert tempo_map(after)[-1] == (7680, 600_000)
    steady = song(metre(0, 4, 2), tempo(0, 100))
    assert tempo_map(engine.extend(steady, 2, seed=1).document) == ((0, 600_000),)


def test_tempos_from_the_last_bar_line_on_give_way(engine: Engine) -> None:
    late = song(metre(0, 4, 2), tempo(0, 100), tempo(7680, 40), tempo(70_000, 41))
    after = engine.extend(late, 2, seed=1).document
    assert tempo_map(after) == ((0, 600_000),)
    assert [event.tick for _, event in lost(late, after)] == [7680, 70_000]


def test_the_key_is_the_one_where_the_music_has_arrived(engine: Engine) -> None:
    minor = (69, 72, 76, 74, 71, 68, 69, 69)
    notes = track(*line(minor, range(0, 7680, 480)), *line((45, 52, 57, 52), range(0, 7680, 480)))
    marked_major = Document(
        1, QUARTER, (track(metre(0, 4, 2), Event(0, b"\xff\x59\x00\x00")), notes)
    )
    assert engine.extend(marked_major, 2, seed=1).tail.score.key == Key("A", "minor")
    wished = engine.extend(marked_major, 2, seed=1, key=Key("E", "minor"))
    assert wished.longer.key == wished.tail.score.key == Key("E", "minor")


def test_a_piece_that_is_left_open_does_not_close(engine: Engine) -> None:
    basses: dict[bool, list[int]] = {True: [], False: []}
    for closes, seed in product(basses, range(4)):
        extension = engine.extend(song(), 4, seed=seed, closes=closes)
        assert bars_of(extension.document).count == 8
        longer = extension.longer
        last = (n.pitch for n in longer.hand(Hand.LEFT) if n.onset >= longer.end - 1920)
        basses[closes].append(min(last, default=-1) % 12)
    assert basses[True] == [0] * 4
    assert any(basses[False])


def test_new_bars_are_as_loud_as_the_last_ones(engine: Engine) -> None:
    quiet = song()
    loud = quiet.with_tracks(
        tuple(
            Track(
                tuple(
                    Event(t, bytes([d[0], d[1], d[2] + 45])) if d[0] & 0xF0 == 0x90 else Event(t, d)
                    for t, d in part.events
                )
            )
            for part in quiet.tracks
        )
    )
    for document, level in ((quiet, 61.5), (loud, 106.5)):
        longer = engine.extend(document, 4, seed=2).longer
        new = [note.velocity for note in longer.notes if note.onset >= 7680]
        assert fmean(new) == pytest.approx(level, abs=6)


def test_a_violin_is_left_alone(engine: Engine) -> None:
    violin = track(Event(0, b"\xc2\x28"), *line((88, 91), range(0, 7680, 480), channel=2))
    base = song()
    document = Document(1, QUARTER, (base.tracks[0], violin, *base.tracks[1:]))
    extension = engine.extend(document, 2, seed=1)
    assert extension.tail.places == {Hand.RIGHT: (2, 0), Hand.LEFT: (3, 0)}
    assert extension.document.tracks[1] == violin
    named = engine.extend(document, 2, seed=1, tracks=[1])
    assert set(named.tail.places.values()) == {(1, 2)}
    told = engine.extend(document, 2, seed=1, hands=(1, 3))
    assert told.tail.places == {Hand.RIGHT: (1, 2), Hand.LEFT: (3, 0)}
    assert told.document.tracks[2] == document.tracks[2]


def test_a_unison_of_two_voices_stays(engine: Engine) -> None:
    both = [*line((60,), range(0, 1920, 480)), *line((60,), range(0, 1920, 480), length=200)]
    document = Document(1, QUARTER, (track(metre(0, 4, 2)), track(*both)))
    assert lost(document, engine.extend(document, 2, seed=1).document) == []


def test_a_key_that_still_sounds_is_not_struck_again(engine: Engine) -> None:
    over = song(ticks=[*range(0, 7200, 480), 7200])
    held = [Event(7200, bytes([0x90, p, 70])) for p in range(36, 96)]
    ends = [Event(7740, bytes([0x80, p, 0])) for p in range(36, 96)]
    tracks = (*over.tracks[:2], track(*over.tracks[2].events[:-1], *held, *ends))
    extension = engine.extend(Document(1, QUARTER, tracks), 2, seed=1)
    assert extension.tail.seam == 7680
    sounding: dict[int, int] = {}
    for note in paired_events(extension.document.tracks[2].events):
        if note.onset > 7200:
            assert note.onset >= sounding.get(note.pitch, 0)
        sounding[note.pitch] = note.end or 0


def test_our_own_chord_track_goes_on(engine: Engine) -> None:
    document = read_document(midi_bytes(small_score(), chord_track=True))
    extension = engine.extend(document, 4, seed=1)
    chords = extension.document.tracks[3]
    assert lost(document, extension.document) == []
    new = [n for n in paired_events(chords.events) if n.onset >= extension.tail.seam]
    symbols = chord_symbols((n.onset, n.end or 0, n.pitch) for n in new)
    assert symbols and {n.channel for n in new} == {2}
    assert len(engine.extend(song(), 2, seed=1).document.tracks) == 3
    added = engine.extend(song(), 2, seed=1, chord_track=True).document.tracks[3]
    assert min(n.onset for n in paired_events(added.events)) >= 7680


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 128 + header(2) + track_bytes() + track_bytes(),
        b"RIFF\x4c\0\0\0RMIDdata\x40\0\0\0" + header(2) + track_bytes() + track_bytes(),
        header(3) + chunk(b"XFIH", b"chords") + track_bytes() + track_bytes(),
        header(4) + track_bytes() + track_bytes(),
        header(1) + track_bytes() + track_bytes(),
        header(2) + track_bytes(length=9) + track_bytes(),
        header(2) + track_bytes() + track_bytes(length=0),
        header(2) + track_bytes(b"\0\xff\x20\0" + TWO_NOTES) + track_bytes(),
        header(2) + track_bytes(b"\0\xff\x51\x04\0\0\0\1" + TWO_NOTES) + track_bytes(),
        header(2) + track_bytes(b"\0\xf4" + TWO_NOTES) + track_bytes(),
        (header(2) + track_bytes() + track_bytes())[:-6],
        header(1, kind=0)
        + track_bytes(b"\0\xff\x03\x08\x83\x73\x83\x41\x83\x6d\x82\xa0" + TWO_NOTES),
    ],
)
def test_what_players_tolerate_is_gone_on_from(engine: Engine, data: bytes) -> None:
    document = read_document(data)
    extension = engine.extend(document, 2, seed=1)
    assert extension.tail.seam == 1920
    assert lost(document, extension.document) == []
    assert read_document(extension.document.to_bytes()).faults == ()


@pytest.mark.parametrize(
    "document",
    [
        Document(1, QUARTER, (track(metre(0, 4, 2)),)),
        Document(1, QUARTER, (track(*line((36,), range(0, 1920, 480), channel=9)),)),
    ],
)
def test_without_a_piano_there_is_nothing_to_go_on_from(engine: Engine, document: Document) -> None:
    with pytest.raises(MidiError, match="no note to go on from"):
        engine.extend(document, 2, seed=1)


def test_a_piano_that_is_silent_since_the_metre_changed_is_refused(engine: Engine) -> None:
    strings = track(Event(0, b"\xc1\x30"), *line((60,), range(0, 7680, 480), channel=1))
    conductor = track(metre(0, 4, 2), metre(5760, 3, 2))
    document = Document(1, QUARTER, (conductor, *piano(range(0, 1920, 480)), strings))
    with pytest.raises(MidiError, match="silent in the last bars"):
        engine.extend(document, 2, seed=1)


@pytest.mark.parametrize("bars", [1, 257, 10**9])
def test_impossible_numbers_of_bars_are_refused(engine: Engine, bars: int) -> None:
    with pytest.raises(ControlError, match="bars to add must lie between 2 and 256"):
        engine.extend(song(), bars, seed=1)


def test_free_playing_is_recognised(engine: Engine) -> None:
    strict = [round(480 * index + 4 * (index % 3)) for index in range(64)]
    free = [round(401.7 * index + 37 * (index % 7)) for index in range(64)]
    assert not engine.extend(song(ticks=strict), 2, seed=1).tail.is_free
    assert not engine.extend(song(ticks=range(0, 64 * 320, 320)), 2, seed=1).tail.is_free
    assert engine.extend(song(ticks=free), 2, seed=1).tail.is_free


def test_the_whole_is_printed_with_the_chords_of_its_new_bars(engine: Engine) -> None:
    extension = engine.extend(song(), 4, seed=1)
    whole = extension.score
    assert whole.bars == 8
    assert whole.chords and min(chord.onset for chord in whole.chords) >= 7680
    assert [(part.onset, part.name) for part in whole.sections] == [
        (0, "opening"), (7680, "continued")
    ]  # fmt: skip
    assert len(whole.notes) == 32 + extension.new_notes


def test_a_feeling_turns_the_new_bars_and_keeps_key_metre_and_tempo(engine: Engine) -> None:
    before = song(ticks=range(0, 8 * 1920, 480))
    calm, wild = (
        engine.extend(before, 8, seed=2, feeling=EmotionProfile.of(name))
        for name in ("contentment", "anger")
    )
    for found in (calm, wild):
        assert lost(before, found.document) == []
        assert found.longer.key == Key("C", "major")
        assert tempo_map(found.document) == tempo_map(before)
    (quiet, few), (loud, many) = (
        (fmean(n.velocity for n in new), len(new))
        for new in ([n for n in f.longer.notes if n.onset >= 8 * 1920] for f in (calm, wild))
    )
    assert loud > quiet + 5 and many > few
