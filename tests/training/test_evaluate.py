"""Evaluation, on data that the tests write."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import mido
import pytest
from PIL import Image

pytest.importorskip("keras", reason="evaluation needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("sklearn", reason="evaluation needs scikit-learn: 'melodymuse[train]'")

import melodymuse
from melodymuse.errors import MelodyMuseError
from melodymuse.hearing.cues import Sounded, sounded_notes
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Hand, Note, Score, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from melodymuse.survey.statistics import wilson_interval
from tests.training.pop909_set import write_set
from training.composer.corpus import save_corpus
from training.evaluate import composer, discriminator, emotions, material, overlap, quadrants
from training.evaluate.__main__ import main
from training.evaluate.composer import PARTS, evaluate_composer
from training.evaluate.features import measure_piece
from training.evaluate.material import Material, compose_all, felt_in
from training.evaluate.pictures import draw_sweep
from training.evaluate.quadrants import (
    QUADRANTS,
    QuadrantListener,
    quadrant_of,
    read_clips,
)
from training.evaluate.report import composer_report, table

TICKS = 480


@pytest.fixture(autouse=True)
def small_forests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Caricatures need few trees, and the command's own test few rounds and short pieces."""
    for module in (discriminator, emotions, quadrants):
        monkeypatch.setattr(module, "TREES", 12)
    monkeypatch.setattr(composer, "COST_PIECES", 1)
    monkeypatch.setattr(composer, "ARC_SHARE", 16)
    monkeypatch.setattr(discriminator, "SHUFFLES", 2)
    for module in (discriminator, overlap):
        monkeypatch.setattr(module, "ROUNDS", 8)
    monkeypatch.setattr(material, "compose_all", partial(compose_all, bars=4))
    # Just enough for something to stand sixteen bars later.
    monkeypatch.setattr(material, "LONG_BARS", 20)


def performance(quadrant: str, seed: int) -> list[Sounded]:
    """A caricature of a quadrant: fast and loud or slow and soft, major or minor chords."""
    random = Random(seed)
    fast, bright = quadrant in ("Q1", "Q2"), quadrant in ("Q1", "Q4")
    step, velocity = (0.12, 95) if fast else (0.5, 45)
    chord = (60, 64, 67) if bright else (60, 63, 67)
    return [
        Sounded(i * step, step, random.choice(chord) + random.choice((-12, 0, 12)), velocity)
        for i in range(40)
    ]


def write_emopia(folder: Path, songs: int = 5) -> Path:
    """A tiny set in the layout that `read_clips` wants."""
    (folder / "midis").mkdir(parents=True)
    rows = ["id,quadrant,song"]
    for quadrant in QUADRANTS:
        for song in range(songs):
            name = f"{quadrant}_{song}"
            rows.append(f"{name},{quadrant},{name}")
            track = mido.MidiTrack()
            for note in performance(quadrant, song):
                ticks = round(note.duration * 2 * TICKS)
                track.append(
                    mido.Message("note_on", note=note.pitch, velocity=note.velocity, time=0)
                )
                track.append(mido.Message("note_off", note=note.pitch, time=ticks))
            mido.MidiFile(ticks_per_beat=TICKS, tracks=[track]).save(
                folder / "midis" / f"{name}.mid"
            )
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_features_of_a_scale_are_what_one_counts() -> None:
    scale = [Sounded(i * 0.5, 0.5, p, 80) for i, p in enumerate((60, 62, 64, 65, 67, 69, 71, 72))]
    features = measure_piece(scale)
    assert features["notes_per_second"] == pytest.approx(2)
    assert features["notes_per_onset"] == features["sounding_notes"] == pytest.approx(1)
    assert features["velocity_spread"] == features["top_leaps"] == features["harshness"] == 0
    assert features["top_step"] == pytest.approx(12 / 7)
    assert features["majorness"] > 0


def test_one_repeated_note_is_measured_as_what_it_is() -> None:
    features = measure_piece([Sounded(i * 0.5, 0.5, 60, 80) for i in range(8)])
    assert features["top_repeats"] == 1 and features["class_entropy"] == 0


def test_a_score_sounds_along_its_tempo_map() -> None:
    score = Score(
        notes=(Note(960, 480, 60, 80, Hand.RIGHT),),
        time_signature=TimeSignature(),
        key=Key("C", "major"),
        bars=1,
        tempos=(TempoMark(0, 60), TempoMark(480, 120)),
    )
    assert sounded_notes(score) == [Sounded(1.5, 0.5, 60, 80)]


