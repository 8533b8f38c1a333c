"""A folder for listeners that tells nothing, and the key that tells all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from melodymuse.errors import AudioError, ImageError, OutputError, SurveyError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.survey.key import read_key
from melodymuse.survey.making import Design, Survey, make_survey
from melodymuse.survey.stimuli import Stimulus, find_stimuli
from tests.survey.makers import write_album

soundfile = pytest.importorskip("soundfile", reason="matching loudness needs soundfile")


def _made(tmp_path: Path, design: Design | None = None, name: str = "out") -> Survey:
    folder = tmp_path / "album"
    if not folder.exists():
        write_album(folder)
    return make_survey(find_stimuli(folder), tmp_path / name, tmp_path / f"{name}-key.csv", design)


def test_everything_a_listener_needs_is_in_the_folder(tmp_path: Path) -> None:
    made = _made(tmp_path)
    assert (made.pieces, made.pictures, made.limiting) == (4, 2, 0)
    assert made.seconds == pytest.approx(12)
    assert made.deviation < 0.05
    files = sorted(path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.*"))
    named = set(re.findall(r'"((?:sounds|pictures)/[^"]+)"', made.page.read_text("utf-8")))
    assert {str(file) for file in files} == named | {"index.html"}
    assert len(named) == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["album", "out", "out-key.csv"]


def test_nothing_in_the_folder_tells_who_made_what(tmp_path: Path) -> None:
    made = _made(tmp_path)
    everything = b"".join(path.read_bytes() for path in made.page.parent.rglob("*.*")).lower()
    names = " ".join(str(path) for path in made.page.parent.rglob("*")).lower()
    for told in ("melodymuse", "musicgen", "rocket", "album"):
        assert told.encode() not in everything
        assert told not in names.replace(str(tmp_path).lower(), "")
    page = made.page.read_text("utf-8").lower()
    # Each emotion stands there once, as a choice.
    data = page[page.index('type="application/json"') :]
    assert [data.count(f'"{emotion}"') for emotion in EMOTIONS] == [1] * len(EMOTIONS)
    assert [file.stem for file in sorted((tmp_path / "out" / "sounds").iterdir())] == sorted(
        read_key(made.key).entries
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_pieces_tells_nothing(tmp_path: Path, seed: int) -> None:
    page = _made(tmp_path, Design(seed=seed)).page.read_text("utf-8")
    labels = re.findall(r'"sounds/([0-9a-f]+)\.flac"', page)
    assert len(labels) == 4
    assert labels == sorted(labels)


def test_the_page_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    page = _made(tmp_path).page.read_text("utf-8")
    assert "http:" not in page and "https:" not in page and "//cdn" not in page
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?!data:)", page)
    assert "connect-src 'none'" in page
    assert not re.search(r"@[a-z]+@", page)


def test_the_key_tells_which_piece_is_whose(tmp_path: Path) -> None:
    made = _made(tmp_path)
    key = read_key(made.key)
    assert key.survey == made.survey
    told = {
        (e.backend, e.emotion, Path(e.file).name, Path(e.picture).name)
        for e in key.entries.values()
    }
    assert ("musicgen", "awe", "rocket-musicgen.wav", "rocket.png") in told
    assert len(told) == 4
    # The label is that of the file it names: lengths and rates survive.
    for label, entry in key.entries.items():
        ours = soundfile.info(tmp_path / "out" / "sounds" / f"{label}.flac")
        theirs = soundfile.info(entry.file)
        assert (ours.samplerate, ours.frames) == (theirs.samplerate, theirs.frames)


def test_labels_differ_between_surveys_and_repeat_with_a_seed(tmp_path: Path) -> None:
    surveys = [_made(tmp_path, name=name) for name in ("a", "b")]
    labels = [set(read_key(survey.key).entries) for survey in surveys]
    assert not labels[0] & labels[1]
    seeded = [_made(tmp_path, Design(seed=7), name) for name in ("c", "d")]
    assert seeded[0].key.read_bytes() == seeded[1].key.read_bytes()
    for one in (tmp_path / "c").rglob("*.*"):
        other = tmp_path / "d" / one.relative_to(tmp_path / "c")
        assert one.read_bytes() == other.read_bytes()


def test_pictures_lose_what_a_camera_notes(tmp_path: Path) -> None:
    folder = write_album(tmp_path / "album")
    exif = Image.Exif()
    exif[0x010E] = "Cape Canaveral"
    Image.new("RGB", (3000, 1500)).save(folder / "rocket.png", exif=exif)
    made = _made(tmp_path)
    pictures = list((made.page.parent / "pictures").iterdir())
    sizes = sorted(Image.open(path).size for path in pictures)
    assert sizes == [(60, 40), (1200, 600)]
    assert all(not Image.open(path).getexif() for path in pictures)


def test_texts_cannot_break_out_of_the_page(tmp_path: Path) -> None:
    nasty = "</script><script>alert(1)</script> @survey@ & <b>"
    made = _made(tmp_path, Design(title=nasty, consent=nasty, contact=nasty))
    page = made.page.read_text("utf-8")
    assert "<script>alert" not in page
    assert page.count("</script>") == 2
    assert "&lt;/script&gt;" in page


def test_what_exists_is_not_overwritten(tmp_path: Path) -> None:
    made = _made(tmp_path)
    before = made.page.read_bytes(), made.key.read_bytes()
    with pytest.raises(OutputError, match="out exists already"):
        _made(tmp_path)
    stimuli = find_stimuli(tmp_path / "album")
    with pytest.raises(OutputError, match=r"out-key.csv exists already"):
        make_survey(stimuli, tmp_path / "new", made.key)
    with pytest.raises(SurveyError, match="must not lie in the folder"):
        make_survey(stimuli, tmp_path / "new", tmp_path / "new" / "key.csv")
    with pytest.raises(OutputError, match="there is no folder"):
        make_survey(stimuli, tmp_path / "no" / "new", tmp_path / "key.csv")
    assert (made.page.read_bytes(), made.key.read_bytes()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["album", "out", "out-key.csv"]


@pytest.mark.parametrize(
    ("name", "kind"), [("cat-musicgen.wav", AudioError), ("cat.png", ImageError)]
)
def test_a_bad_file_leaves_nothing_behind(tmp_path: Path, name: str, kind: type[Exception]) -> None:
    (write_album(tmp_path / "album") / name).write_bytes(b"neither sound nor picture")
    with pytest.raises(kind, match=name):
        _made(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["album"]


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"suffix": ".aac"}, "unknown format '.aac'"),
        ({"loudness": 0.0}, "between -40 and -14"),
        ({"loudness": float("nan")}, "between -40 and -14"),
        ({"seconds": 1.0}, "at least 3 seconds"),
        ({"seconds": float("inf")}, "at least 3 seconds"),
        ({"least_seconds": 0.0}, "at least 1 second"),
    ],
)
def test_impossible_wishes_are_refused(wishes: dict[str, float], complaint: str) -> None:
    with pytest.raises(SurveyError, match=complaint):
        Design(**wishes)  # type: ignore[arg-type]


def test_the_page_is_part_of_the_package(repository: Path) -> None:
    assert "survey/page/*" in (repository / "setup.cfg").read_text()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("survey,piece,backend,emotion,file,picture\n", "holds 0 surveys"),
        ("survey,piece,backend,emotion,file,picture\na,p,x,awe,f,\nb,q,x,awe,g,\n", "2 surveys"),
        ("survey,piece,backend,emotion,file,picture\na,p,x,joy,f,\n", "unknown emotion"),
        ("survey,piece,backend,emotion,file,picture\na,p,,awe,f,\n", "must be named"),
        ("survey,piece,backend,emotion,file,picture\na,p,x,awe,f,\na,p,y,awe,g,\n", "twice"),
    ],
)
def test_a_damaged_key_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "key.csv").write_text(text)
    with pytest.raises(SurveyError, match=complaint):
        read_key(tmp_path / "key.csv")


def test_a_piece_that_nothing_could_be_asked_of_is_refused(tmp_path: Path) -> None:
    bare = [Stimulus(tmp_path / "a.wav", "one", "awe", None)]
    with pytest.raises(SurveyError, match="has no picture"):
        make_survey(bare, tmp_path / "out", tmp_path / "key.csv", Design(preset="imaudible"))
    assert list(tmp_path.iterdir()) == []
