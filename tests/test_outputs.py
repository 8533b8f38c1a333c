"""Every format of a score, and what cannot be written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import mido
import pytest
import soundfile
from PIL import Image

from melodymuse.errors import MissingExtraError, OutputError
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Score
from melodymuse.outputs import FORMATS, Kind, encode, format_of, suffixes, write_files
from tests.music.strategies import small_score

OPENINGS = {
    ".mid": b"MThd",
    ".midi": b"MThd",
    ".musicxml": b"<?xml",
    ".xml": b"<?xml",
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG",
    ".svg": b"<",
    ".wav": b"RIFF",
    ".flac": b"fLaC",
    ".ogg": b"OggS",
    ".mp3": b"ID3",
}


@pytest.mark.parametrize("suffix", suffixes())
def test_the_suffix_chooses_the_format(tmp_path: Path, suffix: str) -> None:
    data = small_score().to_bytes(suffix)
    assert data.startswith(OPENINGS[suffix])
    assert small_score().write(tmp_path / f"x{suffix.upper()}").read_bytes() == data


def test_a_score_read_from_a_file_is_written_like_any_other() -> None:
    read = read_midi(midi_bytes(small_score()))
    for suffix in (".musicxml", ".pdf", ".png", ".flac"):
        assert read.to_bytes(suffix).startswith(OPENINGS[suffix])


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_printed_score_and_the_picture_of_the_notes_are_told_apart(suffix: str) -> None:
    score = small_score()
    printed, drawn = (score.to_bytes(suffix, kind=kind) for kind in ("score", "roll"))
    assert printed != drawn == score.to_bytes(suffix)
    if suffix == ".png":
        assert [Image.open(BytesIO(data)).width for data in (printed, drawn)] == [1240, 1950]


def test_options_reach_the_formats_that_they_concern() -> None:
    score = small_score()
    tracks = [
        len(mido.MidiFile(file=BytesIO(score.to_bytes(".mid", chord_track=wish))).tracks)
        for wish in (False, True)
    ]
    assert tracks == [3, 4]
    pictures = [
        score.to_bytes(".png"),
        score.to_bytes(".png", theme="dark"),
        score.to_bytes(".png", profile=EmotionProfile.of("awe")),
    ]
    assert len(set(pictures)) == 3
    from melodymuse.audio import Sound

    data = score.to_bytes(".wav", sound=Sound(rate=22050))
    assert soundfile.info(BytesIO(data)).samplerate == 22050


@pytest.mark.parametrize(
    ("kind", "suffix"), [(form.kind, suffix) for form in FORMATS for suffix in form.suffixes]
)
def test_eight_threads_write_what_one_does(kind: Kind, suffix: str) -> None:
    from melodymuse.audio import Sound

    # Of half the usual rate, to be quick.
    more: dict[str, Any] = {"sound": Sound(rate=22050)} if kind == "audio" else {}
    scores = [replace(small_score(), title=f"Piece {n}") for n in range(2)]
    alone = [score.to_bytes(suffix, kind=kind, **more) for score in scores]
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda score: score.to_bytes(suffix, kind=kind, **more), scores * 4)
        assert list(made) == alone * 4


def test_each_file_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(name: str, work: Callable[..., bytes]) -> Callable[..., bytes]:
        def count(*words: Any, **options: Any) -> bytes:
            made.append(name)
            return work(*words, **options)

        return count

    from melodymuse.midi import writer
    from melodymuse.pictures import roll

    monkeypatch.setattr(writer, "midi_bytes", counted("midi", writer.midi_bytes))
    monkeypatch.setattr(roll, "roll_bytes", counted("roll", roll.roll_bytes))
    write_files(small_score(), [(tmp_path / "x.mid", None), (tmp_path / "x.png", None)])
    assert made == ["midi", "roll"]


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"x\.mp4.*\.mid.*\.pdf.*\.mp3"):
        small_score().write(tmp_path / "x.mp4")
    with pytest.raises(OutputError, match=r"use a name ending in \.wav, \.flac, \.ogg, \.mp3$"):
        small_score().write(tmp_path / "x.mid", kind="audio")
    assert list(tmp_path.iterdir()) == []


def test_no_file_appears_where_one_cannot(tmp_path: Path) -> None:
    (tmp_path / "taken.png").write_text("precious")
    files = [(tmp_path / name, None) for name in ("x.mid", "x.musicxml", "taken.png")]
    with pytest.raises(OutputError, match="exists"):
        write_files(small_score(), files)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.png"]
    assert (tmp_path / "taken.png").read_text() == "precious"


def test_what_is_missing_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in FORMATS:
        form.check()
    monkeypatch.setitem(sys.modules, "verovio", None)
    with pytest.raises(MissingExtraError, match=r"'verovio'.*melodymuse\[score\]"):
        format_of("x.pdf").check()
    format_of("x.musicxml", "score").check()


def test_a_new_format_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def count(score: Score, *_: object) -> bytes:
        return str(len(score.notes)).encode()

    row = replace(FORMATS[0], suffixes=(".count",), encode=count)
    monkeypatch.setattr("melodymuse.outputs.FORMATS", (*FORMATS, row))
    assert encode(small_score(), ".count") == str(len(small_score().notes)).encode()
