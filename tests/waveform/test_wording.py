"""Captions, rewritten prompts, and the way from wishes to words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import melodymuse
from melodymuse.errors import ControlError, ImageError, ModelError
from melodymuse.vision import load_image, measure
from melodymuse.waveform.captions import Captioner, describe_features
from melodymuse.waveform.rewriting import PAINTING, Rewriter
from melodymuse.waveform.variants import VARIANTS
from melodymuse.waveform.wording import Wishes, find_words
from tests.waveform import tiny


@pytest.fixture(scope="module")
def captioner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_captioner(tmp_path_factory.mktemp("models") / "blip")


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "chat"])
def writer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_language_model(tmp_path_factory.mktemp("models"), chats=request.param)


def test_features_in_words(photograph: Path) -> None:
    features = measure(load_image(photograph))
    assert (
        describe_features(features) == "a dark, colourful, cool-toned, low-contrast, plain picture"
    )
    vivid = replace(features, brightness=0.95, colorfulness=150, warmth=1, contrast=0.45)
    assert describe_features(replace(vivid, edge_density=0.5)) == (
        "a bright, colourful, warm-toned, high-contrast, detailed picture"
    )


def test_a_captioner_says_the_same_of_the_same_picture(captioner: Path, photograph: Path) -> None:
    blip = Captioner.load(str(captioner))
    pixels = load_image(photograph)
    said = blip.caption(pixels)
    assert said == " ".join(said.split()) != ""
    assert Captioner.load(str(captioner), "cpu").caption(pixels) == said
    assert blip.caption(np.zeros((40, 30, 3), np.uint8)) != said


def test_a_writer_draws_from_its_seed(writer: Path) -> None:
    model = Rewriter.load(str(writer))
    written = model.rewrite("a sad piano", seed=1)
    assert written == " ".join(written.split()) != ""
    assert model.rewrite("a sad piano", seed=1) == written
    assert model.rewrite("a sad piano", seed=2) != written
    with pytest.raises(ControlError, match="empty"):
        model.rewrite("", seed=1)


def test_a_writer_that_writes_nothing(writer: Path, tmp_path: Path) -> None:
    model = Rewriter.load(str(writer))
    with tiny.torch.no_grad():
        # Nothing but the end of the text.
        model.model.transformer.wte.weight.zero_()
        model.model.transformer.wte.weight[1] = 1e3 * tiny.torch.sign(
            model.model.transformer.ln_f.weight
        )
        model.model.transformer.ln_f.weight.zero_()
        model.model.transformer.ln_f.bias.fill_(1.0)
    with pytest.raises(ModelError, match="wrote nothing"):
        model.rewrite("a sad piano", seed=1)


def test_models_of_another_kind_are_refused(captioner: Path, writer: Path) -> None:
    with pytest.raises(ModelError, match="is no BLIP captioner but a model of type 'gpt2'"):
        Captioner.load(str(writer))
    with pytest.raises(ModelError, match="is no text-generation model but a model of type 'blip'"):
        Rewriter.load(str(captioner))


def test_words_speak_of_what_compose_would_play(photograph: Path) -> None:
    words = find_words(Wishes(image=photograph), seed=7)
    piece = melodymuse.compose(photograph, bars=1, seed=7)
    assert words.profile == piece.expressed
    assert words.controls is not None
    assert (words.controls.key, words.controls.tempo) == (piece.controls.key, piece.controls.tempo)
    assert str(piece.controls.key) in words.prompt
    assert words.caption == "a dark, colourful, cool-toned, low-contrast, plain picture"
    assert words.prompt.endswith(words.caption)


def test_wishes_go_over_the_picture(photograph: Path, captioner: Path, writer: Path) -> None:
    wishes = Wishes(image=photograph, emotion="anger", key="G minor", tempo=150, style="tags")
    words = find_words(wishes, seed=1)
    assert "key: g minor. bpm: 150" in words.prompt
    assert words.profile is not None
    assert words.profile.emotion == "anger"
    told = find_words(replace(wishes, style="scene", caption="A dog."), seed=1)
    assert told.prompt == "An angry solo piano piece for this picture: A dog"
    short = find_words(replace(wishes, style="scene", drop_stop_words=True), seed=1)
    assert "for" not in short.prompt.split()
    seen = find_words(replace(wishes, captioner=str(captioner)), seed=1)
    assert seen.caption == Captioner.load(str(captioner)).caption(load_image(photograph))
    again = find_words(replace(wishes, rewriter=str(writer)), seed=1)
    assert again.prompt == Rewriter.load(str(writer)).rewrite(words.prompt, seed=1)


def test_a_caption_goes_on_from_its_beginning(captioner: Path, photograph: Path) -> None:
    blip, pixels = Captioner.load(str(captioner)), load_image(photograph)
    begun = blip.caption(pixels, begin="sad")
    assert begun.startswith("sad")
    assert begun != blip.caption(pixels) and begun != blip.caption(pixels, begin="happy")


def test_variants_are_the_published_chains(photograph: Path, captioner: Path, writer: Path) -> None:
    wishes = Wishes(
        image=photograph, emotion="sadness", captioner=str(captioner), rewriter=str(writer)
    )
    found = {name: find_words(replace(wishes, variant=name), seed=1) for name in VARIANTS}
    assert found["emotive"].prompt == "sadness"
    seen = Captioner.load(str(captioner)).caption(load_image(photograph), begin="sadness")
    assert found["narrative"].prompt == found["narrative"].caption == seen
    # The language model gets the caption, in the paper's form, and not our words.
    told = Rewriter.load(str(writer)).rewrite(seen, seed=1, form=PAINTING)
    assert found["lyrical"].prompt == told == found["optimised"].prompt
    assert found["lyrical"].caption == seen
    assert {words.style for words in found.values()} == set(VARIANTS)
    assert "piano" not in PAINTING.written("a boat")


def test_a_variant_needs_no_network_that_it_does_not_use() -> None:
    assert find_words(Wishes(emotion="awe", variant="emotive"), seed=1).prompt == "awe"


def test_words_of_ones_own() -> None:
    words = find_words(Wishes(prompt="a waltz for the moon", drop_stop_words=True), seed=1)
    assert (words.prompt, words.style, words.profile) == ("waltz moon", None, None)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (Wishes(), "nothing to compose from"),
        (Wishes(emotion="joy"), "unknown emotion 'joy'"),
        (Wishes(emotion="awe", style="epic"), "unknown prompt style 'epic'"),
        (Wishes(emotion="awe", tempo=1), "tempo must lie"),
        (Wishes(emotion="awe", key="H moll"), "key"),
        (Wishes(prompt=""), "the prompt is empty"),
        (Wishes(prompt="x", emotion="awe"), "says it all"),
        (Wishes(prompt="x", captioner="c"), "says it all"),
        (Wishes(emotion="awe", captioner="c"), "a captioner looks at a picture"),
        (Wishes(image="x.png", caption="c", captioner="c"), "a captioner looks at a picture"),
        (Wishes(emotion="awe", variant="epic"), "unknown variant 'epic'"),
        (Wishes(emotion="awe", variant="narrative"), "'narrative' looks at a picture"),
        (Wishes(emotion="awe", variant="emotive", tempo=90), "finds all words by itself"),
        (Wishes(emotion="awe", variant="emotive", style="mood"), "finds all words by itself"),
    ],
)
def test_wishes_that_do_not_fit(wishes: Wishes, message: str) -> None:
    with pytest.raises(ControlError, match=message):
        find_words(wishes, seed=1)


def test_a_picture_that_is_not_there() -> None:
    with pytest.raises(ImageError, match=r"none\.png"):
        find_words(Wishes(image="none.png"), seed=1)
