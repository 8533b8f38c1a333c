"""What the tests of training share: steps that are taken without being compiled first."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="package", autouse=True)
def steps_taken_as_they_are() -> Iterator[None]:
    """Compiling a training step takes TensorFlow as long as a hundred small steps: `fit` takes them
    uncompiled.  The notebook on training compiles them as users do."""
    keras = sys.modules.get("keras")
    if keras is None or keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    compiled = keras.Model.fit

    @functools.wraps(compiled)
    def fit(*args: Any, **options: Any) -> Any:
        tf.config.run_functions_eagerly(True)
        try:
            return compiled(*args, **options)
        finally:
            tf.config.run_functions_eagerly(False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "fit", fit)
        yield
