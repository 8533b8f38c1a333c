"""A folder of music searched for a picture, a folder of pictures for a piece, and the index."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import melodymuse
from melodymuse.engine import Engine
from melodymuse.errors import MidiError
from melodymuse.hearing import hear, listener
from melodymuse.matching import match
from melodymuse.matching.index import NAMES, refreshed, search
from melodymuse.matching.traits import Traits, reasons, traits_of_music, traits_of_picture
from tests.hearing.pieces import MINOR, Q, piece

Run = Callable[..., Any]
MUSIC = frozenset({".mid"})


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three pieces, one of them in a folder below, and a text."""
    folder = tmp_path / "library"
    (folder / "slow").mkdir(parents=True)
    piece(bpm=168.0, length=Q // 2, low=67, bars=12).write(folder / "glad.mid")
    piece(steps=MINOR, bpm=60.0, low=50).write(folder / "slow" / "sad.mid")
    piece(bpm=60.0, length=2 * Q, velocity=40, low=65).write(folder / "slow" / "calm.mid")
    (folder / "notes.txt").write_text("no music")
    return folder


def look(path: Path) -> Traits:
    return traits_of_music(hear(path))


def unexpected(line: str) -> None:
    raise AssertionError(line)


def test_music_is_found_that_feels_like_the_picture(run: Run, library: Path) -> None:
    wanted = traits_of_picture(melodymuse.analyze("@rocket"))
    outcome = run("match", "@rocket", library, "--json")
    assert outcome.status == 0 and outcome.err == ""
    told = [json.loads(line) for line in outcome.out.splitlines()]
    fits = [each["fit"] for each in told]
    assert fits == sorted(fits, reverse=True) and all(0 <= fit <= 1 for fit in fits)
    paths = [Path(each["path"]) for each in told]
    assert {path.name for path in paths} == {"glad.mid", "sad.mid", "calm.mid"}

    def apart(path: Path) -> float:
        place = look(path)
        return float(np.hypot(place.valence - wanted.valence, place.arousal - wanted.arousal))

    assert apart(paths[0]) < apart(paths[-1])
    assert told[0]["why"] == reasons(wanted, look(paths[0]))
    (_, first) = run("match", "@rocket", library, "--top", 1).out.splitlines()
    assert f"{fits[0]:.2f}" in first and told[0]["path"] in first and told[0]["why"] in first


def test_a_printed_score_is_music_too(run: Run, library: Path, photograph: Path) -> None:
    photos = library.parent / "photos"
    photos.mkdir()
    (photos / "rocket.jpg").write_bytes(photograph.read_bytes())
    piece(steps=MINOR, bpm=60.0, low=50).write(library / "printed.musicxml")
    assert "rocket.jpg" in run("match", library / "printed.musicxml", photos).out
    assert "printed.musicxml" in run("match", "@rocket", library).out


def test_pictures_are_found_for_a_piece(run: Run, library: Path, photograph: Path) -> None:
    photos = library.parent / "photos"
    photos.mkdir()
    (photos / "rocket.jpg").write_bytes(photograph.read_bytes())
    grey = np.full((240, 320, 3), 128, np.uint8)
    cv2.imwrite(str(photos / "grey.png"), grey)
    (photos / "broken.png").write_bytes(b"no picture")
    outcome = run("match", library / "slow" / "sad.mid", photos)
    assert outcome.status == 0 and "rocket.jpg" in outcome.out and "grey.png" in outcome.out
    assert outcome.err.count("\n") == 1 and "broken.png" in outcome.err
    # What is broken is told once.
    assert run("match", library / "slow" / "sad.mid", photos).err == ""


def test_an_index_is_renewed_where_files_change_and_only_there(library: Path) -> None:
    seen: list[str] = []

    def watched(path: Path) -> Traits:
        seen.append(path.name)
        return look(path)

    def refresh() -> list[str]:
        seen.clear()
        refreshed(library, "music", MUSIC, watched, b"ear", unexpected)
        return sorted(seen)

    assert refresh() == ["calm.mid", "glad.mid", "sad.mid"]
    place = library / NAMES["music"]
    first = place.stat()
    assert refresh() == [] and place.stat().st_mtime_ns == first.st_mtime_ns
    sad = library / "slow" / "sad.mid"
    os.utime(sad, ns=(time.time_ns(), time.time_ns() + 10**9))
    assert refresh() == ["sad.mid"]
    sad.unlink()
    assert refresh() == []
    rows = refreshed(library, "music", MUSIC, watched, b"ear", unexpected)
    assert [os.fsdecode(row) for row in rows["path"]] == ["glad.mid", "slow/calm.mid"]
    place.write_bytes(b"damaged")
    assert refresh() == ["calm.mid", "glad.mid"]
    # Nothing but the index is left in the folder.
    assert {path.name for path in library.iterdir()} == {
        "glad.mid", "slow", "notes.txt", place.name
    }  # fmt: skip


def test_what_another_ear_heard_is_heard_anew_and_a_line_says_so(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("match", "@rocket", library).err == ""
    before = np.load(library / NAMES["music"])
    assert run("match", "@rocket", library).err == ""
    monkeypatch.setitem(listener._GAIN, "valence", 0.1)
    complaint = run("match", "@rocket", library).err
    assert complaint.count("\n") == 1 and "3 files" in complaint and "another version" in complaint
    after = np.load(library / NAMES["music"])
    assert not (before["by"] == after["by"]).any()
    assert not np.isclose(before["traits"][:, 0], after["traits"][:, 0]).any()
    assert run("match", "@rocket", library).err == ""


def test_of_an_eye_without_a_name_nothing_is_kept(library: Path, photograph: Path) -> None:
    (library / "rocket.jpg").write_bytes(photograph.read_bytes())
    looked: list[Any] = []
    seen = melodymuse.analyze("@rocket")
    engine = Engine(eye=lambda image: looked.append(image) or seen)
    for _ in range(2):
        match(library / "glad.mid", library, engine=engine)
    assert len(looked) == 2
    match(library / "glad.mid", library, engine=melodymuse.api.engine)
    assert match(library / "glad.mid", library, engine=melodymuse.api.engine, complain=unexpected)


@pytest.mark.slow
def test_strangers_files_are_read_in_a_process_of_their_own(run: Run, library: Path) -> None:
    told = run("match", "@rocket", library / "slow", "--safe", "--top", 1).out
    assert told == run("match", "@rocket", library / "slow", "--top", 1).out != ""


def test_a_file_that_cannot_be_read_is_told_once_and_never_found(library: Path) -> None:
    (library / "bad.mid").write_bytes(b"MThd")
    lines: list[str] = []
    for _ in range(2):
        rows = refreshed(library, "music", MUSIC, look, b"ear", lines.append)
    assert len(lines) == 1 and "bad.mid" in lines[0]
    assert len(rows) == 4
    assert "bad.mid" not in {found.path for found in search(rows, Traits(0, 0, 0, 0), 10)}


def test_feeling_decides_and_light_and_detail_stand_beside() -> None:
    def rows(*traits: tuple[float, ...]) -> Any:
        layout = [("path", "S8"), ("changed", "i8"), ("size", "i8"), ("traits", "f4", 4)]
        return np.array([(b"%d" % n, 0, 0, row) for n, row in enumerate(traits)], layout)

    unknown = float("nan")
    found = search(
        rows((0.5, 0.5, 3, 3), (0.5, 0.5, 0, 0), (0.5, 0.5, unknown, unknown), (-0.5, 0.5, 0, 0)),
        Traits(0.5, 0.5, 0.0, 0.5),
        4,
    )
    assert [each.path for each in found] == ["2", "1", "0", "3"]
    assert found[0].fit == 1.0 and found[3].fit < 0.3 < found[2].fit
    # At half the length of an axis' half, fit is a half.
    (half,) = search(rows((0.0, 0.5, unknown, unknown)), Traits(0.5, 0.5, 0, 0), 1)
    assert half.fit == pytest.approx(0.5)
    assert search(rows(), Traits(0, 0, 0, 0), 3) == []


def test_reasons_are_what_both_share_the_nearest_first() -> None:
    assert reasons((0.5, -0.6, 2.0, 0.1), (0.9, -0.6, 0.9, 0.1)) == (
        "both calm; both pleasant; light, and high"
    )
    assert reasons((0.5, 0.5, 1, 1), (-0.5, -0.5, -1, float("nan"))) == "the nearest there is"


def test_bad_input_is_one_line(run: Run, library: Path, tmp_path: Path) -> None:
    assert "no folder" in run("match", "@rocket", tmp_path / "gone").complaint
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no MIDI or sound files" in run("match", "@rocket", empty).complaint
    assert "no pictures" in run("match", library / "glad.mid", library).complaint
    assert "gone.jpg" in run("match", "gone.jpg", library).complaint
    with pytest.raises(MidiError):
        look(tmp_path / "gone.mid")
