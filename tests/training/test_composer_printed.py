"""Reading printed pieces in the layouts of OpenScore Lieder and of Chopin's first editions."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest

from melodymuse.errors import MelodyMuseError, MidiError
from melodymuse.music.grid import GridChord
from melodymuse.music.score import Hand
from melodymuse.music.theory import Key
from tests.training.printed_set import PIANO, UNNAMED, write_piece
from training.composer.chopin import read_chopin, read_piece
from training.composer.lieder import find_songs, read_hands, read_lied, read_lieder
from training.composer.signatures import major_or_minor, read_keys
from training.composer.song import Song


def lied(path: Path, **drawn: object) -> Song:
    song = read_lied(write_piece(path, **drawn))  # type: ignore[arg-type]
    assert song is not None
    return song


def chopin(path: Path, **drawn: object) -> Song:
    piece = read_piece(write_piece(path, tracks=UNNAMED, **drawn))  # type: ignore[arg-type]
    assert piece is not None
    return piece


def test_a_lied_has_its_tune_in_the_right_hand(tmp_path: Path) -> None:
    song = lied(tmp_path / "Lied.mid")
    assert (song.name, song.style, song.metre) == ("lieder/Lied", "song", "4/4")
    assert song.tempo == pytest.approx(72, abs=1e-3)  # MIDI counts whole microseconds
    assert song.mode == ("major",) * 16 and song.marks == (None,) * 16
    struck = [(n.hand, n.pitch, n.duration) for n in song.notes[0] if n.position == 0]
    assert struck == [
        (Hand.LEFT, 36, 48),
        (Hand.RIGHT, 60, 6),
        (Hand.RIGHT, 64, 6),
        (Hand.RIGHT, 67, 6),
        (Hand.RIGHT, 72, 24),
    ]
    assert [bar[0].root for bar in song.chords if bar][:4] == [0, 5, 7, 0]
    assert song.tune is not None
    assert [(n.position, n.pitch) for n in song.tune[0]] == [(0, 72), (24, 72)]


def test_without_a_voice_the_top_line_is_the_tune(tmp_path: Path) -> None:
    piece = chopin(tmp_path / "Op.mid")
    assert piece.tune is not None
    assert [(n.position, n.pitch) for n in piece.tune[1]] == [(6 * i, 72) for i in range(8)]


def test_what_is_printed_has_no_loudness(tmp_path: Path) -> None:
    song = lied(tmp_path / "Lied.mid")
    assert {note.velocity for bar in song.notes for note in bar} == {0}


@pytest.mark.parametrize("upbeat", [1, 2, 3])
def test_an_upbeat_moves_the_bar_lines(tmp_path: Path, upbeat: int) -> None:
    straight = lied(tmp_path / "1" / "Lied.mid")
    assert lied(tmp_path / "2" / "Lied.mid", upbeat=upbeat) == straight


def test_a_lied_without_a_voice_or_with_three_staves_of_piano(tmp_path: Path) -> None:
    assert lied(tmp_path / "1.mid", tracks=PIANO).notes[0][-1].hand is Hand.RIGHT
    three = ("Piano|staff1", "Piano|staff2", "Piano|staff3")
    assert read_lied(write_piece(tmp_path / "3.mid", tracks=three)) is None


def test_hands_are_read_without_the_voice(tmp_path: Path) -> None:
    hands = read_hands(write_piece(tmp_path / "1.mid", bars=1))
    assert [hand for _, hand in hands].count(Hand.LEFT) == 1
    assert hands[-1] == ((0, 1920, 36), Hand.LEFT)
    assert all(duration == 240 for (_, duration, _), hand in hands if hand is Hand.RIGHT)
    assert read_hands(write_piece(tmp_path / "2.mid", tracks=UNNAMED)) == []


def test_chopin_has_no_track_names(tmp_path: Path) -> None:
    piece = chopin(tmp_path / "Op.mid", metre=(3, 4))
    assert (piece.name, piece.style, piece.metre) == ("chopin/Op", "salon", "3/4")
    assert {n.pitch for n in piece.notes[0] if n.hand is Hand.LEFT} == {36}
    assert {n.pitch for n in piece.notes[0] if n.hand is Hand.RIGHT} == {60, 64, 67}


@pytest.mark.parametrize(
    ("metre", "named"), [((4, 4), "4/4"), ((2, 2), "4/4"), ((6, 8), "6/8"), ((2, 4), "2/4")]
)
def test_metres_that_the_network_knows(tmp_path: Path, metre: tuple[int, int], named: str) -> None:
    assert chopin(tmp_path / "1.mid", metre=metre).metre == named


def test_other_metres_and_short_pieces_are_left_out(tmp_path: Path) -> None:
    odd = write_piece(tmp_path / "5.mid", tracks=UNNAMED, metre=(5, 4))
    short = write_piece(tmp_path / "s.mid", tracks=UNNAMED, bars=11)
    assert read_piece(odd) is None and read_piece(short) is None


def test_of_a_piece_that_changes_its_metre_the_longest_part_is_kept(tmp_path: Path) -> None:
    # Sixteen quarters of 3/4, then bars of 4/4.
    piece = chopin(tmp_path / "1.mid", metre=(4, 4), bars=20, metres=[(0, 3, 4), (16, 4, 4)])
    assert piece.metre == "4/4" and len(piece.notes) == 16
    assert piece.chords[0] == (GridChord(0, 0, "major"),)


@pytest.mark.parametrize(("minor", "tonic"), [(False, 60), (True, 57)])
def test_the_notes_tell_major_from_minor(tmp_path: Path, minor: bool, tonic: int) -> None:
    """C major and A minor have the same signature, and neither says which."""
    piece = chopin(tmp_path / "1.mid", minor=minor, tonic=tonic)
    assert set(piece.mode) == {"minor" if minor else "major"}
    assert piece.chords[0] == (GridChord(0, 0, "minor" if minor else "major"),)
    assert [n.pitch for n in piece.notes[0] if n.hand is Hand.LEFT] == [36]


def test_a_wrong_mode_in_a_signature_is_not_believed() -> None:
    a_minor = [(i, 1, p) for i, p in enumerate((57, 60, 64, 65, 62, 64, 68, 57))]
    assert major_or_minor("C", a_minor) == Key("A", "minor")
    assert major_or_minor("Am", a_minor) == Key("A", "minor")
    c_major = [(i, 1, p) for i, p in enumerate((60, 64, 67, 69, 65, 67, 71, 60))]
    assert major_or_minor("Am", c_major) == Key("C", "major")


def test_a_new_signature_counts_from_the_next_bar_line() -> None:
    c, g = (60, 64, 67, 60), (67, 71, 74, 67)
    notes = [
        (bar * 48 + i * 12, 12, p) for bar in range(4) for i, p in enumerate(g if bar > 1 else c)
    ]
    shifts, modes = read_keys(notes, [(-12, "C"), (90, "G")], 4, 48)
    assert shifts == (0, 0, 5, 5) and modes == ("major",) * 4
    assert read_keys(notes[:8], [], 2, 48) == ((0, 0), ("major", "major"))
    # Of two that stand before the first bar the later holds.
    assert read_keys(notes[8:], [(-48, "C"), (-12, "G")], 4, 48)[0] == (5,) * 4


def test_a_filled_in_tempo_is_unknown_and_others_are_kept_in_bounds(tmp_path: Path) -> None:
    assert chopin(tmp_path / "1.mid", bpm=120).tempo is None
    assert chopin(tmp_path / "2.mid", bpm=None).tempo is None
    assert chopin(tmp_path / "3.mid", bpm=300).tempo == 240


def test_sets_are_read_at_any_depth_in_order(tmp_path: Path) -> None:
    for name in ("b/2", "a/1", "c/short"):
        write_piece(tmp_path / f"{name}.mid", bars=4 if name == "c/short" else 16)
    assert [song.name for song in read_lieder(tmp_path)] == ["lieder/1", "lieder/2"]
    assert [path.stem for path in find_songs(tmp_path)] == ["1", "2", "short"]
    write_piece(tmp_path / "solo" / "x.mid", tracks=UNNAMED)
    assert [piece.name for piece in read_chopin(tmp_path / "solo")] == ["chopin/x"]


def test_empty_and_damaged_input_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MelodyMuseError, match="no OpenScore Lieder in"):
        list(read_lieder(tmp_path))
    with pytest.raises(MelodyMuseError, match="no Chopin first editions in"):
        list(read_chopin(tmp_path))
    (tmp_path / "1.mid").write_text("no music")
    with pytest.raises(MidiError, match=r"1.mid' is not a MIDI file"):
        list(read_lieder(tmp_path))
    mido.MidiFile().save(tmp_path / "1.mid")
    with pytest.raises(MidiError, match="holds no track"):
        list(read_lieder(tmp_path))
