"""Files of all kinds, made with mido, read as scores."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mido import Message, MetaMessage, MidiTrack

from melodymuse.errors import MidiError
from melodymuse.midi.layout import decode_text
from melodymuse.midi.reader import bpm_of, read_midi
from melodymuse.midi.staves import hand_named
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.score import Hand, Note, Pedal, Provenance, Section, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from tests.music.strategies import small_score


def _saved(*tracks: list[Message | MetaMessage], kind: int = 1, ticks: int = 480) -> bytes:
    file = mido.MidiFile(type=kind, ticks_per_beat=ticks)
    file.tracks.extend(MidiTrack(track) for track in tracks)
    saved = BytesIO()
    file.save(file=saved)
    return saved.getvalue()


def _on(pitch: int, wait: int = 0, velocity: int = 64, channel: int = 0) -> Message:
    return Message("note_on", note=pitch, velocity=velocity, time=wait, channel=channel)


def _off(pitch: int, wait: int = 480, channel: int = 0) -> Message:
    return Message("note_off", note=pitch, time=wait, channel=channel)


def _name(name: str) -> MetaMessage:
    return MetaMessage("track_name", name=name)


def test_a_bare_file_of_one_track() -> None:
    score = read_midi(_saved([_on(60), _off(60), _on(48), _off(48)], kind=0))
    assert score.notes == (
        Note(0, 480, 60, 64, Hand.RIGHT),
        Note(480, 480, 48, 64, Hand.LEFT),
    )
    assert score.tempos == (TempoMark(0, 120.0),)
    assert score.time_signature == TimeSignature(4, 4)
    assert (score.bars, score.title, score.provenance) == (1, "", None)


def test_the_splitter_can_be_chosen() -> None:
    data = _saved([_on(60), _off(60), _on(48), _off(48)])
    seen: list[tuple[int, int, int]] = []

    def all_left(notes: list[tuple[int, int, int]]) -> list[Hand]:
        seen.extend(notes)
        return [Hand.LEFT] * len(notes)

    assert {note.hand for note in read_midi(data, split=all_left).notes} == {Hand.LEFT}
    assert sorted(seen) == [(0, 480, 60), (480, 480, 48)]


@pytest.mark.parametrize("ticks", [24, 96, 192, 384, 960, 1000, 10080])
def test_other_resolutions_are_rescaled(ticks: int) -> None:
    notes = [_on(60), _off(60, ticks), _on(62, ticks // 2), _off(62, ticks)]
    score = read_midi(_saved(notes, ticks=ticks))
    assert [(n.onset, n.end) for n in score.notes] == [(0, 480), (720, 1200)]


def test_film_frames_are_half_second_quarters() -> None:
    """25 frames a second of 40 ticks: 1000 ticks a second, so 500 are a quarter at 120."""
    data = bytearray(_saved([_on(60), _off(60, 500)]))
    data[12:14] = bytes((256 - 25, 40))
    assert [(n.onset, n.duration) for n in read_midi(bytes(data)).notes] == [(0, 480)]


def test_a_path_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(midi_bytes(small_score()))
    assert read_midi(path) == read_midi(str(path)) == read_midi(path.read_bytes())


class TestHands:
    def test_names_decide(self) -> None:
        low_right = [_name("Right Hand"), _on(40), _off(40)]
        high_left = [_name("Left Hand"), _on(80), _off(80)]
        for tracks in ((low_right, high_left), (high_left, low_right)):
            hands = {note.pitch: note.hand for note in read_midi(_saved([], *tracks)).notes}
            assert hands == {40: Hand.RIGHT, 80: Hand.LEFT}

    def test_of_two_nameless_tracks_the_higher_is_the_right_hand(self) -> None:
        score = read_midi(_saved([_on(50), _off(50)], [_on(55), _off(55)]))
        assert {n.pitch: n.hand for n in score.notes} == {50: Hand.LEFT, 55: Hand.RIGHT}

    def test_of_two_tracks_one_name_tells_both(self) -> None:
        score = read_midi(_saved([_name("LH"), _on(70), _off(70)], [_name("?"), _on(55), _off(55)]))
        assert {n.pitch: n.hand for n in score.notes} == {70: Hand.LEFT, 55: Hand.RIGHT}

    def test_two_channels_of_one_track_are_parts(self) -> None:
        merged = [_on(60), _on(64, channel=1), _off(60), _off(64, 0, channel=1)]
        score = read_midi(_saved(merged, kind=0))
        assert {n.pitch: n.hand for n in score.notes} == {60: Hand.LEFT, 64: Hand.RIGHT}

    def test_many_tracks_are_split_by_pitch(self) -> None:
        tracks = [[_on(pitch), _off(pitch)] for pitch in (40, 47, 72, 79)]
        score = read_midi(_saved(*tracks))
        assert {n.pitch: n.hand for n in score.notes} == {
            40: Hand.LEFT,
            47: Hand.LEFT,
            72: Hand.RIGHT,
            79: Hand.RIGHT,
        }

    def test_drums_are_left_out(self) -> None:
        score = read_midi(_saved([_on(60), _off(60)], [_on(36, channel=9), _off(36, channel=9)]))
        assert [note.pitch for note in score.notes] == [60]


class TestMending:
    def test_a_key_struck_again_is_let_go_first(self) -> None:
        data = _saved([_on(60), _on(60, 240), _off(60, 240), _off(60, 240)])
        assert [(n.onset, n.end) for n in read_midi(data).notes] == [(0, 240), (240, 720)]

    def test_a_key_struck_twice_at_once_counts_once_as_long_and_loud_as_any(self) -> None:
        data = _saved([_on(60, 0, 40), _off(60)], [_on(60, 0, 90), _off(60, 240)], [_on(20)])
        struck = [(n.duration, n.velocity) for n in read_midi(data).notes if n.pitch == 60]
        assert struck == [(480, 90)]

    def test_a_note_without_end_lasts_to_the_next_of_its_pitch_or_the_end(self) -> None:
        data = _saved([_on(60), _on(62, 480), _on(60, 480), MetaMessage("end_of_track", time=960)])
        ends = [(n.pitch, n.onset, n.end) for n in read_midi(data).notes]
        assert ends == [(60, 0, 960), (62, 480, 1920), (60, 960, 1920)]

    def test_a_note_of_no_length_gets_a_short_one(self) -> None:
        assert read_midi(_saved([_on(60), _off(60, 0)])).notes[0].duration == 40

    def test_a_note_off_without_a_note_is_ignored(self) -> None:
        assert read_midi(_saved([_off(60), _on(62), _off(62)])).notes[0].onset == 480

    def test_note_on_of_velocity_0_is_a_note_off(self) -> None:
        assert read_midi(_saved([_on(60), _on(60, 240, 0)])).notes[0].duration == 240


class TestBars:
    def test_silence_after_the_last_note_is_no_music(self) -> None:
        for rest in (3 * 1920 - 480, 4 * 1920 - 480, 9999):
            data = _saved([_on(60), _off(60, 1921), MetaMessage("end_of_track", time=rest)])
            assert read_midi(data).bars == 2

    def test_a_piece_of_ours_is_as_long_as_it_says(self) -> None:
        score = replace(small_score(), bars=small_score().bars + 2)
        assert read_midi(midi_bytes(score)).bars == score.bars

    def test_tempos_after_the_last_bar_are_not_the_pieces(self) -> None:
        tempos = [MetaMessage("set_tempo", tempo=10**6, time=1920) for _ in range(9)]
        score = read_midi(_saved(tempos, [_on(60), _off(60, 1920)]))
        assert (score.bars, score.tempos) == (1, (TempoMark(0, 120.0),))

    def test_a_piece_without_end_is_refused_at_once(self) -> None:
        for pause in (1920 * 10_000, 2**28 - 1):
            with pytest.raises(MidiError, match="more than 10000 bars"):
                read_midi(_saved([_on(60), _off(60, pause), _on(60), _off(60)]))

    def test_a_file_without_notes_has_a_bar(self) -> None:
        score = read_midi(_saved([]))
        assert (score.bars, score.notes, str(score.key)) == (1, (), "C major")


class TestGlobals:
    def test_every_tempo_change_is_kept(self) -> None:
        changes = [
            MetaMessage("set_tempo", tempo=mido.bpm2tempo(90), time=0),
            MetaMessage("set_tempo", tempo=mido.bpm2tempo(60), time=480),
            MetaMessage("set_tempo", tempo=mido.bpm2tempo(72.5), time=480),
        ]
        score = read_midi(_saved(changes, [_on(60), _off(60, 1920)]))
        assert score.tempos == (TempoMark(0, 90.0), TempoMark(480, 60.0), TempoMark(960, 72.5))

    def test_a_tempo_that_begins_late_leaves_120_before_it(self) -> None:
        data = _saved([MetaMessage("set_tempo", tempo=10**6, time=480)], [_on(60), _off(60, 960)])
        assert read_midi(data).tempos == (TempoMark(0, 120.0), TempoMark(480, 60.0))

    def test_the_metre_and_the_key_that_last_longest_are_taken(self) -> None:
        changes = [
            MetaMessage("time_signature", numerator=1, denominator=4),
            MetaMessage("key_signature", key="C"),
            MetaMessage("time_signature", numerator=3, denominator=4, time=480),
            MetaMessage("key_signature", key="F#m"),
        ]
        score = read_midi(_saved(changes, [_on(60), _off(60, 2400)]))
        assert (score.time_signature, score.key) == (TimeSignature(3, 4), Key("F#", "minor"))

    @pytest.mark.parametrize("name", ["Cb", "C#", "Abm", "A#m", "Bbm", "G"])
    def test_every_key_signature_is_understood(self, name: str) -> None:
        score = read_midi(_saved([MetaMessage("key_signature", key=name)], [_on(60), _off(60)]))
        assert score.key == Key.parse(name)

    def test_a_missing_key_is_estimated(self) -> None:
        notes = [
            event for p in (62, 64, 65, 67, 69, 70, 73, 74, 69, 62) for event in (_on(p), _off(p))
        ]
        assert read_midi(_saved(notes)).key == Key("D", "minor")

    @pytest.mark.parametrize("impossible", [b"\x08\0", b"\xf8\0", b"\0\2", b"\xff\xff"])
    def test_an_impossible_key_signature_is_ignored(self, impossible: bytes) -> None:
        scale = [event for p in (62, 64, 66, 67, 69, 71, 73, 74) for event in (_on(p), _off(p))]
        head = [MetaMessage("key_signature", key="C"), MetaMessage("key_signature", key="D")]
        data = _saved(head, scale)
        damaged = data.replace(b"\xff\x59\x02\0\0", b"\xff\x59\x02" + impossible)
        assert damaged != data
        assert read_midi(damaged).key == Key("D", "major")
        alone = _saved(head[:1], scale)
        damaged = alone.replace(b"\xff\x59\x02\0\0", b"\xff\x59\x02" + impossible)
        assert read_midi(damaged).key == Key("D", "major")

    def test_an_impossible_metre_is_ignored(self) -> None:
        data = bytearray(_saved([MetaMessage("time_signature", numerator=7, denominator=4)]))
        where = data.index(b"\xff\x58\x04") + 3
        for numerator, power in ((0, 2), (4, 200)):
            data[where : where + 2] = bytes((numerator, power))
            assert read_midi(bytes(data)).time_signature == TimeSignature(4, 4)

    def test_title_sections_and_text_are_utf8_or_latin1(self) -> None:
        def text(name: str, kind: str, value: bytes) -> MetaMessage:
            return MetaMessage(kind, **{name: value.decode("latin-1")})

        head = [
            text("name", "track_name", "Träumerei".encode()),
            text("text", "marker", "Überleitung".encode("latin-1")),
        ]
        score = read_midi(_saved(head, [_on(60), _off(60)]))
        assert (score.title, score.sections) == ("Träumerei", (Section(0, "Überleitung"),))

    def test_a_hand_that_comes_first_gives_no_title(self) -> None:
        assert read_midi(_saved([_name("Piano RH"), _on(60), _off(60)])).title == ""

    def test_pedals_of_both_hands_are_joined_and_released(self) -> None:
        def pedal(wait: int, value: int) -> Message:
            return Message("control_change", control=64, value=value, time=wait)

        right = [_on(60), pedal(0, 127), pedal(480, 127), pedal(480, 20), _off(60)]
        left = [_on(40), pedal(0, 64), pedal(960, 0), pedal(480, 80), _off(40)]
        assert read_midi(_saved(right, left)).pedals == (Pedal(0, 960), Pedal(1440, 1920))

    @pytest.mark.parametrize(("value", "down"), [(0, False), (63, False), (64, True), (127, True)])
    def test_the_pedal_is_down_from_64_on(self, value: int, down: bool) -> None:
        def pedal(wait: int, value: int) -> Message:
            return Message("control_change", control=64, value=value, time=wait)

        read = read_midi(_saved([_on(60), pedal(0, value), pedal(960, 63), _off(60)]))
        assert read.pedals == ((Pedal(0, 960),) if down else ())

    def test_a_pedal_pressed_as_another_is_released_is_a_stroke_of_its_own(self) -> None:
        pedal = [Message("control_change", control=64, value=v) for v in (127, 0, 127, 0)]
        for message in pedal[1::2]:
            message.time = 480
        read = read_midi(_saved([_on(60), *pedal, _off(60)]))
        assert read.pedals == (Pedal(0, 480), Pedal(480, 960))

    def test_provenance_comes_back(self) -> None:
        assert read_midi(midi_bytes(small_score())).provenance == small_score().provenance


@pytest.mark.parametrize(
    "text", ["", "composed by hand", "machine-generated by MelodyMuse 1; seed x; emotion awe"]
)
def test_other_text_is_no_provenance(text: str) -> None:
    assert Provenance.parse(text) is None


@pytest.mark.parametrize(
    ("microseconds", "bpm"), [(500000, 120), (833333, 72), (434783, 138), (413793, 145)]
)
def test_tempos_come_back_as_round_numbers(microseconds: int, bpm: float) -> None:
    assert bpm_of(microseconds) == bpm


@given(st.integers(1, 0xFFFFFF))
def test_a_tempo_read_is_the_tempo_written(microseconds: int) -> None:
    assert round(60_000_000 / bpm_of(microseconds)) == microseconds


class TestErrors:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "is empty"),
            (b"\0", "not a MIDI file"),
            (b"Dear diary, today I wrote no music", "not a MIDI file"),
            (b"MThd", "cut off"),
            (b"MThd\0\0\0\6\0\1\0\0\1\xe0", "holds no track"),
            (b"MThd\0\0\0\6\0\1\0\1\0\0MTrk\0\0\0\4\0\xff\x2f\0", "no ticks per quarter"),
            (b"MThd\0\0\0\6\0\2\0\1\1\xe0MTrk\0\0\0\4\0\xff\x2f\0", "format 2"),
            (b"MThd\0\0\0\6\0\1\0\1\1\xe0XXXX\0\0\0\4\0\xff\x2f\0", "holds no track"),
        ],
    )
    def test_damaged_data(self, data: bytes, message: str) -> None:
        with pytest.raises(MidiError, match=message):
            read_midi(data)

    def test_files_are_named(self, tmp_path: Path) -> None:
        text = tmp_path / "letter.mid"
        text.write_text("Dear diary")
        for path, message in (
            (text, r"letter\.mid' is not a MIDI file"),
            (tmp_path / "nothing.mid", r"there is no file '.*nothing\.mid'"),
            (tmp_path, "is a folder"),
            (f"{tmp_path}/a\0b", "cannot read"),
        ):
            with pytest.raises(MidiError, match=message):
                read_midi(path)

    def test_an_immense_file_is_refused_before_it_is_parsed(self, tmp_path: Path) -> None:
        path = tmp_path / "black.mid"
        with path.open("wb") as file:
            file.write(b"MThd")
            file.truncate(17 * 2**20)
        with pytest.raises(MidiError, match="larger than 16 MiB"):
            read_midi(path)

    @given(st.data())
    @settings(max_examples=300, deadline=None)
    def test_damage_anywhere_is_a_score_or_a_clear_error(self, data: st.DataObject) -> None:
        damaged = bytearray(midi_bytes(small_score()))
        for _ in range(data.draw(st.integers(1, 6))):
            place = data.draw(st.integers(0, len(damaged) - 1))
            damaged[place] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(damaged)))
        for variant in (damaged, damaged[:cut]):
            try:
                score = read_midi(bytes(variant))
            except MidiError as error:
                assert "\n" not in str(error)
            else:
                assert score.bars >= 1


@pytest.mark.parametrize(
    "text", ["ピアノ", "右手", "千本桜 feat. ミク", "Rück", "Prélude", "Ñandú"]
)
def test_text_is_read_in_the_encoding_that_it_looks_like(text: str) -> None:
    for encoding in ("utf-8", "cp932", "latin-1"):
        with contextlib.suppress(UnicodeEncodeError):
            assert decode_text(text.encode(encoding)) == text


def test_hands_are_known_by_their_japanese_names() -> None:
    assert [hand_named(name) for name in ("ピアノ右手", "左手", "両手")] == [
        Hand.RIGHT, Hand.LEFT, None
    ]  # fmt: skip
