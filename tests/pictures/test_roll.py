"""The piano roll: what is drawn, where, and that the file is sound."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from melodymuse import outputs
from melodymuse.errors import ControlError, ImageError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Hand, Note, Pedal, Score, Section, TempoMark
from melodymuse.pictures import themes
from melodymuse.pictures.roll_aside import aside_height, thumbnail
from melodymuse.pictures.roll_row import Row, draw_row
from melodymuse.pictures.themes import DARK, LIGHT, THEMES, Theme
from tests.music.strategies import small_score

PHOTO = np.tile(np.linspace(0, 255, 300, dtype=np.uint8)[None, :, None], (200, 1, 3))


def _row(score: Score, row: Row, theme: Theme = LIGHT) -> Figure:
    figure = Figure(figsize=(10, 2))
    draw_row(figure.add_axes((0, 0, 1, 1)), score, row, (30, 90), (10, 2), theme)
    return figure


def _long_score(bars: int) -> Score:
    notes = [Note(bar * 1920, 960, 48 + bar % 24, 60, Hand.LEFT) for bar in range(min(bars, 300))]
    return replace(small_score(), notes=tuple(notes), bars=bars, chords=(), sections=())


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        image.load()
        return image.size


def test_each_note_is_a_box_in_its_hands_colour() -> None:
    score = small_score()
    figure = _row(score, Row(0, 3840, 1))
    drawn = [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    for hand, boxes in zip(LIGHT.hands, drawn, strict=True):
        edges = [path.get_extents() for path in boxes.get_paths()]
        assert sorted((box.x0, box.x1, (box.y0 + box.y1) / 2) for box in edges) == sorted(
            (note.onset, note.end, note.pitch) for note in score.hand(hand)
        )
        assert np.allclose(boxes.get_edgecolor()[:, :3], to_rgb(LIGHT.hands[hand]))


def test_the_louder_the_fuller() -> None:
    notes = tuple(Note(480 * n, 480, 60, v, Hand.RIGHT) for n, v in enumerate((1, 40, 80, 127)))
    figure = _row(replace(small_score(), notes=notes), Row(0, 3840, 1))
    boxes = next(c for c in figure.axes[0].collections if isinstance(c, PolyCollection))
    lightness = boxes.get_facecolor()[:, :3].sum(axis=1)
    assert (np.diff(lightness) < 0).all()
    assert np.allclose(boxes.get_facecolor()[-1, :3], to_rgb(LIGHT.hands[Hand.RIGHT]))


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_hands_differ_in_lightness_too(theme: Theme) -> None:
    weights = (0.2126, 0.7152, 0.0722)
    blue, vermilion = (
        sum(w * part for w, part in zip(weights, to_rgb(colour), strict=True))
        for colour in theme.hands.values()
    )
    assert abs(blue - vermilion) > 0.05


def test_in_the_dark_soft_notes_fade_into_the_dark() -> None:
    notes = tuple(Note(480 * n, 480, 60, v, Hand.RIGHT) for n, v in enumerate((1, 40, 80, 127)))
    figure = _row(replace(small_score(), notes=notes), Row(0, 3840, 1), DARK)
    boxes = next(c for c in figure.axes[0].collections if isinstance(c, PolyCollection))
    assert (np.diff(boxes.get_facecolor()[:, :3].sum(axis=1)) > 0).all()


@pytest.mark.parametrize("theme", THEMES)
def test_the_paper_is_the_themes(tmp_path: Path, theme: str) -> None:
    profile = EmotionProfile.of("awe")
    path = small_score().write(tmp_path / "x.png", profile=profile, theme=theme)
    with Image.open(path) as image:
        corner = image.convert("RGB").getpixel((2, 2))
    assert np.allclose(corner, np.array(to_rgb(THEMES[theme].paper)) * 255, atol=1)


def test_an_unknown_theme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="unknown theme 'sepia': use one of light, dark"):
        small_score().write(tmp_path / "x.png", theme="sepia")
    assert not list(tmp_path.iterdir())


def test_bars_chords_sections_and_octaves_are_named() -> None:
    figure = _row(small_score(), Row(0, 3840, 1))
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["C2", "C3", "C4", "C5", "C6"]
    assert [text.get_text().strip() for text in axes.texts] == ["Dm", "A7", "Dm", "A", "coda"]


def test_a_row_shows_only_its_own_bars() -> None:
    axes = _row(small_score(), Row(1920, 3840, 2)).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2"]
    assert [text.get_text().strip() for text in axes.texts] == ["Dm", "coda"]


def test_a_picture_of_the_notes(tmp_path: Path) -> None:
    path = small_score().write(tmp_path / "x.png")
    width, height = _size(path)
    assert width == 1950
    assert height > 200
    colours = np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3)
    for colour in LIGHT.hands.values():
        near = np.abs(colours - np.array(to_rgb(colour)) * 255).max(axis=1) < 3
        assert near.sum() > 100


def test_provenance_is_in_the_file(tmp_path: Path) -> None:
    with Image.open(small_score().write(tmp_path / "x.png")) as image:
        assert image.info["Title"] == "Rocket at dusk"
        assert image.info["Description"] == str(small_score().provenance)


def test_a_vector_picture(tmp_path: Path) -> None:
    path = small_score().write(tmp_path / "x.SVG")
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    assert "Rocket at dusk" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_same_input_gives_the_same_bytes_in_another_process(
    tmp_path: Path, suffix: str
) -> None:
    ours = small_score().write(tmp_path / f"ours{suffix}").read_bytes()
    code = (
        "import sys; from tests.music.strategies import small_score; "
        "small_score().write(sys.argv[1])"
    )
    theirs = tmp_path / f"theirs{suffix}"
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", code, str(theirs)],
        check=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONHASHSEED": "7"},
    )
    assert theirs.read_bytes() == ours


def test_the_picture_and_the_emotions_stand_beside(tmp_path: Path) -> None:
    profile = EmotionProfile.at(0.5, -0.4)
    bare = small_score().write(tmp_path / "bare.png")
    full = small_score().write(tmp_path / "full.png", picture=PHOTO, profile=profile)
    assert _size(full)[0] == _size(bare)[0]
    column = np.asarray(Image.open(full).convert("RGB"))[60:200, 50:420]
    assert column[..., 0].std() > 50  # the ramp of the photograph, where the bare one is empty
    assert np.asarray(Image.open(bare).convert("L"))[300:, :60].min() == 255


@pytest.mark.parametrize("shape", [(1, 1), (4000, 20), (20, 4000)])
def test_pictures_of_any_shape_have_room(tmp_path: Path, shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 99, np.uint8)
    profile = EmotionProfile.of("awe")
    path = small_score().write(tmp_path / "x.png", picture=picture, profile=profile)
    assert _size(path)[1] >= round(aside_height(thumbnail(picture), profile) * 150) - 1


@pytest.mark.parametrize("bars", [1, 8, 9, 64, 256, 100_000])
def test_pieces_of_any_length_are_drawn_whole(tmp_path: Path, bars: int) -> None:
    width, height = _size(_long_score(bars).write(tmp_path / "x.png"))
    assert width == 1950
    assert height < 4000


def test_an_empty_piece_without_anything_is_drawn(tmp_path: Path) -> None:
    empty = replace(small_score(), notes=(), chords=(), sections=(), title="", provenance=None)
    assert empty.write(tmp_path / "x.png").exists()


def test_pedals_and_tempo_changes_are_drawn(tmp_path: Path) -> None:
    plain = small_score().write(tmp_path / "a.png").read_bytes()
    pedal = replace(small_score(), pedals=(Pedal(0, 1920),))
    assert pedal.write(tmp_path / "b.png").read_bytes() != plain
    tempos = replace(small_score(), tempos=(TempoMark(0, 72.0), TempoMark(1920, 50.0)))
    assert tempos.write(tmp_path / "c.png").read_bytes() != plain


@pytest.mark.parametrize("title", ["$x_1$ & <b>", r"$\frac{$", "雲の歌", "a\nb\0\udc80", "_" * 300])
@pytest.mark.parametrize("suffix", [".png", ".svg"])
@pytest.mark.filterwarnings("error")
def test_titles_and_names_of_any_kind_are_drawn_as_text(
    tmp_path: Path, title: str, suffix: str
) -> None:
    score = replace(small_score(), title=title, sections=(Section(0, title),))
    assert score.write(tmp_path / f"x{suffix}").stat().st_size > 1000


def test_drawing_leaves_matplotlibs_settings_alone(tmp_path: Path) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    small_score().write(tmp_path / "x.svg")
    assert dict(matplotlib.rcParams) == before


def test_a_bad_picture_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ImageError):
        small_score().write(tmp_path / "x.png", picture=b"no picture")
    assert not list(tmp_path.iterdir())


def test_the_default_theme_is_the_same_everywhere() -> None:
    assert outputs.DEFAULT_THEME == themes.DEFAULT_THEME == LIGHT.name
