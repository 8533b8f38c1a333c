"""`melodymuse sheet`: the pieces of a folder on one page."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.music.strategies import small_score

Run = Callable[..., Any]


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "album"
    folder.mkdir()
    for name in ("a-10", "a-2", "B"):
        replace(small_score(), title=name).write(folder / f"{name}.mid")
    return folder


def test_a_folder_becomes_a_picture(run: Run, album: Path) -> None:
    outcome = run("sheet", album)
    assert (outcome.status, outcome.err) == (0, "")
    path = album / "contact-sheet.png"
    assert outcome.out.splitlines() == [str(path), "  pieces  3"]
    with Image.open(path) as image:
        assert image.width == 1950


def test_a_second_sheet_takes_another_name(run: Run, album: Path) -> None:
    run("sheet", album)
    assert run("sheet", album).status == 0
    assert (album / "contact-sheet-2.png").is_file()


def test_name_format_and_theme_can_be_chosen(run: Run, album: Path, tmp_path: Path) -> None:
    assert run("sheet", album, "-o", "x.svg", "--theme", "dark").status == 0
    assert (tmp_path / "x.svg").read_text(encoding="utf-8").count("<path") > 20
    assert "exists already" in run("sheet", album, "-o", "x.svg").complaint
    assert run("sheet", album, "-o", "x.svg", "--force").status == 0


def test_files_that_cannot_be_read_are_named_and_left_out(run: Run, album: Path) -> None:
    (album / "broken.mid").write_bytes(b"no MIDI")
    outcome = run("sheet", album)
    assert outcome.status == 2
    assert "broken.mid" in outcome.complaint
    assert "pieces  3" in outcome.out
    assert (album / "contact-sheet.png").is_file()


def test_the_picture_beside_is_shown(run: Run, album: Path, photograph: Path) -> None:
    run("sheet", album, "-o", "without.png")
    shutil.copy(photograph, album / "rocket.jpg")
    run("sheet", album, "-o", "with.png")
    assert Path("with.png").read_bytes() != Path("without.png").read_bytes()


def test_order_is_that_of_people(album: Path) -> None:
    from melodymuse.cli.sheet import _midi_files

    assert [path.stem for path in _midi_files(album)] == ["a-2", "a-10", "B"]


def test_what_cannot_be_drawn_is_said(run: Run, tmp_path: Path, album: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "x.mid").write_bytes(b"")
    assert "there are no MIDI files in it" in run("sheet", "empty").complaint
    assert "there is no such folder" in run("sheet", "nowhere").complaint
    assert "unknown theme" in run("sheet", album, "--theme", "sepia").complaint
    assert "none of its MIDI files can be read" in run("sheet", "broken").err
    assert not (tmp_path / "broken" / "contact-sheet.png").exists()
