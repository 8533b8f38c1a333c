"""`melodymuse render`, and `compose --audio`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import soundfile

from melodymuse.audio.engines import ENGINES, load_engine
from melodymuse.errors import MelodyMuseError
from tests.audio.midi import M, chords, midi, note
from tests.audio.tiny_soundfont import tiny_soundfont

Run = Callable[..., Any]

try:
    load_engine()
except MelodyMuseError as error:
    pytest.skip(f"no engine: {error}", allow_module_level=True)


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    """Two seconds of chords."""
    path = tmp_path / "piece.mid"
    path.write_bytes(chords(2))
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_a_midi_file_becomes_a_sound_file(
    run: Run, piece: Path, tmp_path: Path, suffix: str
) -> None:
    outcome = run("render", piece, "-o", f"x.{suffix}")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == f"x.{suffix}"
    assert "-16.0 LUFS" in outcome.out
    assert soundfile.info(tmp_path / f"x.{suffix}").duration == pytest.approx(4.5, abs=0.1)


def test_without_a_name_it_goes_beside_and_over_nothing(
    run: Run, piece: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        assert run("render", "piece.mid").status == 0
    assert names(tmp_path) == {"piece.mid", "piece.wav", "piece-2.wav"}
    assert (tmp_path / "piece.wav").read_bytes() == (tmp_path / "piece-2.wav").read_bytes()


def test_json_tells_the_truth(run: Run, piece: Path, tmp_path: Path) -> None:
    outcome = run(
        "render", "piece.mid", "-o", "x.wav", "--rate", 22050, "--tail", 1, "--loudness", -20,
        "--dry", "--json",
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")
    facts = json.loads(outcome.out)
    assert (facts["audio"], facts["midi"], facts["rate"]) == ("x.wav", "piece.mid", 22050)
    info = soundfile.info(tmp_path / "x.wav")
    assert facts["seconds"] == pytest.approx(info.duration, abs=0.001)
    assert facts["loudness"] == pytest.approx(-20, abs=0.1)
    assert facts["peak"] <= -1
    assert facts["engine"] in facts["comment"]


@pytest.mark.parametrize("engine", list(ENGINES))
def test_the_engine_is_chosen(run: Run, piece: Path, engine: str) -> None:
    try:
        expected = load_engine(engine).description
    except MelodyMuseError as error:
        assert str(error) in run("render", piece, "--engine", engine).complaint
        return
    facts = json.loads(run("render", piece, "-o", "x.wav", "--engine", engine, "--json").out)
    assert facts["engine"] == expected


def test_a_soundfont_by_path_and_by_name(
    run: Run, piece: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = tmp_path / "data" / "melodymuse" / "soundfonts"
    folder.mkdir(parents=True)
    (folder / "Own.sf2").write_bytes(tiny_soundfont(name="Our Own"))
    for wanted in ("own", folder / "Own.sf2"):
        outcome = run("render", piece, "-o", "x.wav", "--soundfont", wanted, "--force", "--json")
        facts = json.loads(outcome.out)
        assert Path(facts["soundfont"]) == folder / "Own.sf2"
        assert "through Our Own" in facts["comment"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.mid",), "missing.mid"),
        (("piece.mid", "-o", "x.aac"), "use a name ending in .wav, .flac, .ogg, .mp3"),
        (("piece.mid", "-o", "no/such/x.wav"), "no folder 'no/such'"),
        (("piece.mid", "--engine", "organ"), "unknown engine 'organ'"),
        (("piece.mid", "--soundfont", "nothing"), "there is no soundfont 'nothing'"),
        (("piece.mid", "--soundfont", "cut.sf2"), "cut.sf2' is cut off"),
        (("piece.mid", "--soundfont", "piece.mid"), "is no soundfont"),
        (("piece.mid", "--soundfont", "silent.sf2"), "gave no sound"),
        (("piece.mid", "--rate", 100), "rate must lie between 8000 and 96000, not 100"),
        (("piece.mid", "-o", "x.mp3", "--rate", 96000), "MP3 file cannot hold a rate"),
        (("piece.mid", "--loudness", 0), "loudness must lie between -40 and -8"),
        (("piece.mid", "--loudness", "nan"), "loudness must lie between"),
        (("piece.mid", "--reverb", 2), "reverb must lie between 0 and 1, not 2"),
        (("piece.mid", "--reverb", 0.5, "--dry"), "--dry means no reverberation"),
        (("piece.mid", "--tail", -1), "tail must lie between 0 and 30"),
        (("empty.mid",), "holds no note"),
        (("text.mid",), "is not a MIDI file"),
    ],
)
def test_what_cannot_be_ends_with_one_line_and_no_file(
    run: Run, piece: Path, tmp_path: Path, words: tuple[object, ...], message: str
) -> None:
    (tmp_path / "cut.sf2").write_bytes(tiny_soundfont()[:4000])
    (tmp_path / "silent.sf2").write_bytes(tiny_soundfont(loudness=0))
    (tmp_path / "empty.mid").write_bytes(midi((0, M("note_off", note=60))))
    (tmp_path / "text.mid").write_text("no MIDI")
    before = names(tmp_path)
    outcome = run("render", *words)
    assert message in outcome.complaint
    assert outcome.out == ""
    assert names(tmp_path) == before


def test_a_file_that_exists_is_kept_unless_forced(run: Run, piece: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.wav").write_text("precious")
    assert "--force" in run("render", piece, "-o", "mine.wav").complaint
    assert (tmp_path / "mine.wav").read_text() == "precious"
    assert run("render", piece, "-o", "mine.wav", "--force").status == 0
    assert soundfile.info(tmp_path / "mine.wav").frames > 0


def test_without_the_extra_one_line_names_it(
    run: Run, piece: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "soundfile", None)
    assert "pip install 'melodymuse[audio]'" in run("render", piece).complaint
    assert names(tmp_path) == {"piece.mid"}


def test_composing_lets_the_piece_be_heard(run: Run, tmp_path: Path) -> None:
    outcome = run(
        "compose", "--emotion", "awe", "--bars", 2, "--seed", 1, "-o", "x.mid", "--audio", "x.ogg",
        "--takes", 2, "--json",
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")
    takes = [json.loads(line) for line in outcome.out.splitlines()]
    assert [take["audio"] for take in takes] == ["x.ogg", "x-take-2.ogg"]
    assert names(tmp_path) == {"x.mid", "x.ogg", "x-take-2.mid", "x-take-2.ogg"}
    for take in takes:
        with soundfile.SoundFile(tmp_path / take["audio"]) as file:
            assert f"seed {take['seed']}" in file.comment
            assert len(file) / file.samplerate == pytest.approx(take["seconds"] + 2.5, abs=0.01)
    # What compose wrote is what render makes of its MIDI file.
    run("render", "x.mid", "-o", "again.ogg")
    assert (tmp_path / "again.ogg").read_bytes() == (tmp_path / "x.ogg").read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--audio", "x.aac"), "--audio x.aac: the name must end in .wav"),
        (("--audio", "x.wav", "--soundfont", "nothing"), "there is no soundfont 'nothing'"),
        (("--soundfont", "TimGM6mb"), "name one with --audio"),
        (("--audio", "mine.wav"), "--force"),
    ],
)
def test_composing_knows_before_it_works(
    run: Run, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "mine.wav").write_text("precious")
    outcome = run("compose", "--emotion", "awe", "--bars", 1, "-o", "x.mid", *words)
    assert message in outcome.complaint
    assert names(tmp_path) == {"mine.wav"}


def test_drums_and_many_channels_are_no_hindrance(run: Run, tmp_path: Path) -> None:
    events = [event for channel in range(16) for event in note(60, channel=channel)]
    (tmp_path / "band.mid").write_bytes(midi(*events))
    assert run("render", "band.mid").status == 0


def test_standard_input_becomes_sound_on_standard_output(piece: Path) -> None:
    words = [sys.executable, "-m", "melodymuse", "render", "-"]
    done = subprocess.run(words, input=piece.read_bytes(), capture_output=True, check=True)
    assert done.stderr == b""
    assert soundfile.info(BytesIO(done.stdout)).duration == pytest.approx(4.5, abs=0.1)


def test_json_beside_sound_on_standard_output_is_refused(run: Run, piece: Path) -> None:
    assert "leave out --json" in run("render", piece, "-o", "-", "--json").complaint
