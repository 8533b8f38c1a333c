"""What the eye sees, before it says what it feels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from melodymuse.networks import model_bytes
from melodymuse.vision.classifier import INPUTS, MODEL, network_colour, network_pixels
from melodymuse.vision.features import Pixels, measure

# What `training.eye.export` calls the features that its kernels compare.
_FEATURES = "joined"


def open_sight() -> Callable[[Pixels], NDArray[np.float32]]:
    """A function from a picture, uint8 (H, W, 3), to the features (F,) of the eye that ships.

    Raises:
        ModelError: the eye is missing or damaged.
    """
    model = onnx.load_model_from_string(model_bytes(MODEL))
    shape = ["batch", "features"]
    model.graph.output.append(
        onnx.helper.make_tensor_value_info(_FEATURES, onnx.TensorProto.FLOAT, shape)
    )
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options)

    def see(pixels: Pixels) -> NDArray[np.float32]:
        inputs = network_pixels(pixels), network_colour(measure(pixels))
        (seen,) = session.run([_FEATURES], dict(zip(INPUTS, inputs, strict=True)))
        return np.asarray(seen[0], np.float32)

    return see
