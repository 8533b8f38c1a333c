"""The note network alone: how near to the speed of memory, and how far from `model.predict`.

A step reads every weight once, so that reading them from memory is the least that it can take where
they do not stay in the processor's caches.  The loop over Keras' `model.predict` is how generators
are mostly written: one event a call, the same network with weights by lot (its speed does not
depend on them), its state kept in the model, and the sampling left out, which favours it.  Paces
are those of the processor's seconds of one thread, of Keras as of ours.
"""

from __future__ import annotations

import os
import statistics
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

import melodymuse
from benchmarks.figures import Figure
from benchmarks.lockstep import WIDTHS, Counting, pace
from melodymuse.planning.bar_controls import VECTOR_SIZE
from melodymuse.writing.network import STEP_FILE, NoteNetwork

PART = "network"
_BARS = 16
# More than any processor's caches hold.
_BLOCK_BYTES = 256 * 2**20


def measure(steps: int) -> list[Figure]:
    """The shipped network: bandwidth, steps in lockstep, and whole pieces' events.

    Args:
        steps: how many steps are timed.
    """
    network = Counting.shipped()
    assert isinstance(network, Counting)
    size = (Path(melodymuse.__file__).parent / "models" / "composer" / STEP_FILE).stat().st_size
    bandwidth = read_bandwidth()
    least = size / bandwidth
    found = [
        Figure(PART, "reading memory", bandwidth / 1e9, "GB/s"),
        Figure(PART, "weights of a step", size / 1e6, "MB"),
        Figure(PART, "reading the weights from memory", least * 1e3, "ms"),
    ]
    for rows in WIDTHS:
        taken = _step_seconds(network, rows, steps)
        found.append(Figure(PART, f"a step of {rows}", taken * 1e3, "ms"))
        found.append(Figure(PART, f"a step of {rows} over reading the weights", taken / least, "x"))
        events = pace(network, rows, _BARS, rows)
        found.append(Figure(PART, f"events, {rows} pieces", events, "1/s"))
    return found


def read_bandwidth() -> float:
    """Bytes a second that one core reads from memory: the best of several sums over a block."""
    block = np.ones(_BLOCK_BYTES // 8, np.int64)
    times = []
    for _ in range(7):
        begin = perf_counter()
        block.sum()
        times.append(perf_counter() - begin)
    return block.nbytes / min(times)


def _step_seconds(network: NoteNetwork, rows: int, steps: int) -> float:
    state = network.initial_state(rows)
    event = np.zeros((rows, 4), np.int64)
    likeness = np.zeros(rows, np.int64)
    controls = np.zeros((rows, VECTOR_SIZE), np.float32)
    times = []
    for _ in range(steps):
        begin = perf_counter()
        _, state = network.step(event, event, likeness, controls, state)
        times.append(perf_counter() - begin)
    return statistics.median(times)


def measure_keras(events: int) -> list[Figure]:
    """The same network in Keras, one `model.predict` an event.

    Args:
        events: how many events are timed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    from training.composer.network import Shape, training_network

    model = training_network(Shape(), batch=1)
    inputs = {
        "events": np.zeros((1, 1, 4), np.int32),
        "recalled": np.zeros((1, 1, 4), np.int32),
        "likeness": np.zeros((1, 1), np.int32),
        "controls": np.zeros((1, 1, VECTOR_SIZE), np.float32),
        "chosen": np.zeros((1, 1, 3), np.int32),
    }
    model.predict(inputs, verbose=0)
    begin, core = perf_counter(), process_time()
    for _ in range(events):
        model.predict(inputs, verbose=0)
    # Its helper threads only wait: where both differ, the machine was busy.
    seconds = min(perf_counter() - begin, process_time() - core)
    return [Figure(PART, "events, model.predict", events / seconds, "1/s")]
