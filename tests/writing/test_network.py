from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from melodymuse.errors import ModelError
from melodymuse.planning.bar_controls import VECTOR_SIZE
from melodymuse.planning.recall import LIKENESSES
from melodymuse.writing.hints import HINTS
from melodymuse.writing.network import Floats, NoteNetwork
from melodymuse.writing.vocabulary import PART_SIZES

MOST_ROWS = 64


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


def played(network: NoteNetwork, rows: slice) -> list[Floats]:
    """Features, states and logits of four steps over some of 64 rows of drawn events."""
    random = np.random.default_rng(10)

    def events() -> NDArray[np.int64]:
        return np.stack([random.integers(0, size, MOST_ROWS) for size in PART_SIZES], axis=1)[rows]

    controls = random.normal(size=(MOST_ROWS, VECTOR_SIZE)).astype(np.float32)[rows]
    likeness = random.integers(0, LIKENESSES, MOST_ROWS)[rows]
    hints = np.stack([random.integers(0, n, MOST_ROWS) for n in HINTS.values()], axis=1)[rows]
    state = network.initial_state(len(likeness))
    found = []
    for _ in range(4):
        features, state = network.step(events(), events(), likeness, controls, hints, state)
        chosen = events()
        found += [features, state]
        found += [network.logits(part, features, chosen[:, :part]) for part in range(4)]
    return found


@pytest.mark.parametrize("rows", [1, 2, 7, 32, 64])
def test_a_row_is_a_piece_of_its_own(network: NoteNetwork, rows: int) -> None:
    """To the last bit, whatever stands beside it; the rows differ from each other."""
    together = played(network, slice(None))
    for first in range(0, MOST_ROWS - rows + 1, max(rows, 5)):
        here = slice(first, first + rows)
        for apart, whole in zip(played(network, here), together, strict=True):
            np.testing.assert_array_equal(apart, whole[here])
    assert len({row.tobytes() for row in together[-1]}) == MOST_ROWS


def test_a_folder_without_a_network_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"step\.onnx is missing"):
        NoteNetwork(tmp_path)
    (tmp_path / "step.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="no usable ONNX model"):
        NoteNetwork(tmp_path)
