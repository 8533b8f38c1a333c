"""An ONNX graph under construction, node by node, with weights stored small.

`Storage.COMPACT`: wide layers as 8-bit integers with a scale per output channel, the rest as 16-bit
floats; onnxruntime unpacks them once, when it loads the file, and computes in 32-bit floats.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

# Dense layers of more inputs than this are stored in 8 bits.
_WIDE = 1024

Array = npt.NDArray[Any]


class Storage(enum.Enum):
    """How weights lie in the file."""

    FLOAT32 = "float32"
    COMPACT = "compact"


class Graph:
    """Nodes and weights of a graph under construction; every method returns a tensor's name."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, op: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def plain(self, values: Array | np.generic, name: str) -> str:
        """A weight as it is."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, values: Array, name: str, *, eight_bits: bool = False) -> str:
        """A weight, stored as the graph's storage says; output channels come first."""
        values = np.ascontiguousarray(values, np.float32)
        if self.storage is Storage.FLOAT32:
            return self.plain(values, name)
        if not eight_bits:
            self.plain(values.astype(np.float16), f"{name}_half")
            return self.add("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)
        axes = tuple(range(1, values.ndim))
        step = np.maximum(np.abs(values).max(axis=axes, keepdims=True) / 127, 1e-12)
        self.plain(np.rint(values / step).astype(np.int8), f"{name}_bytes")
        self.plain(step.astype(np.float32), f"{name}_step")
        self.add("Cast", [f"{name}_bytes"], f"{name}_levels", to=TensorProto.FLOAT)
        return self.add("Mul", [f"{name}_levels", f"{name}_step"], name)

    def rounded(self, values: Array) -> Array:
        """Values as `weight` would store them in 16 bits, or as they are."""
        exact = self.storage is Storage.FLOAT32
        return np.asarray(values, np.float32 if exact else np.float16).astype(np.float64)

    def number(self, value: Array | float, name: str) -> str:
        """A number, or a row of them, in 32 bits."""
        return self.plain(np.asarray(value, np.float32), name)

    def constant(self, values: Sequence[int], name: str) -> str:
        """Whole numbers, as sizes and axes are told."""
        return self.plain(np.array(values, np.int64), name)

    def between(self, x: str, low: float, high: float, name: str) -> str:
        """x, no less than `low` and no more than `high`."""
        bounds = [self.number(low, f"{name}_low"), self.number(high, f"{name}_high")]
        return self.add("Clip", [x, *bounds], name)

    def reduced(self, op: str, x: str, axes: Sequence[int], name: str, *, keep: bool = True) -> str:
        """A mean, maximum, norm or sum of squares over axes, which stay as 1 with `keep`."""
        over = self.constant(axes, f"{name}_axes")
        return self.add(op, [x, over], name, keepdims=int(keep))

    def exact(self, x: str, weight: Array, bias: Array | Sequence[float], name: str) -> str:
        """x (N, I) times weight (I, O) plus bias (O,), all in 32 bits."""
        inputs = [
            self.number(weight, f"{name}_weight"),
            self.number(np.asarray(bias), f"{name}_bias"),
        ]
        return self.add("Gemm", [x, *inputs], name)

    def dense(
        self, x: str, weight: Array, bias: Array, name: str, *, eight_bits: bool | None = None
    ) -> str:
        """x (N, I) times weight (I, O) plus bias (O,); wide layers in 8 bits unless told."""
        small = len(weight) > _WIDE if eight_bits is None else eight_bits
        return self.add(
            "Gemm",
            [
                x,
                self.weight(weight.T, f"{name}_w", eight_bits=small),
                self.plain(np.asarray(bias, np.float32), f"{name}_bias"),
            ],
            f"{name}_gemm",
            transB=1,
        )
