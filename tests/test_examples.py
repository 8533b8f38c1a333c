"""The examples run as their own words say."""

from __future__ import annotations

import csv
import runpy
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import mido
import pytest

import melodymuse
from tests.music.strategies import small_score

Run = Callable[..., SimpleNamespace]


@pytest.fixture
def example(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Run an example with these words in `tmp_path`, as a program in this process."""

    def run(name: str, *words: object) -> SimpleNamespace:
        script = str(repository / "examples" / f"{name}.py")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", [script, *map(str, words)])
        capfd.readouterr()
        runpy.run_path(script, run_name="__main__")
        captured = capfd.readouterr()
        return SimpleNamespace(stdout=captured.out, stderr=captured.err)

    return run


def test_steering_emotion(example: Run, photograph: Path, tmp_path: Path) -> None:
    finished = example("steer_emotion", photograph, "out")
    assert len(finished.stdout.splitlines()) == 4
    counts = {}
    for name in ("calmer", "as-seen", "livelier"):
        song = mido.MidiFile(tmp_path / "out" / f"{name}.mid")
        counts[name] = sum(m.type == "note_on" for track in song.tracks for m in track)
    assert all(count > 8 for count in counts.values())


def test_an_album_of_pictures(example: Run, photograph: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    shutil.copy(photograph, pictures / "a.jpg")
    (pictures / "b.jpg").write_text("no picture")
    finished = example("album", pictures, "album")
    with (tmp_path / "album" / "album.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["picture"] == "a.jpg"
    assert (tmp_path / "album" / row["midi"]).is_file()
    assert "b.jpg" in finished.stderr


def test_an_album_in_print(example: Run, photograph: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    shutil.copy(photograph, pictures / "a.jpg")
    (pictures / "b.jpg").write_text("no picture")
    finished = example("printed_album", pictures, "album")
    album = tmp_path / "album"
    assert sorted(path.suffix for path in album.iterdir()) == [".mid", ".pdf", ".png", ".png"]
    assert (album / "contact-sheet.png").is_file()
    assert "b.jpg" in finished.stderr


def test_a_soundfont_of_ones_own(example: Run, tmp_path: Path) -> None:
    pretty_midi = pytest.importorskip("pretty_midi")
    pytest.importorskip(
        "soundfile", reason="sound needs the extra: pip install 'melodymuse[audio]'"
    )
    soundfont = Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"
    shutil.copy(soundfont, tmp_path / "mine.sf2")
    small_score().write(tmp_path / "x.mid")
    finished = example("own_soundfont", "x.mid", "mine.sf2", "out")
    assert len(finished.stdout.splitlines()) == 2
    assert "mine.sf2" in finished.stdout
    own, default = (
        (tmp_path / "out" / f"x-{name}.wav").read_bytes() for name in ("own", "default")
    )
    assert own[:4] == default[:4] == b"RIFF"


def test_continuing_a_midi_file(example: Run, tmp_path: Path) -> None:
    melodymuse.compose("contentment", bars=4, seed=2, ritardando=0).write(tmp_path / "mine.mid")
    finished = example("continue_a_midi", "mine.mid", "longer.mid", 4)
    assert "longer.mid: 8 bars" in finished.stdout
    assert mido.MidiFile(tmp_path / "longer.mid").length == pytest.approx(
        2 * mido.MidiFile(tmp_path / "mine.mid").length, rel=0.01
    )


@pytest.mark.parametrize(
    "name", ["album", "continue_a_midi", "own_soundfont", "printed_album", "steer_emotion"]
)
def test_without_arguments_they_say_how(
    repository: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    script = repository / "examples" / f"{name}.py"
    monkeypatch.setattr(sys, "argv", [str(script)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    assert f"python examples/{name}.py " in str(ended.value.code)