def test_too_few_notes_are_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        measure_piece([Sounded(0, 1, 60, 80)])


@pytest.mark.parametrize(
    ("place", "quadrant"),
    [((0.5, 0.5), "Q1"), ((-0.5, 0.5), "Q2"), ((-0.5, -0.5), "Q3"), ((0.5, -0.5), "Q4")],
)
def test_quadrants(place: tuple[float, float], quadrant: str) -> None:
    assert quadrant_of(*place) == quadrant


def test_wilson_interval() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3: 81 of 263.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_a_listener_tells_caricatures_apart_even_deaf_to_velocity(tmp_path: Path) -> None:
    clips = read_clips(write_emopia(tmp_path))
    pieces = [performance(quadrant, 99) for quadrant in QUADRANTS]
    for without in ((), ("velocity",)):
        listener = QuadrantListener(clips, without)
        assert listener.hear(pieces) == list(QUADRANTS)
        assert listener.own_accuracy() > 0.8


def test_clips_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    folder = write_emopia(tmp_path, songs=1)
    clip = folder / "midis" / "Q2_0.mid"
    for spoil in (lambda: clip.write_bytes(b"no MIDI"), clip.unlink):
        spoil()
        with pytest.raises(MelodyMuseError, match=r"cannot read the clip .*Q2_0\.mid"):
            read_clips(folder)
    (folder / "labels.csv").write_text("name,feeling\nx,y\n")
    with pytest.raises(MelodyMuseError, match="id, quadrant and song"):
        read_clips(folder)


def test_a_corpus_of_another_version_is_told(tmp_path: Path) -> None:
    data = write_set(tmp_path / "data", songs=5, bars=4)
    held_out = Material(data, tmp_path).held_out
    assert len(held_out) == 1
    spoilt = [replace(song, controls=song.controls[:, :3]) for song in held_out]
    save_corpus(spoilt, tmp_path / "corpus.npz")
    with pytest.raises(MelodyMuseError, match="another version"):
        _ = Material(data, tmp_path).held_out


