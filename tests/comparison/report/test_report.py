"""The report: one page that needs nothing else, tables that agree with it, the pieces."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("mir_eval", reason="the extra compare is not installed")
pytest.importorskip("soxr", reason="the extra compare is not installed")
pytest.importorskip("psutil", reason="the extra compare is not installed")
pytest.importorskip("jinja2", reason="the extra compare is not installed")
pytest.importorskip("soundfile", reason="the extra compare is not installed")

import soundfile
from PIL import Image

from melodymuse.comparison.report.drawings import picture_jpeg, pitch_marks, pitch_range, time_marks
from melodymuse.comparison.report.writing import write_report
from melodymuse.comparison.running import Comparison, compare
from melodymuse.errors import ControlError, OutputError
from melodymuse.midi.reader import read_midi
from melodymuse.survey.stimuli import find_stimuli
from tests.comparison.makers import Hisser, Plucker, briefs_for

VOID = {"meta", "link", "img", "source", "br", "hr", "input"}


class Reader(HTMLParser):
    """A page's tags with their attributes, its text, and whether every tag is closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *names: str) -> Iterator[dict[str, str | None]]:
        return (attributes for tag, attributes in self.tags if tag in names)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def decoded(uri: str | None, kind: str) -> bytes:
    assert uri is not None
    head, _, data = uri.partition(",")
    assert head == f"data:{kind};base64"
    return base64.b64decode(data)


