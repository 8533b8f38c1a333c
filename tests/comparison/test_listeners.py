"""Networks that listen, through the real loading; and that no figure comes of random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.comparison import listening_networks
from tests.comparison.sounds import RATE, plucked, scale_tune

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("soxr", reason="the extra compare is not installed")

from melodymuse.audio.clip import Clip
from melodymuse.comparison.listeners import Clap, Encodec, SoundClassifier
from melodymuse.errors import ModelError


@pytest.fixture(scope="module")
def clip() -> Clip:
    return Clip(plucked(scale_tune(100, 12), 12)[:, None], RATE)


def test_a_classifier_gives_distributions(tmp_path: Path, clip: Clip) -> None:
    network = SoundClassifier.load(str(listening_networks.classifier(tmp_path / "ast")))
    rows = network.classify(clip)
    # Ten seconds, and the two that are left.
    assert rows.shape == (2, listening_networks.LABELS)
    assert rows.sum(axis=1) == pytest.approx(1)
    assert (network.classify(clip) == rows).all()


@pytest.mark.parametrize(("seconds", "windows"), [(10.9, 1), (11.1, 2), (5.0, 1)])
def test_a_rest_under_a_second_is_left_out(tmp_path: Path, seconds: float, windows: int) -> None:
    network = SoundClassifier.load(str(listening_networks.classifier(tmp_path / "ast")))
    sound = Clip(plucked(scale_tune(100, seconds), seconds)[:, None], RATE)
    assert len(network.classify(sound)) == windows


def test_clap_places_sound_and_words_in_one_space(tmp_path: Path, clip: Clip) -> None:
    network = Clap.load(str(listening_networks.clap(tmp_path / "clap")))
    rows, text = network.embed(clip), network.embed_text("a sad piano piece")
    assert rows.shape[1:] == text.shape
    assert np.isfinite(rows).all()
    assert (network.embed(clip) == rows).all()
    assert not np.allclose(text, network.embed_text("an excited piano piece"))


def test_encodec_embeds_each_second(tmp_path: Path, clip: Clip) -> None:
    network = Encodec.load(str(listening_networks.encodec(tmp_path / "encodec")))
    rows = network.embed(clip)
    # Windows of a second from 0, .5 ... 11 s.
    assert rows.shape == (23, 16)
    assert (network.embed(clip) == rows).all()
    assert rows.std(axis=0).any()
    with pytest.raises(ModelError, match="no EnCodec"):
        Encodec.load(str(listening_networks.classifier(tmp_path / "ast")))


def test_of_a_text_beyond_what_clap_reads_the_beginning_counts(tmp_path: Path) -> None:
    network = Clap.load(str(listening_networks.clap(tmp_path / "clap")))
    long = "a sad and slow solo piano piece in D minor " * 20
    assert (network.embed_text(long) == network.embed_text(long + "at 66 bpm")).all()
    assert (network.embed_text(long) != network.embed_text("moods: happy " + long)).any()


def test_a_network_without_its_classifier_is_refused(tmp_path: Path) -> None:
    # transformers would give it one of random weights.
    folder = listening_networks.classifier(tmp_path / "ast", headless=True)
    with pytest.raises(ModelError, match="no classifier of sound"):
        SoundClassifier.load(str(folder))


def test_a_network_with_a_weight_missing_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = listening_networks.classifier(tmp_path / "ast")
    weights = load_file(folder / "model.safetensors")
    weights.pop(next(name for name in weights if "classifier" in name))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="weights are missing"):
        SoundClassifier.load(str(folder))


def test_another_kind_of_network_is_refused(tmp_path: Path) -> None:
    folder = str(listening_networks.classifier(tmp_path / "ast"))
    with pytest.raises(ModelError, match="no CLAP"):
        Clap.load(folder)
    with pytest.raises(ModelError, match="holds no model"):
        Clap.load(str(tmp_path))
