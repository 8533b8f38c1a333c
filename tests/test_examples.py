"""The examples run as their own words say."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import mido


def _run(script: Path, *words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, script, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


def test_steering_emotion(repository: Path, photograph: Path, tmp_path: Path) -> None:
    finished = _run(
        repository / "examples" / "steer_emotion.py", photograph, "out", folder=tmp_path
    )
    assert len(finished.stdout.splitlines()) == 4
    counts = {}
    for name in ("calmer", "as-seen", "livelier"):
        song = mido.MidiFile(tmp_path / "out" / f"{name}.mid")
        counts[name] = sum(m.type == "note_on" for track in song.tracks for m in track)
    assert all(count > 8 for count in counts.values())


def test_an_album_of_pictures(repository: Path, photograph: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    shutil.copy(photograph, pictures / "a.jpg")
    (pictures / "b.jpg").write_text("no picture")
    finished = _run(repository / "examples" / "album.py", pictures, "album", folder=tmp_path)
    with (tmp_path / "album" / "album.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["picture"] == "a.jpg"
    assert (tmp_path / "album" / row["midi"]).is_file()
    assert "b.jpg" in finished.stderr