@pytest.fixture(scope="module")
def comparison(photograph: Path, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    odd = tmp_path_factory.mktemp("pictures") / "a <b> & 'c'.png"
    Image.open(photograph).resize((64, 48)).save(odd)
    return compare(briefs_for(photograph, odd), [Plucker(), Hisser("<i>Hiss & co</i>")])


@pytest.fixture(scope="module")
def folder(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("reports") / "report"
    assert write_report(comparison, target, made="today") == target / "index.html"
    return target


@pytest.fixture(scope="module")
def page(folder: Path) -> Reader:
    return read((folder / "index.html").read_text(encoding="utf-8"))


def test_no_address_leads_outside(folder: Path, page: Reader) -> None:
    addresses = [
        attributes[name]
        for _, attributes in page.tags
        for name in ("src", "href", "srcset", "poster", "action", "data")
        if name in attributes
    ]
    assert len(addresses) > 10
    assert all(address and address.startswith(("data:", "#")) for address in addresses)
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?://", text)


def test_every_take_is_in_the_page(comparison: Comparison, page: Reader) -> None:
    takes = [heard.take for entry in comparison.entries for heard in entry.heard]
    players = list(page.all("audio"))
    assert len(players) == len(takes) == 4
    for player, take in zip(players, takes, strict=True):
        samples, rate = soundfile.read(io.BytesIO(decoded(player["src"], "audio/flac")))
        assert rate == take.clip.rate
        assert np.abs(samples - take.clip.mono()).max() < 1 / 2**15


def test_the_players_begin_equally_loud(comparison: Comparison, page: Reader) -> None:
    volumes = [float(a["data-volume"] or 0) for a in page.all("article")]
    levels = [
        figure.value + 20 * np.log10(volume)
        for figure, volume in zip(
            (f for f in comparison.figures if f.metric == "integrated_loudness"),
            volumes,
            strict=True,
        )
        if figure.value is not None
    ]
    assert max(volumes[:2]) == max(volumes[2:]) == 1
    assert levels[0] == pytest.approx(levels[1], abs=0.05)
    assert levels[2] == pytest.approx(levels[3], abs=0.05)


def test_the_midi_in_the_page_is_the_piece(
    comparison: Comparison, page: Reader, tmp_path: Path
) -> None:
    links = [a for a in page.all("a") if "download" in a]
    scores = [heard.take.score for e in comparison.entries for heard in e.heard if heard.take.score]
    assert len(links) == len(scores) == 2
    for link, score in zip(links, scores, strict=True):
        (tmp_path / "x.mid").write_bytes(decoded(link["href"], "audio/midi"))
        assert read_midi(tmp_path / "x.mid").notes == score.notes


def test_the_page_can_be_read_without_seeing_it(page: Reader) -> None:
    assert [a["lang"] for a in page.all("html")] == ["en"]
    assert all(a.get("alt") for a in page.all("img"))
    assert all(a.get("aria-label") for a in page.all("audio"))
    assert all("scope" in a for a in page.all("th"))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tables = sum(1 for _ in page.all("table"))
    assert tables == sum(1 for _ in page.all("caption")) > 0
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(set(ids)) == len(ids)
    targets = {a["href"][1:] for a in page.all("a") if (a["href"] or "").startswith("#")}
    assert targets <= set(ids)


def test_names_are_shown_and_not_obeyed(page: Reader) -> None:
    text = "".join(page.text)
    assert "<i>Hiss & co</i>" in text
    assert "a <b> & 'c'" in text
    assert not list(page.all("i", "b"))


def test_the_page_says_what_was_not_measured(page: Reader) -> None:
    text = " ".join("".join(page.text).split())
    assert "no weights: name a CLAP" in text
    assert "pip install --no-deps basic-pitch" in text
    assert "nan" not in text.lower().split()


def test_spectrograms_share_one_scale(comparison: Comparison, page: Reader) -> None:
    images = [a for a in page.all("img") if (a["alt"] or "").startswith("Mel spectrogram")]
    assert len(images) == 4
    brightest = []
    for image in images:
        drawn = Image.open(io.BytesIO(decoded(image["src"], "image/png")))
        assert drawn.mode == "P"
        brightest.append(int(np.asarray(drawn).max()))
    # The loudest moment of all takes is the brightest, and only that.
    assert max(brightest) == 255
    assert min(brightest) < 255


def test_the_table_holds_every_figure(comparison: Comparison, folder: Path) -> None:
    lines = list(csv.DictReader((folder / "metrics.csv").open(encoding="utf-8", newline="")))
    assert len(lines) == len(comparison.figures)
    for line, figure in zip(lines, comparison.figures, strict=True):
        assert (line["maker"], line["metric"]) == (figure.maker, figure.metric)
        if figure.value is not None:
            assert float(line["value"]) == figure.value
        else:
            assert line["value"] == figure.text
            assert bool(figure.text) != line["remark"].startswith("not measured: ")


def test_the_pieces_are_ready_for_a_survey(comparison: Comparison, folder: Path) -> None:
    stimuli = find_stimuli(folder)
    assert [stimulus.backend for stimulus in stimuli] == [*comparison.makers] * 2
    emotions = [entry.brief.expressed.emotion for entry in comparison.entries for _ in range(2)]
    assert [stimulus.emotion for stimulus in stimuli] == emotions
    assert all(stimulus.picture and stimulus.picture.is_file() for stimulus in stimuli)
    assert len(list((folder / "takes").glob("*.mid"))) == 2


@pytest.mark.parametrize(("sound", "kind"), [(".ogg", "audio/ogg"), (".mp3", "audio/mpeg")])
def test_smaller_sound(
    comparison: Comparison, folder: Path, tmp_path: Path, sound: str, kind: str
) -> None:
    page = write_report(comparison, tmp_path / "report", sound=sound)
    assert page.stat().st_size < (folder / "index.html").stat().st_size
    player = next(read(page.read_text(encoding="utf-8")).all("audio"))
    assert soundfile.info(io.BytesIO(decoded(player["src"], kind))).duration > 5


def test_what_is_there_is_kept(comparison: Comparison, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        write_report(comparison, tmp_path)
    with pytest.raises(ControlError, match="unknown sound"):
        write_report(comparison, tmp_path / "x", sound=".aac")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_where_a_photograph_was_taken_is_not_passed_on(tmp_path: Path) -> None:
    place = Image.Exif()
    place[0x010E] = "at home"
    Image.new("RGB", (1600, 800), "navy").save(tmp_path / "x.jpg", exif=place)
    assert b"at home" in (tmp_path / "x.jpg").read_bytes()
    passed = picture_jpeg(tmp_path / "x.jpg")
    assert b"at home" not in passed
    drawn = Image.open(io.BytesIO(passed))
    assert drawn.size == (720, 360)
    assert not drawn.getexif()


def test_marks_lie_on_their_axes() -> None:
    assert [mark.label for mark in time_marks(15)] == [
        "0 s",
        "2 s",
        "4 s",
        "6 s",
        "8 s",
        "10 s",
        "12 s",
        "14 s",
    ]
    assert all(0 <= mark.place <= 100 for seconds in (5, 17.5, 600) for mark in time_marks(seconds))
    pitches = pitch_range([])
    assert pitches == (60, 71)
    assert [mark.label for mark in pitch_marks((48, 83))] == ["C3", "C4", "C5"]
