"""A comparison from beginning to end: who is asked what, and which figures come of it."""

from __future__ import annotations

import mmap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("mir_eval", reason="the extra compare is not installed")
pytest.importorskip("soxr", reason="the extra compare is not installed")
pytest.importorskip("psutil", reason="the extra compare is not installed")

from melodymuse.audio.clip import Clip
from melodymuse.comparison.backends import bars_for, prompt_for
from melodymuse.comparison.catalogue import METRICS, SETS
from melodymuse.comparison.cost import growth, watched
from melodymuse.comparison.evaluation import WRITTEN, Judges
from melodymuse.comparison.figures import Figure
from melodymuse.comparison.running import Comparison, compare, labels_of, read_briefs
from melodymuse.errors import ControlError, ImageError
from melodymuse.planning.controls import controls_for
from melodymuse.waveform.captions import describe_features
from melodymuse.waveform.wording import Wishes, find_words
from tests.comparison.makers import Hisser, Plucker, briefs_for
from tests.comparison.sounds import RATE, noise


@pytest.fixture(scope="module")
def comparison(photograph: Path) -> Comparison:
    reference = Clip(noise(12, seed=5)[:, None], RATE, "hall/sea.wav")
    return compare(briefs_for(photograph), [Plucker(), Hisser()], references=[reference])


def only(comparison: Comparison, **wanted: str) -> Figure:
    found = [
        figure
        for figure in comparison.figures
        if all(getattr(figure, name) == value for name, value in wanted.items())
    ]
    assert len(found) == 1, found
    return found[0]


def test_every_maker_is_asked_for_what_the_picture_asks(
    comparison: Comparison, photograph: Path
) -> None:
    (entry,) = comparison.entries
    assert entry.brief.controls.seed == 7
    assert entry.prompt.count(str(entry.brief.controls.key)) == 1
    score = entry.heard[0].take.score
    assert score is not None
    # What MelodyMuse composes keeps to the brief that the others were given.
    assert score.key == entry.brief.controls.key
    assert score.tempos[0].bpm == entry.brief.controls.tempo


def test_a_picture_without_a_caption_is_told_by_its_light_and_colours(photograph: Path) -> None:
    (brief,) = briefs_for(photograph)
    seen = describe_features(brief.analysis.features)
    assert brief.caption == seen
    assert seen in prompt_for(brief, "scene")
    # The very words that `melodymuse waveform` takes for the picture and the seed.
    assert prompt_for(brief) == find_words(Wishes(image=photograph), seed=7).prompt
    (said,) = read_briefs([photograph], seconds=10, seed=7, caption="a rocket")
    assert prompt_for(said, "scene").endswith("a rocket")


def test_compound_time_is_asked_for_in_two_ways_of_counting(photograph: Path) -> None:
    (brief,) = briefs_for(photograph)
    for metre, expected in (("6/8", (72.0, 48.0)), ("3/4", (72.0,))):
        controls = controls_for(brief.expressed, seed=7, tempo=72, time_signature=metre)
        assert replace(brief, controls=controls).tempos == expected


def test_every_figure_is_in_the_catalogue_and_measured_or_explained(
    comparison: Comparison,
) -> None:
    for figure in comparison.figures:
        assert figure.metric in METRICS
        assert figure.measured != bool(figure.remark), figure


def test_nothing_is_measured_without_weights(comparison: Comparison) -> None:
    for metric in ("clap_similarity", "kl_divergence", "inception_score"):
        found = [figure for figure in comparison.figures if figure.metric == metric]
        assert found
        assert not any(figure.measured for figure in found)
        assert all(figure.remark.startswith("no weights") for figure in found)


def test_notes_are_counted_where_there_are_notes(comparison: Comparison) -> None:
    score = comparison.entries[0].heard[0].take.score
    assert score is not None
    assert only(comparison, metric="notes", maker="plucker").value == len(score.notes)
    assert only(comparison, metric="bars", maker="plucker").value == 4
    assert only(comparison, metric="notes", maker="hisser").value == 0
    density = only(comparison, metric="notes_per_second", maker="plucker", by=WRITTEN)
    assert density.measured
    unknown = only(comparison, metric="notes_per_second", maker="hisser")
    assert "basic-pitch" in unknown.remark


def test_the_asked_key_is_heard(comparison: Comparison) -> None:
    assert only(comparison, metric="key_score", maker="plucker").value is not None
    assert only(comparison, metric="key", maker="plucker").text.split()[1] in ("major", "minor")


