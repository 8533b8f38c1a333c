"""Word norms: the table against its source, where they are read, what the kernel makes of them."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")

from tests.training.test_eye_kernel import RECIPE, made
from training.eye import words as module
from training.eye.backbone import HEAD_WIDTH
from training.eye.kernel import fit_kernel
from training.eye.network import EyeConfig, image_branch
from training.eye.words import N_CLASSES, NORMS, Words, imagenet_words, norms


def by_hand(scores: dict[int, float]) -> Words:
    """Gives the classes in `scores` these scores whatever is seen, all others next to nothing."""
    bias = np.full(N_CLASSES, -400.0)
    for index, score in scores.items():
        bias[index] = score
    return Words(0, np.zeros((HEAD_WIDTH, N_CLASSES)), bias)


def test_the_table_is_vaders() -> None:
    vader = pytest.importorskip(
        "vaderSentiment.vaderSentiment", reason="its lexicon is the source: pip install it"
    )
    lexicon = vader.SentimentIntensityAnalyzer().lexicon
    for _, name, valence in NORMS:
        said = [lexicon.get(word, 0) for word in re.findall("[a-z]+", name.lower())]
        assert valence == pytest.approx(np.mean(said), abs=6e-4), name


def test_every_class_is_named_once_and_in_range() -> None:
    indices = [index for index, _, _ in NORMS]
    assert indices == sorted(set(indices))
    assert indices[0] >= 0 and indices[-1] < N_CLASSES
    assert all(-4 <= valence <= 4 and valence for _, _, valence in NORMS)
    table = norms()
    np.testing.assert_allclose(table[:, 0], table[:, 1] - table[:, 2])
    assert table[:, 1:].min() == 0


def test_a_prison_is_unpleasant_and_a_doubtful_one_half_as_much() -> None:
    prison = next(index for index, name, _ in NORMS if name == "prison")
    image = np.zeros((2, HEAD_WIDTH), np.float32)
    np.testing.assert_allclose(by_hand({prison: 5.0})(image), [[-2.3, 0, 2.3]] * 2, atol=1e-9)
    # Class 1 is the goldfish, of which the lexicon says nothing.
    np.testing.assert_allclose(
        by_hand({prison: 5.0, 1: 5.0})(image)[0], [-1.15, 0, 1.15], atol=1e-9
    )


def test_they_are_read_where_the_last_backbone_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        module,
        "imagenet_tensors",
        lambda variant: {
            "_fc.weight": np.eye(N_CLASSES, HEAD_WIDTH),
            "_fc.bias": np.zeros(N_CLASSES),
        },
    )
    for config in (EyeConfig(), EyeConfig(backbones=("lite0",), first_stage=6)):
        words = imagenet_words(config)
        features = image_branch(config).output_shape[-1]
        last = image_branch(EyeConfig((config.backbones[-1],), config.first_stage))
        assert words.start == features - last.output_shape[-1]
        assert words.weight.shape == (HEAD_WIDTH, N_CLASSES)


def test_the_kernel_machine_weighs_them() -> None:
    seen, photos = made()
    rng = np.random.default_rng(7)
    # What was made has 80 features; the words look at as many.
    words = Words(0, rng.normal(0, 8, (80, N_CLASSES)), np.zeros(N_CLASSES))
    rows = np.arange(45)
    machine = fit_kernel(RECIPE, seen, photos, rows, words)
    beside = machine.centres[:, RECIPE.components :]
    np.testing.assert_allclose(beside.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(beside.std(axis=0), RECIPE.word_weight / np.sqrt(3), rtol=1e-6)
    plain = fit_kernel(RECIPE, seen, photos, rows)
    np.testing.assert_allclose(machine.centres[:, : RECIPE.components], plain.centres)
    said, without = (m.answers(seen.image[0], seen.colour[0])[0] for m in (machine, plain))
    assert np.isfinite(said).all() and not np.allclose(said, without)
