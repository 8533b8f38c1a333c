"""`melodymuse compare`: the report from the command line, and every way to ask wrongly."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("mir_eval", reason="the extra compare is not installed")
pytest.importorskip("soxr", reason="the extra compare is not installed")
pytest.importorskip("psutil", reason="the extra compare is not installed")
pytest.importorskip("jinja2", reason="the extra compare is not installed")
pytest.importorskip("soundfile", reason="the extra compare is not installed")

import soundfile

from melodymuse.audio.engines import load_engine
from melodymuse.comparison.catalogue import METRICS
from melodymuse.errors import MelodyMuseError
from tests.comparison.sounds import RATE, noise, plucked, scale_tune, tone

Run = Callable[..., Any]
pytestmark = pytest.mark.slow

try:
    load_engine()
except MelodyMuseError as error:
    pytest.skip(f"no engine: {error}", allow_module_level=True)


@pytest.fixture
def sounds(tmp_path: Path) -> None:
    """A tune, and files that cannot be compared."""
    broken = noise(6)
    broken[9] = np.nan
    for name, samples in {
        "tune": plucked(scale_tune(100, 10), 10),
        "short": tone(440, 2),
        "silent": np.zeros(6 * RATE, np.float32),
        "nan": broken,
        "empty": np.zeros(0, np.float32),
    }.items():
        soundfile.write(tmp_path / f"{name}.wav", samples, RATE, subtype="FLOAT")
    (tmp_path / "text.wav").write_text("no sound")


@pytest.mark.usefixtures("sounds")
def test_notes_beside_a_recording(run: Run, photograph: Path, tmp_path: Path) -> None:
    outcome = run(
        "compare", photograph, "--audio", "suno=tune.wav", "--seconds", 5, "--seed", 7, "-o", "out"
    )
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "out/index.html"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "index.html",
        "metrics.csv",
        "manifest.csv",
        "takes",
    }
    lines = list(csv.DictReader((tmp_path / "out" / "metrics.csv").open(encoding="utf-8")))
    assert {line["maker"] for line in lines} == {"melodymuse", "suno"}
    assert {line["metric"] for line in lines} <= set(METRICS)
    tempo = next(f for f in lines if (f["maker"], f["metric"]) == ("suno", "tempo"))
    assert float(tempo["value"]) == pytest.approx(100, rel=0.04)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "suno was made elsewhere" in page

    # What is there is kept, unless the user says so.
    refused = run("compare", photograph, "--audio", "suno=tune.wav", "-o", "out")
    assert "out is not empty" in refused.complaint
    again = run(
        "compare", photograph, "--backends", "", "--audio", "suno=tune.wav", "-o", "out",
        "--force", "--json", "--seed", 7,
    )  # fmt: skip
    told = json.loads(again.out)
    assert (told["makers"], told["seed"]) == (["suno"], 7)
    assert any(figure["metric"] == "key" and figure["value"] for figure in told["figures"])
    unmeasured = [f for f in told["figures"] if f["value"] is None]
    assert unmeasured and all(figure["not_measured"] for figure in unmeasured)


WRONG = {
    "a recording of two seconds": (["--audio", "x=short.wav"], "lasts 2.0 s"),
    "a silent recording": (["--audio", "x=silent.wav"], "is silent"),
    "samples that are no numbers": (["--audio", "x=nan.wav"], "not numbers"),
    "an empty recording": (["--audio", "x=empty.wav"], "is empty"),
    "no sound at all": (["--audio", "x=text.wav"], "no sound that can be read"),
    "a missing recording": (["--audio", "x=no.wav"], "there is no such file"),
    "a recording without a name": (["--audio", "tune.wav"], "NAME=FILE"),
    "too many recordings": (["--audio", "x=tune.wav", "--audio", "x=tune.wav"], "2 for 1"),
    "a short reference": (["--reference", "short.wav"], "lasts 2.0 s"),
    "a silent reference": (["--reference", "silent.wav"], "is silent"),
    "no references": (["--reference", "empty"], "no sound files"),
    "no length": (["--seconds", "0"], "seconds must lie between"),
    "a length that is no number": (["--seconds", "nan"], "seconds must lie between"),
    "truths for other pictures": (["--truth", "tune.wav", "--truth", "tune.wav"], "--truth: 2"),
    "a silent truth": (["--truth", "silent.wav"], "is silent"),
    "an unknown embedding": (["--embedding", "ears=x"], "KIND=NAME_OR_PATH"),
    "an embedding without a place": (["--embedding", "vggish"], "KIND=NAME_OR_PATH"),
    "an unknown maker": (["--maker", "bach:style=fugue"], "unknown maker 'bach'"),
    "an unknown option": (["--maker", "musicgen:speed=9"], "'speed=9' is not OPTION=VALUE"),
    "an option said twice": (["--maker", "musicgen:name=a,name=b"], "'name=b' is not"),
    "no model": (["--maker", "text-to-audio"], "name its model"),
    "no steps": (["--maker", "text-to-audio:model=x,steps=0"], "steps=0 is no whole number"),
    "a style and a variant": (
        ["--maker", "musicgen:style=mood,variant=lyrical"],
        "leave out the style",
    ),
    "an unknown backend": (["--backends", "bach"], "unknown backend 'bach'"),
    "nobody": (["--backends", ""], "nobody to compare"),
    "a maker twice": (["--audio", "melodymuse=tune.wav"], "is taken"),
    "an unknown soundfont": (["--soundfont", "no-such"], "no soundfont 'no-such'"),
    "an unknown format": (["--sound", "aac"], "unknown sound 'aac'"),
    "an impossible seed": (["--seed", "-1"], "seed"),
    "a missing transcriber": (["--transcriber", "no.onnx"], "no such transcription"),
    "a folder that cannot be": (["-o", "no/such/folder"], "there is no folder"),
}


@pytest.mark.usefixtures("sounds")
@pytest.mark.parametrize("wrong", WRONG)
def test_bad_input_is_one_line_and_nothing_is_written(
    run: Run, photograph: Path, tmp_path: Path, wrong: str
) -> None:
    words, complaint = WRONG[wrong]
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    output = () if "-o" in words else ("-o", "out")
    outcome = run("compare", photograph, *output, *words)
    assert complaint in outcome.complaint
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can fill")
def test_a_folder_that_cannot_be_written_is_refused_before_any_work(
    run: Run, photograph: Path
) -> None:
    # The missing model would be told of first, had the work begun.
    words = ("--backends", "musicgen", "--model", "/no/such/folder", "--audio", "x=no.wav")
    complaint = run("compare", photograph, *words, "-o", "/proc/report").complaint
    assert "cannot write '/proc/report'" in complaint


def test_a_missing_picture(run: Run, tmp_path: Path) -> None:
    assert "no.jpg" in run("compare", "no.jpg", "-o", "out").complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("model", ["/no/such/folder", "."])
def test_a_missing_model(run: Run, photograph: Path, tmp_path: Path, model: str) -> None:
    pytest.importorskip("transformers", reason="the extra musicgen is not installed")
    pytest.importorskip("torch", reason="the extra musicgen is not installed")
    for option in ("--clap", "--classifier"):
        assert model in run("compare", photograph, option, model, "-o", "out").complaint
    words = ("--backends", "musicgen", "--model", model)
    assert model in run("compare", photograph, *words, "-o", "out").complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.usefixtures("sounds")
def test_musicgen_joins(run: Run, photograph: Path, tmp_path: Path) -> None:
    from tests.comparison import listening_networks
    from tests.waveform.tiny import musicgen, save

    model = save(musicgen(coarse=True), tmp_path / "model")
    clap = listening_networks.clap(tmp_path / "clap")
    classifier = listening_networks.classifier(tmp_path / "classifier")
    encodec = listening_networks.encodec(tmp_path / "encodec")
    outcome = run(
        "compare", photograph, "--backends", "melodymuse,musicgen", "--model", model,
        "--clap", clap, "--classifier", classifier, "--seconds", 6, "--seed", 7, "-o", "out",
        "--json", "--truth", "tune.wav", "--embedding", f"encodec={encodec}",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    told = json.loads(outcome.out)
    found = {(f["maker"], f["metric"]): f["value"] for f in told["figures"]}
    assert found["musicgen", "notes"] == 0 < found["melodymuse", "notes"]
    for metric in ("clap_similarity", "memory", "make_seconds"):
        assert found["musicgen", metric] is not None
        assert found["melodymuse", metric] is not None
    # Every maker is held against the truth, which is never held against them.
    told_of = {
        (f["maker"], f["against"]) for f in told["figures"] if f["metric"] == "kl_divergence"
    }
    assert {("melodymuse", "truth"), ("musicgen", "truth")} <= told_of
    assert not any(maker == "truth" for maker, _ in told_of)
    assert found["melodymuse", "kl_divergence"] >= 0
    assert found["melodymuse", "same_class"] in (0, 1)
    judged = {f["by"] for f in told["figures"] if f["metric"] == "embedding_distance"}
    assert judged == {"log-mel statistics", "encodec", "clap"}
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Weights of model: CC BY-NC 4.0. Not for commercial use." in page
    assert str(tmp_path) not in page


@pytest.mark.slow
@pytest.mark.usefixtures("sounds")
def test_several_makers_of_a_kind_are_asked_in_words_of_their_own(
    run: Run, photograph: Path, tmp_path: Path
) -> None:
    from tests.waveform import tiny

    model = tiny.save(tiny.musicgen(coarse=True), tmp_path / "model")
    blip = tiny.save_captioner(tmp_path / "blip")
    diffusion = tiny.save_diffusion(tmp_path / "diffusion")
    outcome = run(
        "compare", photograph, "--backends", "", "--seconds", 5, "--seed", 7, "-o", "out",
        "--maker", f"musicgen:model={model},style=mood",
        "--maker", f"musicgen:model={model},variant=narrative,captioner={blip}",
        "--maker", f"text-to-audio:model={model},variant=emotive,name=other",
        "--maker", f"text-to-audio:model={diffusion},steps=2,name=diffusion",
        "--json",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    makers = ["musicgen", "musicgen narrative", "other", "diffusion"]
    assert json.loads(outcome.out)["makers"] == makers
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Caption by" in page and "solo piano music" in page and "emotive" in page
    takes = [file.read_bytes() for file in (tmp_path / "out" / "takes").glob("*.flac")]
    assert len(set(takes)) == 4
    for options, told in (
        (f"model={blip}", "makes no sound from words but is a model of type 'blip'"),
        (f"model={model},steps=4", "is no diffusion model: leave out the steps"),
    ):
        refused = run("compare", photograph, "--maker", f"text-to-audio:{options}", "-o", "x")
        assert told in refused.complaint
