"""The contact sheet: what is drawn of each piece, and that the file is sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from melodymuse.errors import ControlError, OutputError
from melodymuse.music.score import Note, Provenance
from melodymuse.music.theory import Key
from melodymuse.pictures.contact_sheet import MOST_PIECES, Entry, draw_sheet, facts
from melodymuse.pictures.themes import DARK, EMOTION_COLOURS, LIGHT
from tests.music.strategies import small_score

PHOTO = np.tile(np.array([[[250, 20, 250]]], np.uint8), (60, 90, 1))


def _colours(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).reshape(-1, 3)


def _count(path: Path, colour: str) -> int:
    near = np.abs(_colours(path) - np.array(to_rgb(colour)) * 255).max(axis=1) < 3
    return int(near.sum())


@pytest.mark.parametrize("pieces", [1, 2, 5, 23])
def test_every_piece_has_a_place(tmp_path: Path, pieces: int) -> None:
    entries = [Entry(f"piece {number}", small_score()) for number in range(pieces)]
    path = draw_sheet(entries, tmp_path / "x.png")
    with Image.open(path) as image:
        assert image.width == 1950
        assert image.height < 1400
    tabs = _count(path, EMOTION_COLOURS["awe"])
    one = _count(draw_sheet(entries[:1], tmp_path / "one.png"), EMOTION_COLOURS["awe"])
    assert tabs == pytest.approx(pieces * one, rel=0.15)


def test_notes_of_both_hands_are_drawn_in_their_colours(tmp_path: Path) -> None:
    loud = tuple(replace(note, velocity=127) for note in small_score().notes)
    entry = Entry("x", replace(small_score(), notes=loud))
    path = draw_sheet([entry], tmp_path / "x.png", theme="dark")
    for colour in DARK.hands.values():
        assert _count(path, colour) > 200
    assert _count(path, DARK.paper) > _count(path, LIGHT.paper)


def test_the_picture_is_shown_if_it_can_be_read(tmp_path: Path) -> None:
    shown = draw_sheet([Entry("x", small_score(), PHOTO)], tmp_path / "a.png")
    assert _count(shown, "#FA14FA") > 1000
    bare = draw_sheet([Entry("x", small_score())], tmp_path / "b.png")
    broken = draw_sheet([Entry("x", small_score(), b"no picture")], tmp_path / "c.png")
    assert bare.read_bytes() == broken.read_bytes()


def test_facts_are_told_in_a_line() -> None:
    assert facts(small_score()) == "awe  ·  D minor  ·  ♩ = 72  ·  0:07"
    plain = replace(small_score(), provenance=None, key=Key("Bb", "major"))
    assert facts(plain) == "B♭ major  ·  ♩ = 72  ·  0:07"


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_same_pieces_give_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    entries = [Entry("a", small_score()), Entry("b", small_score())]
    one, other = (draw_sheet(entries, tmp_path / f"{n}{suffix}").read_bytes() for n in (1, 2))
    assert one == other


@pytest.mark.filterwarnings("error")
def test_names_of_any_kind_are_drawn(tmp_path: Path) -> None:
    names = ["$x_1$ & <b>", "雲の歌", "a\nb\0\udc80", "_" * 300, ""]
    odd = Provenance("1", 1, "no such emotion")
    entries = [Entry(name, replace(small_score(), notes=(), provenance=odd)) for name in names]
    assert draw_sheet(entries, tmp_path / "x.png", title="$\\frac{$").exists()


def test_long_pieces_keep_their_width(tmp_path: Path) -> None:
    notes = tuple(Note(480 * n, 480, 60, 70, small_score().notes[0].hand) for n in range(4000))
    long = replace(small_score(), notes=notes, bars=1000, chords=(), sections=())
    with Image.open(draw_sheet([Entry("x", long)], tmp_path / "x.png")) as image:
        assert image.width == 1950


@pytest.mark.parametrize("pieces", [0, MOST_PIECES + 1])
def test_too_few_or_too_many_are_refused(tmp_path: Path, pieces: int) -> None:
    with pytest.raises(OutputError, match="1 to 600 pieces"):
        draw_sheet([Entry("x", small_score())] * pieces, tmp_path / "x.png")


def test_bad_names_and_themes_are_refused(tmp_path: Path) -> None:
    entries = [Entry("x", small_score())]
    with pytest.raises(OutputError, match=r"ends in \.png or \.svg"):
        draw_sheet(entries, tmp_path / "x.jpg")
    with pytest.raises(ControlError, match="unknown theme"):
        draw_sheet(entries, tmp_path / "x.png", theme="sepia")
    path = draw_sheet(entries, tmp_path / "x.png")
    with pytest.raises(OutputError, match="exists"):
        draw_sheet(entries, path)
