"""A diffusion model paints a piece: a pipeline with random weights, made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.painting.diffused import paint_by
from melodymuse.painting.subject import Subject
from tests.painting.test_painting import PORTRAIT
from tests.waveform import tiny

torch, transformers = tiny.torch, tiny.transformers

SUBJECT = Subject(PORTRAIT, EmotionProfile.of("awe"), "as told")


def save_painter(folder: Path, kind: str) -> Path:
    """A Stable Diffusion with random weights: pictures of 16 by 16."""
    diffusers = pytest.importorskip("diffusers", reason="needs the extra musicgen")
    torch.manual_seed(0)
    words = tiny.tokenizer(end=True)
    words.model_max_length = 77
    text = transformers.CLIPTextConfig(
        vocab_size=320, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, eos_token_id=1, bos_token_id=0, pad_token_id=0,
    )  # fmt: skip
    getattr(diffusers, kind)(
        vae=diffusers.AutoencoderKL(block_out_channels=(4, 4), norm_num_groups=2,
            down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2),
        text_encoder=transformers.CLIPTextModel(text),
        tokenizer=words,
        unet=diffusers.UNet2DConditionModel(
            sample_size=8, block_out_channels=(4, 8), layers_per_block=1, norm_num_groups=2,
            cross_attention_dim=16, attention_head_dim=2,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D")),
        scheduler=diffusers.DDIMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def test_a_model_paints_by_words(tmp_path: Path) -> None:
    model = str(save_painter(tmp_path / "m", "StableDiffusionPipeline"))
    begin = np.zeros((16, 16, 3), np.uint8)
    one, same = (
        paint_by(model, SUBJECT, begin, size=(40, 30), device="cpu", steps=2) for _ in range(2)
    )
    assert one.shape == (30, 40, 3) and one.dtype == np.uint8
    np.testing.assert_array_equal(one, same)


def test_one_that_takes_a_picture_begins_with_it(tmp_path: Path) -> None:
    model = str(save_painter(tmp_path / "m", "StableDiffusionImg2ImgPipeline"))
    dark, light = (
        paint_by(
            model, SUBJECT, np.full((16, 16, 3), level, np.uint8), size=(16, 16), device="cpu",
            steps=4,
        )
        for level in (10, 240)
    )  # fmt: skip
    assert np.abs(dark.astype(int) - light).mean() > 0


def test_what_is_no_painter_is_refused(tmp_path: Path) -> None:
    begin = np.zeros((16, 16, 3), np.uint8)
    with pytest.raises(ModelError):
        paint_by(str(tmp_path / "gone"), SUBJECT, begin, size=(16, 16), device="cpu")
    sounds = str(tiny.save_diffusion(tmp_path / "sounds"))
    with pytest.raises(ModelError, match="makes no pictures"):
        paint_by(sounds, SUBJECT, begin, size=(16, 16), device="cpu", steps=1)
