"""The printed page: as PDF, SVG and PNG, and that nothing is lost on the way to paper."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from PIL import Image

from melodymuse.engraving.musicxml_writer import musicxml_bytes
from melodymuse.engraving.printing import FORMATS, engraved_lines, printed_bytes
from melodymuse.errors import MissingExtraError, OutputError
from melodymuse.music.score import ChordSymbol, Hand, Note, Score, Section, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from tests.music.strategies import scores, small_score

SVG = "{http://www.w3.org/2000/svg}"


def _long_piece(bars: int = 64) -> Score:
    notes = [
        Note(480 * n, 480, (72 if hand is Hand.RIGHT else 48) + n % 12, 70, hand)
        for n in range(4 * bars)
        for hand in Hand
    ]
    return replace(
        small_score(),
        notes=tuple(sorted(notes)),
        bars=bars,
        chords=(),
        sections=tuple(Section(bar * 1920, f"Part {bar}") for bar in range(0, bars, 8)),
    )


def _count(lines: list[str], kind: str) -> int:
    """How many drawn things have a class of Verovio's."""
    return sum(len(re.findall(rf'class="{kind}[ "]', line)) for line in lines)


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def test_a_pdf_has_a4_pages_with_selectable_text() -> None:
    data = printed_bytes(_long_piece(), ".pdf")
    assert data.startswith(b"%PDF-")
    assert _pages(data) >= 2
    boxes = set(re.findall(rb"/MediaBox\s*\[([^]]+)]", data))
    assert [round(float(side)) for side in boxes.pop().split()] == [0, 0, 595, 842]
    assert b"/FontFile" in data


def test_a_short_piece_fills_one_page() -> None:
    assert _pages(printed_bytes(small_score(), ".pdf")) == 1


def test_a_png_is_one_page_as_tall_as_need_be(tmp_path: Path) -> None:
    short, long = (
        Image.open(BytesIO(printed_bytes(score, ".png")))
        for score in (small_score(), _long_piece())
    )
    assert short.width == long.width == 1240
    assert long.height > 4 * short.height
    assert short.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    ink = sum(short.convert("L").histogram()[:64])
    assert ink > 3000


def test_an_svg_needs_no_font() -> None:
    root = ElementTree.fromstring(printed_bytes(small_score(), ".svg"))
    assert root.tag == f"{SVG}svg"
    assert len(root.findall(f".//{SVG}path")) > 30
    assert not root.findall(f".//{SVG}text")


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_score_gives_the_same_bytes(kind: str) -> None:
    assert printed_bytes(small_score(), kind) == printed_bytes(small_score(), kind)


@given(scores())
@settings(max_examples=15)
def test_every_bar_and_every_note_is_drawn(score: Score) -> None:
    lines = engraved_lines(musicxml_bytes(score))
    assert _count(lines, "measure") == score.bars
    root = ElementTree.fromstring(musicxml_bytes(score))
    heads = [note for note in root.iter("note") if note.find("pitch") is not None]
    assert _count(lines, "note") == len(heads)


def test_each_section_begins_a_line() -> None:
    lines = engraved_lines(musicxml_bytes(_long_piece(16)))
    assert len(lines) == 4
    assert [_count([line], "reh") for line in lines] == [2, 0, 1, 0]  # the tempo is one, too
    assert all("mNum" in line for line in lines[1:])


def test_a_ritardando_stands_above_the_chords_where_it_begins() -> None:
    tempos = (TempoMark(0, 72), TempoMark(1440, 60), TempoMark(1680, 50))
    chords = (ChordSymbol(0, 1920, 2, "minor"), ChordSymbol(1920, 1920, 9, "minor"))
    (line,) = engraved_lines(musicxml_bytes(replace(small_score(), tempos=tempos, chords=chords)))
    texts = {
        "".join(group.itertext()).strip(): group.find(f"{SVG}text")
        for group in ElementTree.fromstring(line).iter(f"{SVG}g")
        if group.get("class") in ("reh", "harm")
    }
    place = {
        name: (float(text.attrib["x"]), float(text.attrib["y"]))
        for name, text in texts.items()
        if text is not None
    }
    assert place["Dm"][0] < place["rit."][0] < place["Am"][0]
    assert place["rit."][1] < place["Dm"][1]


