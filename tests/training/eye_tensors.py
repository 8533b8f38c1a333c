"""Made weights of an EfficientNet-Lite, in PyTorch's shapes and names, for tests."""

from __future__ import annotations

import numpy as np

from training.eye.backbone import Variant, blocks_of


def made_tensors(variant: Variant, seed: int) -> dict[str, np.ndarray]:
    """Random weights in PyTorch's shapes and names, tame enough to pass through all layers."""
    rng = np.random.default_rng(seed)
    tensors: dict[str, np.ndarray] = {}

    def convolution(name: str, norm: str, shape: tuple[int, ...]) -> None:
        spread = np.sqrt(2 / np.prod(shape[1:]))
        tensors[f"{name}.weight"] = rng.normal(0, spread, shape).astype(np.float32)
        for part, low, high in (
            ("weight", 0.5, 1.0), ("bias", 0.0, 0.5),
            ("running_mean", -0.2, 0.2), ("running_var", 0.5, 1.5),
        ):  # fmt: skip
            tensors[f"{norm}.{part}"] = rng.uniform(low, high, shape[0]).astype(np.float32)

    convolution("_conv_stem", "_bn0", (32, 3, 3, 3))
    for block in blocks_of(variant):
        name, width = f"_blocks.{block.index}", block.inputs * block.expansion
        if block.expansion != 1:
            convolution(f"{name}._expand_conv", f"{name}._bn0", (width, block.inputs, 1, 1))
        convolution(
            f"{name}._depthwise_conv", f"{name}._bn1", (width, 1, block.kernel, block.kernel)
        )
        convolution(f"{name}._project_conv", f"{name}._bn2", (block.outputs, width, 1, 1))
        last = block.outputs
    convolution("_conv_head", "_bn1", (1280, last, 1, 1))
    return tensors


def made_classifier() -> dict[str, np.ndarray]:
    """A random classifier of 1000 classes over the last layer, by PyTorch's names."""
    rng = np.random.default_rng(2)
    return {
        "_fc.weight": rng.normal(0, 0.1, (1000, 1280)).astype(np.float32),
        "_fc.bias": rng.normal(0, 1, 1000).astype(np.float32),
    }