def test_sets_are_held_against_the_reference(comparison: Comparison) -> None:
    assert comparison.references == ("sea.wav",)
    near = only(comparison, metric="frechet_audio_distance", maker="hisser", against="reference")
    far = only(comparison, metric="frechet_audio_distance", maker="plucker", against="reference")
    assert near.value is not None and far.value is not None
    assert near.by == "log-mel statistics"
    # Noise is near noise.
    assert near.value < far.value / 10


def test_pairs_know_both_makers(comparison: Comparison) -> None:
    pair = only(comparison, metric="mfcc_distance", maker="plucker", against="hisser")
    assert pair.value is not None and pair.value > 10


class Even:
    """A classifier and a CLAP that answer from a clip's length, and a text's first word, alone."""

    name = "even"
    labels = ("first", "second")

    def classify(self, clip: Clip) -> np.ndarray:
        share = 0.5 if clip.seconds == 10 else 0.25
        return np.array([[share, 1 - share]])

    def embed(self, clip: Clip) -> np.ndarray:
        return np.array([[1.0, 0.0]])

    def embed_text(self, text: str) -> np.ndarray:
        return np.array([1.0, 0.0] if text.split()[1:] == ["song"] else [1.0, 1.0])


def test_judges_that_are_there_are_asked(photograph: Path) -> None:
    judges = Judges(embeddings=(), classifier=Even(), clap=Even())
    makers = [Hisser("short"), Hisser("long", 12.0)]
    found = compare(briefs_for(photograph), makers, judges=judges)
    # The second is the truth: what it holds possible is weighed.
    kl = only(found, metric="kl_divergence", maker="short", against="long").value
    assert kl == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5))
    assert only(found, metric="same_class", maker="short").value == 0
    assert only(found, metric="embedding_distance", by="even").value == pytest.approx(0, abs=1e-6)
    similarity = only(found, metric="clap_similarity", maker="short")
    assert similarity.value == pytest.approx(np.sqrt(0.5))
    assert similarity.by == "even"
    # "EMOTION song", which this one has learned to hear in everything.
    assert only(found, metric="clap_emotion", maker="short").value == pytest.approx(1)
    # One window for two dimensions has no covariance, and is no distance.
    distance = only(found, metric="frechet_audio_distance", by="even")
    assert not distance.measured and "1 windows for 2 dimensions" in distance.remark
    assert METRICS[distance.metric].section == SETS


def test_memory_is_the_most_that_a_maker_took(photograph: Path) -> None:
    briefs = briefs_for(photograph, photograph)
    assert [brief.label for brief in briefs] == ["rocket", "rocket-2"]
    found = compare(briefs, [Plucker()])
    costs = [entry.heard[0].take.cost for entry in found.entries]
    assert [cost.memory for cost in costs if cost] == [3 * 2**20] * 2


def test_makers_need_names_of_their_own(photograph: Path) -> None:
    briefs = briefs_for(photograph)
    for makers in ([Hisser("A"), Hisser("a")], [Hisser("reference")], []):
        with pytest.raises(ControlError):
            compare(briefs, makers)


def test_labels_are_unlike_each_other() -> None:
    found = labels_of(["a/x.png", "b/X.jpg", "c/x-2.png", "x.gif"])
    assert len({label.casefold() for label in found}) == 4
    assert found[0] == "x"


@pytest.mark.parametrize("seconds", [0, -1, 4.9, 121, float("nan")])
def test_impossible_lengths_are_refused(photograph: Path, seconds: float) -> None:
    with pytest.raises(ControlError, match="seconds"):
        read_briefs([photograph], seconds=seconds, seed=0)


def test_impossible_briefs_are_refused(photograph: Path, tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="name a picture"):
        read_briefs([], seconds=10, seed=0)
    with pytest.raises(ControlError, match="one picture"):
        read_briefs([photograph, photograph], seconds=10, seed=0, caption="a rocket")
    with pytest.raises(ImageError):
        read_briefs([tmp_path / "no.jpg"], seconds=10, seed=0)


def test_bars_fit_the_length(photograph: Path) -> None:
    controls = briefs_for(photograph)[0].controls
    bar = controls.time_signature.bar_ticks / 480 * 60 / controls.tempo
    assert bars_for(controls, 6 * bar) == 6
    assert bars_for(controls, 6.4 * bar) == 6
    assert bars_for(controls, 0.1) == 1


def test_memory_and_time_are_watched() -> None:
    with watched() as usage:
        # Pages of its own: numpy may be given some that an earlier test has left.
        block = mmap.mmap(-1, 40 * 2**20)
        block.write(bytes(len(block)))
    assert usage.peak - usage.before >= 0.9 * len(block)
    assert usage.seconds > 0
    assert growth(usage, usage) >= usage.peak - usage.before
