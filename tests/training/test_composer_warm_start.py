"""Going on from a run whose network was told less about each bar."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.planning.bar_controls import COLUMNS, VECTOR_SIZE  # noqa: E402
from melodymuse.writing.hints import HINTS  # noqa: E402
from melodymuse.writing.vocabulary import PART_SIZES  # noqa: E402
from training.composer.network import COLUMNS_FILE, PART_NAMES, Shape, training_network  # noqa: E402
from training.composer.warm_start import save_columns, start_from  # noqa: E402
from training.loop import BEST_WEIGHTS  # noqa: E402

SMALL = Shape(embedding=8, units=12, head=8)
NEW = ("contour", "contour_known", "metre_6/8", "style_pop")
OLD = tuple(name for name in COLUMNS if name not in NEW)[::-1]
STEPS = 6


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was not told some columns, and the others in another order."""
    run = tmp_path_factory.mktemp("earlier")
    SMALL.save(run)
    (run / COLUMNS_FILE).write_text(json.dumps(OLD))
    training_network(SMALL, columns=len(OLD)).save_weights(run / BEST_WEIGHTS)
    return run


def inputs(controls: Any) -> dict[str, Any]:
    random = np.random.default_rng(1)

    def parts(count: int) -> Any:
        return np.stack([random.integers(0, n, (2, STEPS)) for n in PART_SIZES[:count]], axis=-1)

    return {
        "events": parts(4),
        "recalled": parts(4),
        "likeness": random.integers(0, 4, (2, STEPS)),
        "controls": controls,
        "hints": np.stack(
            [random.integers(0, size, (2, STEPS)) for size in HINTS.values()], axis=-1
        ),
        "chosen": parts(3),
    }


def test_columns_are_noted(tmp_path: Path) -> None:
    save_columns(tmp_path)
    assert json.loads((tmp_path / COLUMNS_FILE).read_text()) == list(COLUMNS)


@pytest.mark.parametrize("new_value", [0.0, 1.0])
def test_the_network_answers_as_the_earlier_one_did(earlier: Path, new_value: float) -> None:
    """What is told anew moves nothing before it is learned."""
    before = training_network(SMALL, columns=len(OLD))
    before.load_weights(earlier / BEST_WEIGHTS)
    network = training_network(SMALL)
    start_from(network, SMALL, earlier)
    told = np.random.default_rng(2).normal(size=(2, STEPS, VECTOR_SIZE)).astype(np.float32)
    told[..., [COLUMNS.index(name) for name in NEW]] = new_value
    as_before = told[..., [COLUMNS.index(name) for name in OLD]]
    expected = before.predict_on_batch(inputs(as_before))
    found = network.predict_on_batch(inputs(told))
    for name in PART_NAMES:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-5)


def test_a_folder_that_holds_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(MelodyMuseError, match=f"no run to start from in .*no {COLUMNS_FILE}"):
        start_from(training_network(SMALL), SMALL, tmp_path)


def test_other_sizes_are_refused(earlier: Path) -> None:
    larger = Shape(embedding=8, units=16, head=8)
    with pytest.raises(MelodyMuseError, match=r"other sizes: give those of its shape\.json"):
        start_from(training_network(larger), larger, earlier)


def test_a_run_that_was_told_more_is_refused(earlier: Path, tmp_path: Path) -> None:
    for file in earlier.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / COLUMNS_FILE).write_text(json.dumps([*OLD, "weather"]))
    with pytest.raises(MelodyMuseError, match="was told of weather, which is told no more"):
        start_from(training_network(SMALL), SMALL, tmp_path)