@pytest.mark.parametrize(("metre", "told"), [((4, 4), "(♩=72)"), ((6, 8), "(♩.=48)")])
def test_tempos_stand_above_chords_and_chords_above_the_staff(
    metre: tuple[int, int], told: str
) -> None:
    score = replace(small_score(), time_signature=TimeSignature(*metre), bars=6)
    first = engraved_lines(musicxml_bytes(score))[0]
    root = ElementTree.fromstring(first)
    texts = [
        ("".join(group.itertext()).split(), float(group.find(f"{SVG}text").attrib["y"]))  # type: ignore[union-attr]
        for group in root.iter(f"{SVG}g")
        if group.get("class") in ("reh", "harm")
    ]
    tempos = [y for words, y in texts if "".join(words).endswith(told)]
    chords = [y for words, y in texts if words == ["Dm"]]
    assert tempos and chords and max(tempos) < min(chords)
    assert max(chords) < min(y for _, y in _heads(first, 1))


@pytest.mark.parametrize("gap", [12, 24])
def test_staves_do_not_run_into_one_another(gap: int) -> None:
    """The hands' notes lie apart on paper even where they lie close on the keyboard."""
    low, high = 60 - gap, 60
    notes = [Note(480 * n, 480, high - 5 + n % 5, 70, Hand.RIGHT) for n in range(16)]
    notes += [Note(480 * n, 480, low + 17 - n % 5, 70, Hand.LEFT) for n in range(16)]
    score = replace(small_score(), notes=tuple(sorted(notes)), bars=4, chords=(), sections=())
    for line in engraved_lines(musicxml_bytes(score)):
        lowest_right, highest_left = (
            pick(y for _, y in _heads(line, staff)) for pick, staff in ((max, 1), (min, 2))
        )
        assert lowest_right < highest_left


def _heads(line: str, staff: int) -> list[tuple[float, float]]:
    """Where the note heads of a staff are drawn."""
    root = ElementTree.fromstring(line)
    staves = [
        group
        for measure in root.iter(f"{SVG}g")
        if measure.get("class") == "measure"
        for group in [child for child in measure if child.get("class") == "staff"][
            staff - 1 : staff
        ]
    ]
    heads = (
        head
        for group in staves
        for head in group.iter(f"{SVG}g")
        if (head.get("class") or "").startswith("notehead")
    )
    places = (
        re.search(r"translate\(([\d.]+),\s*([\d.]+)\)", u.get("transform") or "")
        for head in heads
        for u in head.iter(f"{SVG}use")
    )
    return [(float(place[1]), float(place[2])) for place in places if place]


def test_lines_grow_with_their_music() -> None:
    lines = engraved_lines(musicxml_bytes(_long_piece(16)))
    boxes = [re.search(r'viewBox="0 0 (\d+) (\d+)"', line) for line in lines]
    sizes = [(int(box[1]), int(box[2])) for box in boxes if box]
    assert len(sizes) == len(lines)
    assert all(a[0] == b[0] for a, b in pairwise(sizes))
    assert all(150 < height < 900 for _, height in sizes)


@pytest.mark.parametrize(
    "title", ["#set text(red) $x$ \\ <b>", "雲の歌", "a\nb\0\udc80", "_" * 300]
)
def test_titles_of_any_kind_are_only_text(title: str) -> None:
    score = replace(small_score(), title=title, sections=(Section(0, title),))
    assert printed_bytes(score, ".pdf").startswith(b"%PDF-")


def test_eight_threads_print_what_one_does() -> None:
    """Verovio's fonts are found, and its state is shared, by thread."""
    pieces = [replace(small_score(), title=f"Piece {n}") for n in range(4)] + [_long_piece(8)]
    alone = [printed_bytes(score, ".svg") for score in pieces]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda score: printed_bytes(score, ".svg"), pieces * 3))
    assert together == alone * 3


def test_what_verovio_cannot_read_is_told() -> None:
    with pytest.raises(OutputError, match="cannot be engraved"):
        engraved_lines(b"no music")


@pytest.mark.parametrize("package", ["verovio", "typst"])
def test_what_is_missing_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"'{package}'.*melodymuse\[score\]"):
        printed_bytes(small_score(), ".pdf")


def test_no_sign_is_left_to_a_font_that_is_not_there() -> None:
    """Verovio's own font holds the signs of text in the private area; a page has none of them."""
    chords = (ChordSymbol(0, 960, 10, "half-diminished"), ChordSymbol(960, 960, 6, "minor"))
    score = replace(small_score(), chords=chords, key=Key.parse("E minor"))
    (line,) = engraved_lines(musicxml_bytes(score))
    assert not re.search("[\ue000-\uf8ff]", line)
    assert "Leipzig" not in line
    texts = re.sub(r"\s+", "", "".join(re.findall(r">([^<]+)<", line)))
    assert "A♯m7♭5" in texts
    assert "F♯m" in texts
    assert "(♩=72)" in texts.replace("\xa0", "")