def test_the_whole_evaluation_of_the_composer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 478 and 479 are held out.
    data, out = write_set(tmp_path / "data", songs=10, bars=20, first=471), tmp_path / "out"
    write_emopia(data / "emopia")
    parts = [name for name in PARTS if name not in ("thorough", "photographs", "sweep", "tune")]
    words = ["composer", "--data", str(data), "--out", str(out), "--pieces", "16"]
    assert main([*words, "--excerpts", "4", "--parts", *parts]) == 0
    results = json.loads((out / "composer.json").read_text())
    assert list(results) == ["about", *parts]
    likelihood = results["likelihood"]
    assert likelihood["held_out_songs"] == 2 and results["about"]["pieces"] == 16
    # Told what it recalls, the network knows more.
    assert 0 < likelihood["nats"]["event"] < likelihood["nats_without_recall"]["event"]
    assert 0 <= results["quadrants"]["everything"]["accuracy"] <= 1
    assert results["faults"]["broken_conventions"] == {}
    assert results["faults"]["missing_endings"] == 0
    assert results["originality"]["held_out"]["pieces"] == 2
    assert set(results["structure"]["free"]) == {"4", "8", "16"}
    assert 0 < results["overlap"]["copied"]["mean"] < 1
    report = (out / "composer.md").read_text()
    assert capsys.readouterr().out.strip() == report.strip()
    for heading in ("Quadrants", "Eight emotions", "Overlap", "Real or generated", "Cost"):
        assert f"## {heading}" in report
    telling = results["discriminator"]["copied"]["telling"]
    assert telling[0]["feature"].replace("_", " ") in report
    pictures = {path.name for path in out.glob("*.png")}
    assert pictures == {
        "quadrants.png",
        "emotions.png",
        "overlap.png",
        "features.png",
        "telling.png",
        "structure.png",
        "originality.png",
    }
    for picture in pictures:
        width, height = Image.open(out / picture).size
        assert 300 < width < 2000 and 300 < height < 2000


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--pieces", "15"], "--pieces must be at least 16, not 15"),
        (["--excerpts", "3"], "--excerpts must be at least 4, not 3"),
        (["--parts", "structure"], "no music in"),
        (["--parts", "quadrants"], "no EMOPIA in"),
        (["--parts", "photographs"], "needs a folder of them: --photographs"),
        (["--photographs", ".", "--parts", "photographs"], "no EMOPIA in"),
        (["--parts", "faults", "--model", "nowhere"], "nowhere/step.onnx is missing"),
    ],
)
def test_what_cannot_be_evaluated_is_one_line(
    words: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["composer", "--data", ".", "--out", "out", "--pieces", "16", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith("training.evaluate: ") and error.count("\n") == 1
    assert complaint in error
    assert not list((tmp_path / "out").glob("composer.*"))


def test_pieces_for_photographs_are_heard_and_reported(tmp_path: Path) -> None:
    write_emopia(tmp_path / "emopia")
    pictured = Material(tmp_path, tmp_path)
    felt = [EmotionProfile.of(emotion).heightened() for emotion in ("awe", "anger", "awe", "anger")]
    pictured.pictured = compose_all(pictured.network, felt, seed=0, bars=4)
    (results,) = evaluate_composer(pictured, ["photographs"])
    figures = results["photographs"]
    assert figures["photographs"] == 4
    # Heightened, awe lies high in valence and anger low.
    assert figures["quadrants"]["everything"]["meant"] == ["Q1", "Q2", "Q1", "Q2"]
    assert figures["emotions"]["everything"]["meant"] == ["awe", "anger", "awe", "anger"]
    report = composer_report(results)
    assert "## 4 pieces with the controls that photographs give" in report
    assert report.count("\n### ") == 2
    assert (tmp_path / "photographs-emotions.png").exists()


def test_what_was_measured_stays_when_a_later_part_fails(tmp_path: Path) -> None:
    words = ["composer", "--data", str(tmp_path), "--out", str(tmp_path), "--pieces", "16"]
    assert main([*words, "--parts", "emotions", "overlap"]) == 2
    results = json.loads((tmp_path / "composer.json").read_text())
    assert list(results) == ["about", "emotions"]
    assert (tmp_path / "composer.md").read_text().count("## ") == 1


def test_photographs_are_felt_as_in_composing(tmp_path: Path, photograph: Path) -> None:
    for number in range(3):
        shutil.copy(photograph, tmp_path / f"{number}.JPG")
    (tmp_path / "labels.csv").write_text("no picture\n")
    felt = melodymuse.analyze(photograph).profile.heightened()
    assert felt_in(tmp_path, 2, seed=0) == [felt, felt]
    assert len(felt_in(tmp_path, 9, seed=0)) == 3
    with pytest.raises(MelodyMuseError, match="no photographs in"):
        felt_in(tmp_path / "nowhere", 2, seed=0)


def test_pictures_of_sliders(tmp_path: Path) -> None:
    judged = {"curves": [[0, 1, 2], [1, 1, 3]], "expected": 1, "spearman": 0.9}
    swept = {
        "valence": {"places": [-1, 0, 1], "features": {"pitch_mean": judged}},
        "arousal": {"places": [-1, 0, 1], "features": {"a": judged, "b": judged}},
    }
    draw_sweep(swept, tmp_path / "sweep.png")
    assert Image.open(tmp_path / "sweep.png").size[0] > 400


def test_tables() -> None:
    assert table(["a", "b"], [(1, 0.12345), (None, "x")]) == (
        "| a | b |\n| --- | --- |\n| 1 | 0.123 |\n|  | x |\n"
    )


def test_hands_are_measured_on_songs_that_did_not_tune_them(tmp_path: Path) -> None:
    folder = tmp_path / "openscore_lieder"
    folder.mkdir()
    for number in range(64):
        tracks = []
        for staff, pitch in (("staff1", 72), ("staff2", 40)):
            track = mido.MidiTrack([mido.MetaMessage("track_name", name=f"Piano|{staff}")])
            for _ in range(4):
                track.append(mido.Message("note_on", note=pitch, velocity=72, time=0))
                track.append(mido.Message("note_off", note=pitch, time=TICKS))
            tracks.append(track)
        mido.MidiFile(ticks_per_beat=TICKS, tracks=tracks).save(folder / f"{number:03d}.mid")
    assert main(["hands", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    results = json.loads((tmp_path / "out" / "hands.json").read_text())
    assert results == {"songs": 4, "notes": 32, "split": 1.0, "middle_c": 1.0}


def test_missing_data_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hands", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("training.evaluate: no OpenScore Lieder in") and error.count("\n") == 1
